"""Who talks to whom, and when.

`routing` owns the vocabulary of the product (ids, facts, commands, notices, ports) and the
engine that turns facts into decisions. It is deterministic: standard library only, and no
clock, chance or I/O outside `routing.loop`. Everything else imports it; it imports nothing.
"""
