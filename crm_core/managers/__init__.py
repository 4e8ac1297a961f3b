"""Who looks after a party: managers in an order, with dates; who stands in for one on leave."""
