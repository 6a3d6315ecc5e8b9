"""Remedies of one session: drugs, fluid, oxygen, clotting times and help, and what is said of them."""
