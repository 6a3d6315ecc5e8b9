"""The virtual body: tissue, layers that move, and where they come from (parameters or a CT)."""
