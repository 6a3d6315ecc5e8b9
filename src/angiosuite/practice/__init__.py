"""Drills over a session: attempts, judgement kept, debrief, what comes next, runs shared as one file."""
