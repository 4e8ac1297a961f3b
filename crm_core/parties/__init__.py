"""Parties: who they are, how they are reached, who looks after them; the panel that tells it."""
