"""What-if: supervisors ask what other rules, staff or skills would have changed."""
