"""Laws of treatment: what devices and agents do to vessels and flow."""
