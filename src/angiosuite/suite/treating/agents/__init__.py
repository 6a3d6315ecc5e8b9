"""Particles, gelatin, glue and oil: drawn up, given, and where they lodge."""
