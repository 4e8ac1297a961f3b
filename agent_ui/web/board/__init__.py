"""The supervisors' board."""
