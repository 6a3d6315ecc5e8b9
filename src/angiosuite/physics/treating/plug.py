"""A vascular plug in a vessel: how long it gets, what it lets through, how it holds."""

from __future__ import annotations

from math import pi, sqrt

__all__ = ["plug_density", "plug_hold_n", "plug_length_mm", "plug_lies_mm"]

_LEAN = 1.2
_WIRE_MM, _DENSITY = 0.05, 0.03
_RADIAL_KPA, _FRICTION = 30.0, 0.2
WIRE_MM = _WIRE_MM
"""Wire of the mesh, mm: what permeability goes by."""


def plug_lies_mm(free_mm: float, vessel_mm: float) -> float:
    """Diameter of a plug in a vessel, mm: its own where the vessel is wider."""
    return min(free_mm, vessel_mm)


def plug_length_mm(free_mm: float, length_mm: float, vessel_mm: float) -> float:
    """Length of a plug that a vessel holds narrower than it is, mm.

    Notes
    -----
    **Model** wires of a braid keep their length: ``L2 + (1.2 L0 d / D0)2`` stays, so ``L = L0 sqrt(1 + 1.44
    (1 - (d/D0)2))``. **Source** kinematics of a braid; the free braid's lean of 50 degrees is a choice
    (draft). **Valid for** one lobe after the other alike. Held by ``test_plug.py``.
    """
    share = plug_lies_mm(free_mm, vessel_mm) / free_mm
    return length_mm * sqrt(1.0 + _LEAN**2 * (1.0 - share * share))


def plug_density(free_mm: float, length_mm: float, vessel_mm: float) -> float:
    """Share of its room that its mesh fills.

    Notes
    -----
    **Model** the mass stays: 0.03 of the free plug's room, more in a narrower one.
    **Source** memory of such meshes; draft. Held by ``test_plug.py``.
    """
    lies, long = plug_lies_mm(free_mm, vessel_mm), plug_length_mm(free_mm, length_mm, vessel_mm)
    return min(_DENSITY * free_mm**2 * length_mm / (lies**2 * long), 0.9)


def plug_hold_n(free_mm: float, length_mm: float, vessel_mm: float) -> float:
    """Force along the vessel that a plug withstands, N; none where the vessel is as wide as it.

    Notes
    -----
    **Model** ``mu p pi d L`` with ``p = 30 kPa (D0 - d) / D0`` and mu 0.2, the law of self-expanding stents
    (research notes on devices 3.5; memory; draft). Held by ``test_plug.py``.
    """
    lies = plug_lies_mm(free_mm, vessel_mm)
    pressure_kpa = _RADIAL_KPA * (free_mm - lies) / free_mm
    return _FRICTION * 1e-3 * pressure_kpa * pi * lies * plug_length_mm(free_mm, length_mm, vessel_mm)
