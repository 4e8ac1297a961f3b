"""What is done once at the end of each business day, job by job."""
