"""Self-service at the caller's keypad.

`flows` are data: nodes, reading, checking. `steps` walks through one: pure, an act at a time.
`speech` turns what is told into words and sound files. `agi` is the channel that speaks and
listens over FastAGI. `session` drives one caller through them.
"""
