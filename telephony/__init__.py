"""The bridge to Asterisk: its events become facts, our commands become its actions.

Knows channels, bridges and endpoints; decides nothing. Everything that interprets (`picture`,
`translate`, `resync`, `orders`) is pure; `node` and `exchange` act.
"""
