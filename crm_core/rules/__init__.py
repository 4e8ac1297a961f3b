"""Routing rules as people write them: read, worded, kept in versions, tried on a day's calls."""
