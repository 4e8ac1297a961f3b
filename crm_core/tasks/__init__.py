"""Tasks: what an employee is to do, by when, and what came of it."""
