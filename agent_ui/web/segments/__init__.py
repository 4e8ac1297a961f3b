"""Segments: their rules as text with the place of each mistake, a trial, members and why."""
