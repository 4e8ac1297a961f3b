"""Call cards: the list, one card, and both over the API."""
