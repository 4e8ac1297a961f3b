"""Texts that one person writes and another publishes: their versions, and who decided what."""
