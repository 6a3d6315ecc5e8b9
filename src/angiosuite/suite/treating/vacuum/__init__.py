"""A vacuum on clot or blood."""
