"""Sound files from texts: spoken by espeak-ng, kept in the cache, laid where Asterisk finds them.

One way for everything that callers are told, waiting or in self-service. A recording of the
operator's own wins over a spoken file; together they must be whole, or nothing starts.
"""
