"""Who is bound to a party and who looks after it: relations, groups, managers."""
