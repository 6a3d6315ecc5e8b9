"""Physics: arrays in, arrays out. No input or output, no schemas."""
