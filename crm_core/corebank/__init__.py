"""The contract with the core bank: what it tells us, in which form, and what we tell it."""
