"""Duplicates: pairs to decide on, merges, and undoing them."""
