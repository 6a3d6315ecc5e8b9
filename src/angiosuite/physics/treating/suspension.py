"""Particles suspended in contrast: how thick the mixture is, what pressure it asks for, when it jams."""

from __future__ import annotations

from angiosuite.kit.errors import WrongUse

__all__ = ["THIN", "concentration", "jams", "pressure_factor"]

THIN = 0.1
"""Share of packed particles up to which a suspension passes easily."""
_FITS = 0.8
_STEEP = 2.3
_THICKEST = 0.9


def concentration(packed_ml: float, liquid_ml: float) -> float:
    """Share of packed particles in a mixture, 0 to 1."""
    if packed_ml < 0.0 or liquid_ml < 0.0 or packed_ml + liquid_ml <= 0.0:
        raise WrongUse("No suspension is made so", code="bad-suspension", value=(packed_ml, liquid_ml))
    return packed_ml / (packed_ml + liquid_ml)


def jams(share: float, diameter_um: float, lumen_mm: float, squeeze: float = 1.0) -> bool:
    """Whether a suspension stops in a catheter's lumen.

    Notes
    -----
    **Model** what fits through no more, pressed as far as it gives (`squeeze`, at most 1), jams always; what
    is wider than 0.8 of the lumen jams where the packed share is above a tenth.
    **Source** research notes 3.7 and rule 8 of 5 [R:dcb for the pressures, the rule itself draft].
    **Valid for** round lumens without kinks. Held by ``test_only_thick_and_wide_jams``.
    """
    lumen_um = 1e3 * lumen_mm
    if diameter_um * min(squeeze, 1.0) > lumen_um:
        return True
    return share > THIN + 1e-12 and diameter_um > _FITS * lumen_um


def pressure_factor(share: float) -> float:
    """Pressure of a suspension over that of its liquid at the same flow.

    Notes
    -----
    **Model** 1 up to a tenth, then ``(share / 0.1)^2.3``. **Source** beads of 300-500 um through a lumen of
    0.017 in: 8 to 10 psi diluted ten times and more, up to 43 psi at five times (research notes 3.7
    [R:dcb]): 4.8 times at twice the share, of which the exponent is.
    **Valid for** shares up to 0.2; thicker ones are drawn on. Held by ``test_twice_as_thick_asks_for_more``.
    """
    return max(min(share, _THICKEST) / THIN, 1.0) ** _STEEP
