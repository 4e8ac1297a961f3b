"""Collection work: the list of the day, a case, promises, the blacklist; pages and API."""
