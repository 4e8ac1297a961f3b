"""How the bank is organised: branches, teams, leave."""
