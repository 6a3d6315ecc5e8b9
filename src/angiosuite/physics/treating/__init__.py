"""What is done to a vessel: balloons and stents, filters, suction, snares, a hand on the groin."""
