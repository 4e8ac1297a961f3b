"""Business time: when the bank works, and clocks that count only then."""
