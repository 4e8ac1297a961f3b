"""Interests, deals, needs and offers: the register, the client's tab, and the API."""
