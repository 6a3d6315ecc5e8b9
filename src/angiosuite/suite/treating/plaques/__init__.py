"""Narrowings as treatment finds and leaves them, what a device met there, and what tools feel of it."""
