"""What callers are told, in words of their language and as the names of sound files. Pure."""
