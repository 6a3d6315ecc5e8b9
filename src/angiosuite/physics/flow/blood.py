"""What blood is to the network: its density and viscosity, and the unit that pressure is told in."""

DENSITY_G_ML = 1.06
"""Of whole blood (openBF's ADAN56 network, 1060 kg/m3)."""

VISCOSITY_POISE = 0.04
"""Of whole blood in vessels wider than 0.5 mm (ADAN56 network, 4 mPa s)."""

DYNE_CM2_PER_MMHG = 1333.22
"""One mmHg in dyn/cm2 (13.5951 g/ml times 980.665 cm/s2 times 0.1 cm)."""
