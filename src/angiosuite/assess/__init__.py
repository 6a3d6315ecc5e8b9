"""Measures of logs and records as pure functions: no clock of the wall, no database, no page."""
