"""Makes a bank up: as many clients as wanted, with all that a bank knows of them.

Deterministic and streaming. Each block of the bank has a module of its own and a stream of chance
of its own (`chance`); a `plan` tells how large and how unusual the bank is; `writing` puts it into
a folder of batches in the form of the core-banking contract. Nothing here reads a clock, a network
or a database, and nobody in it exists.
"""
