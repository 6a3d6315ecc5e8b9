"""Blood in a session: a patient's vessels become a network that flows, and what is done to it shows."""
