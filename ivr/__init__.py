"""Self-service at the caller's keypad. Its room is kept: nothing is built here yet."""
