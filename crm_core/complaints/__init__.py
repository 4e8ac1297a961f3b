"""Complaints: registered, handled, and their result told to the client with thanks."""
