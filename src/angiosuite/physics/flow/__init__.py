"""Blood as a lumped network, and what it carries: pressure, flow, contrast medium, gas."""
