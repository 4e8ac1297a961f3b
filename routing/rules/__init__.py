"""Rules as data: what a caller's number, client, time and queues mean for his way."""
