"""Credit applications: routes of approval, norm times, votes, decisions and who was told."""
