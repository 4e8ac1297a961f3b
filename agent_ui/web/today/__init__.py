"""Today: what the employee should do now, with whom, and why."""
