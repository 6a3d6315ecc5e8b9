"""Treatment in one session: balloons, stents, coils, agents, and how a puncture is closed."""
