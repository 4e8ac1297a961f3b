"""Passes for programs: made, listed and ended by an administrator."""
