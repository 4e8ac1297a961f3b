"""The demo bank: invented people, their money, and the calls that they have made."""
