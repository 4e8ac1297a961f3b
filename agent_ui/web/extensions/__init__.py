"""How every extension stands."""
