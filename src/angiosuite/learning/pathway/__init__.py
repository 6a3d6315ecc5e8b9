"""Pathways and enrolments: what there is, who is on what, where they stand and what if. Start: `pathways`."""
