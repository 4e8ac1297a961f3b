"""FastAGI: the channel that speaks to a caller and listens, and the server that it comes by."""
