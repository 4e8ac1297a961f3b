"""Telephone PINs of clients: how one stands, asking for a new one, approving what was asked for."""
