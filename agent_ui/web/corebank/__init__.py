"""The core bank's data: events taken in, and what an administrator sees of all that came."""
