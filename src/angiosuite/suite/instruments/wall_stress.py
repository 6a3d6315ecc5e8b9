"""How near to failure a wall is where an instrument touches it: pressure as a share of its strength."""

from __future__ import annotations

from math import radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.hazard_kinds import WallStrength

from .contact import Contact, TipContact
from .patient_facts import PatientFacts

__all__ = ["end_area_mm2", "shaft_shares", "tip_pressure_mpa", "tip_radius_mm", "worse"]

Floats = NDArray[np.float64]


def end_area_mm2(tip: TipContact, wall: WallStrength) -> float:
    """Area with which an end meets a wall, mm2: that of its face, of a bow as much more as content says."""
    return tip.area_mm2 * (wall.bow_area_factor if tip.curved else 1.0)


def tip_pressure_mpa(tip: TipContact, wall: WallStrength) -> float:
    """Pressure of an end on the wall before it, MPa.

    Notes
    -----
    **Model** what of the wall's force near the tip goes through the end's face, ``F sin(angle) / A``: along
    the wall none, head-on all of it.
    **Source** force over area stands for the stress under a tip: no force at which a tip goes through a
    living vessel has been published (`hazards/wall-strength`).
    **Valid for** comparing tips with each other. Held by ``tests/suite/instruments/test_wall_stress.py``.
    """
    if tip.in_tube or tip.vessel < 0 or tip.wall_n <= 0.0:
        return 0.0
    return tip.wall_n * sin(radians(min(max(tip.angle_deg, 0.0), 90.0))) / end_area_mm2(tip, wall)


def tip_radius_mm(tip: TipContact, contact: Contact) -> float:
    """Radius of the lumen where a tip is, mm; that of the nearest node in its vessel."""
    near = np.linalg.norm(contact.x - tip.point, axis=1)
    near[contact.vessel != tip.vessel] += 1e6
    return float(contact.radius_mm[int(near.argmin())]) if len(near) else 0.0


def worse(wall: WallStrength, patient: PatientFacts, vessel: str, at_mm: float, radius_mm: float) -> float:
    """Factor on the stress at a place: plaque, a thin wall, a balloon before."""
    factor = wall.plaque_factor if patient.plaque_at(vessel, at_mm) > 0.0 else 1.0
    if 0.0 < 2.0 * radius_mm < wall.thin_below_mm:
        factor *= wall.thin_factor
    return factor * (wall.treated_factor if patient.is_treated(vessel, at_mm) else 1.0)


def shaft_shares(contact: Contact, diameters_mm: Floats, wall: WallStrength, patient: PatientFacts) -> Floats:
    """Stress of the wall under each node as a share of its strength, shape (n,).

    Parameters
    ----------
    contact : Contact
    diameters_mm : ndarray, shape (tools,)
    wall : WallStrength
    patient : PatientFacts

    Notes
    -----
    **Model** a shaft lies on the wall with a share of its diameter: ``p = F / (w d l)`` over the node's
    cell of length l, or over one diameter where cells are shorter; where it slides, shear tau = `rubs`
    p comes to it, ``sqrt(p2 + 3 tau2)``. Plaque, thin walls and treated stretches as for tips.
    **Source** von Mises' sum for the shear; width and rubbing own choice (`hazards/wall-strength`). That
    walls bear high forces while hands feel little: Razban et al., arXiv 2012.10762.
    **Valid for** shafts that lie along a wall. Held by ``tests/suite/instruments/test_wall_stress.py``.
    """
    shares = np.zeros(len(contact.x))
    loaded = np.flatnonzero((contact.pressed_n > 0.0) & (contact.vessel >= 0))
    if not len(loaded):
        return shares
    arc = contact.arc_mm
    after, before = np.minimum(loaded + 1, len(arc) - 1), np.maximum(loaded - 1, 0)
    cell = (arc[after] - arc[before]) / np.maximum(after - before, 1)
    thick = diameters_mm[contact.skin[loaded]]
    pressure = contact.pressed_n[loaded] / (np.maximum(cell, thick) * wall.width_share * thick)
    slides = contact.slid_mm[loaded] > 0.0
    shares[loaded] = pressure * np.where(slides, sqrt(1.0 + 3.0 * wall.rubs**2), 1.0)
    shares[loaded] /= patient.strength_mpa(wall)
    for i in loaded[shares[loaded] > LEAST_SHARE].tolist():
        name = contact.names[contact.vessel[i]]
        shares[i] *= worse(wall, patient, name, float(contact.at_mm[i]), float(contact.radius_mm[i]))
    return shares


LEAST_SHARE = 0.015
"""Below it a place is not looked at more closely: no factors together make a hazard of it."""
