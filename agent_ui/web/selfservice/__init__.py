"""Statistics of self-service and of surveys: the page, files, the API, and a card's answers."""
