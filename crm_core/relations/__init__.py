"""What parties are to each other: relations of any type, groups, and the graph they make."""
