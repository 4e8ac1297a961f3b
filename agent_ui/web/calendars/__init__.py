"""Administration of the business calendar."""
