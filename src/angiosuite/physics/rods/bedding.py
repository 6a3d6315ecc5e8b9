"""Vessels as beams on tissue: what each is made of, which bend as one, and the nodes that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["Bedding", "beams_of", "edges_of", "nodes_of"]

Floats = NDArray[np.float64]

SHORTEST_MM, LONGEST_MM = 2.0, 5.0
"""Between the nodes of a beam."""
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Bedding:
    """One vessel as a beam.

    Parameters
    ----------
    length_mm : float
    bending_n_mm2 : float
        Stiffness against bending of its wall, N mm2.
    tissue_n_mm2 : float
        What holds it a mm of vessel and mm aside, N/mm2 (that is, MPa).
    viscous_n_s_mm2 : float
        How slowly it gives, a mm of vessel, N s/mm2.
    parent : int
        Vessel that it hangs on, listed before it; -1 none.
    at_mm : float
        Where on that.
    goes_on : bool
        Whether it is the continuation of that vessel's end: then both are one beam.
    """

    length_mm: float
    bending_n_mm2: float
    tissue_n_mm2: float
    viscous_n_s_mm2: float
    parent: int = -1
    at_mm: float = 0.0
    goes_on: bool = False


def beams_of(vessels: Sequence[Bedding]) -> list[list[int]]:
    """Numbers of the vessels that bend as one, each from its root on.

    Raises
    ------
    WrongUse
        When a vessel hangs on one that is not listed before it.
    """
    beams: list[list[int]] = []
    of: list[int] = []
    for v, one in enumerate(vessels):
        if one.parent >= v:
            raise WrongUse(
                "A vessel hangs on one listed before it", code="bad-foundation", value=(v, one.parent)
            )
        if one.goes_on and one.parent >= 0 and beams[of[one.parent]][-1] == one.parent:
            of.append(of[one.parent])
            beams[of[v]].append(v)
        else:
            of.append(len(beams))
            beams.append([v])
    return beams


def edges_of(one: Bedding, *, alone: bool) -> int:
    """How many edges a vessel has: a quarter of the length of its waves each, within bounds."""
    wave_mm = (4.0 * one.bending_n_mm2 / one.tissue_n_mm2) ** 0.25
    edges = int(np.ceil(one.length_mm / min(max(0.25 * wave_mm, SHORTEST_MM), LONGEST_MM)))
    return max(edges, FEWEST - 1 if alone else 1)


def nodes_of(members: Sequence[Bedding], edges: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """Of a beam's nodes: stiffness of the bend, N/mm, hold of the tissue, N/mm, its slowness, N s/mm."""

    def each(values: Sequence[float]) -> Floats:
        return np.repeat(np.array(values), edges)

    long_mm = each([one.length_mm / n for one, n in zip(members, edges, strict=True)])
    bending = each([one.bending_n_mm2 for one in members])
    middle_mm = 0.5 * (long_mm[:-1] + long_mm[1:])
    bend = np.concatenate([[0.0], 0.5 * (bending[:-1] + bending[1:]) / middle_mm**3, [0.0]])
    sides = []
    for values in ([one.tissue_n_mm2 for one in members], [one.viscous_n_s_mm2 for one in members]):
        half = 0.5 * long_mm * each(values)
        sides.append(np.append(half, 0.0) + np.append(0.0, half))
    return bend, sides[0], sides[1]
