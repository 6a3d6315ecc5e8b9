"""Where sessions and jobs run: one spawned process each, behind a four-method protocol."""
