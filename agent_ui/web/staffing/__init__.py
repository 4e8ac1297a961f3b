"""How many agents are needed: a calculator, and a queue's day by half hours."""
