"""Segments: sets of parties by rules, which are data in words that a supervisor can read."""
