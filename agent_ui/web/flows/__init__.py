"""Self-service flows: drawn as graphs, edited node by node, tried, published by other eyes."""
