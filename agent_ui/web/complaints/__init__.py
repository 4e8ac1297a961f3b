"""Complaints: the list, one complaint to its end, new ones, and all of it over the API."""
