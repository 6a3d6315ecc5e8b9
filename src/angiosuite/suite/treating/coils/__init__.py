"""Coils and plugs: through the catheter, in the vessel, in the blood and in pictures."""
