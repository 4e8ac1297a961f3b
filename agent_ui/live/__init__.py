"""Live screens: a websocket that begins with a snapshot and goes on with numbered deltas."""
