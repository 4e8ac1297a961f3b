"""Flows: what a caller can do at his keypad, as data."""
