"""The worklist: what an employee should do now, with whom, and why."""
