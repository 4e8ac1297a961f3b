"""Administration of routing rules: written, checked, compared, tried, published by other eyes."""
