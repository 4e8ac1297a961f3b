"""What if: recorded calls once more through the real engine, with other rules, staff or skills."""
