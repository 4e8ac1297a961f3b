"""Real parts that tests run against: the exchange, telephones, callers."""
