"""Parties: their pages, and what the API tells of them."""
