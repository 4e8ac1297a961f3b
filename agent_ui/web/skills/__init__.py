"""Skills of agents, and the queues that they serve."""
