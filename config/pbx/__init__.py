"""The telephone exchange beside the application: a private Asterisk, made, configured and run.

Owns everything that must exist before the first AMI login: the binary, the rendered files, the
process. Must not speak AMI beyond the readiness check: commands and events belong to `telephony`.
"""
