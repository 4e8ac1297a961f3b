"""Tasks: the list, one task with its history, new ones, and all of it over the API."""
