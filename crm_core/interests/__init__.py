"""Interests: what clients ask for, what they need, what they are offered, and the deals of it."""
