"""Parts of the recipe that makes the built-in patient's shipped data."""
