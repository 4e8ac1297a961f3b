"""Where parties stand as clients: status by rule, tier of the pyramid, and how both came about."""
