"""Bank-to-customer statements, ISO 20022 camt.053: reading them safely, booking what they tell."""
