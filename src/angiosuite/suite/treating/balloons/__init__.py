"""Balloons: how they are filled, what they do to plaques and walls, what they look like."""
