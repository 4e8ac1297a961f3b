"""Duplicates: two records that may be one party; found, shown, merged, and parted again."""
