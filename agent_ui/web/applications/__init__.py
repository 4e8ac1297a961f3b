"""Credit applications: the list, one with its route and clock, a new one, and the API."""
