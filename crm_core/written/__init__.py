"""Texts in YAML that people write, such as routing rules and flows of self-service.

What may stand in such a text at all, its nodes with their lines, and plain fields. Every mistake is
gathered with its place; what the words mean, each language reads itself.
"""
