"""Stents: how they open, what they stand in and cover, what they look like."""
