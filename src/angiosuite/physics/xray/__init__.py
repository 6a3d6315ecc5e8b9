"""X-rays from the focal spot to the detector's entrance: geometry, line integrals, beams, scatter."""
