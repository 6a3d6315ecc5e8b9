"""Instruments of one session: the table, the stacks in the patient, what they do and what they cause."""
