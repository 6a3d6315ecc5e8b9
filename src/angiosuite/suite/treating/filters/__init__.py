"""Cava filters: in, standing, and out again."""
