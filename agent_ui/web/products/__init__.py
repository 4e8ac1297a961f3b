"""Administration of products: terms by version, rates, fees and fines, statuses."""
