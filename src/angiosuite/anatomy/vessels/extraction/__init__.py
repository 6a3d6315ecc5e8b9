"""A contrast CT's own vessel tree: lumen, centre lines, radii, names, and a person's corrections."""
