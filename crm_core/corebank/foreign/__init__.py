"""Data sets of other makes, told in the words of the contract. They go in by the same batches."""
