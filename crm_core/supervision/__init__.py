"""What supervisors write to agents, kept beside the audit, which carries no words of theirs."""
