"""A snare over what was lost."""
