"""The small arteries behind a drawn one, level by level: what lodges in them, and what still flows."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.blood import DYNE_CM2_PER_MMHG, VISCOSITY_POISE

from .particles import PACKED_SHARE

__all__ = ["ARTERIOLE_UM", "CAPILLARY_UM", "FILLING", "ArterialTree", "arterial_tree"]

Floats = NDArray[np.float64]

ARTERIOLE_UM, CAPILLARY_UM = 40.0, 8.0
LENGTH_DIAMETERS = 15.0
"""Length of a vessel between two forks, in its diameters."""
PACKED_DIAMETERS = 110.0
"""Length of the column that packs before a vessel of one level is shut, in its diameters: it reaches back
through its parents. Set so that published volumes close a bed (see `arterial_tree`)."""
FILLING = PACKED_DIAMETERS * PACKED_SHARE / LENGTH_DIAMETERS
"""A liquid that fills vessels from fork to fork and sets there shuts as so many times its volume of packed
solid does."""
CLOSED_SHARE = 1e-4
"""What is always open of a level: plasma creeps past packed balls."""
MOST_SHARE = 0.5
"""Of a bed's resistance that its small arteries have at the most, the rest lies in arterioles and beyond."""


@dataclass(frozen=True, slots=True, eq=False)
class ArterialTree:
    """Levels of one feeder's small arteries, the widest first.

    Parameters
    ----------
    diameter_um : ndarray (levels,)
    count : ndarray (levels,)
        Vessels of each level, side by side.
    resistance_share : ndarray (levels,)
        Of the bed's whole resistance; what is beyond the last level has the rest.
    room_ml : ndarray (levels,)
        Solid volume that shuts all vessels of a level.
    """

    diameter_um: Floats
    count: Floats
    resistance_share: Floats
    room_ml: Floats

    def level(self, lodging_um: float) -> int | None:
        """The first level in which something stops that needs so wide a lumen, um; None: it passes.

        What passes all small arteries and no capillary stops in the last level's own arterioles.
        """
        if lodging_um <= CAPILLARY_UM:
            return None
        narrow = np.flatnonzero(self.diameter_um < lodging_um)
        return int(narrow[0]) if narrow.size else int(self.diameter_um.size) - 1

    def lodge(self, lodged_ml: Floats, level: int, ml: float) -> Floats:
        """What lies in each level once `ml` more has stopped at one; all of it is kept.

        What a full level has no room for packs in the next wider one, and at last in the feeder.
        """
        after = np.array(lodged_ml, np.float64)
        for k in range(level, 0, -1):
            room = max(self.room_ml[k] - after[k], 0.0)
            if ml <= room:
                after[k] += ml
                return after
            after[k] += room
            ml -= room
        after[0] += ml
        return after

    def open_share(self, lodged_ml: Floats, plugs: Floats | None = None) -> Floats:
        """Of each level's vessels, the share that nothing shuts; `plugs` are single pieces, one a vessel."""
        shut = lodged_ml / self.room_ml + (0.0 if plugs is None else plugs / self.count)
        return np.asarray(np.maximum(1.0 - shut, CLOSED_SHARE))

    def resistance_factor(self, lodged_ml: Floats, plugs: Floats | None = None) -> float:
        """By how much the bed's resistance has risen, 1 and more; see `arterial_tree`."""
        left = np.maximum(np.cumprod(self.open_share(lodged_ml, plugs)), CLOSED_SHARE)
        shares = self.resistance_share
        return float((shares / left).sum() + (1.0 - shares.sum()) / left[-1])


def arterial_tree(
    feeder_mm: float, flow_ml_s: float, drop_mmhg: float, widest_mm: float = inf
) -> ArterialTree:
    """Small arteries from a feeder's diameter down to 40 um.

    Parameters
    ----------
    feeder_mm : float
        Diameter of the artery at its mouth.
    flow_ml_s, drop_mmhg : float
        Of its bed at rest: they say what part of its resistance lies in the small arteries.
    widest_mm : float
        Levels wider than this are left out, as what is drawn; one level stays in any case.

    Notes
    -----
    **Model** a tree that forks in two alike: ``d_g = D 2^(-g/3)``, so that (D/d)^3 vessels of diameter d lie
    side by side, each 15 diameters long. By Poiseuille each level has the resistance
    ``128 mu 15 / (pi D^3)``, the same for all; what is beyond 40 um has the rest of the bed's. Balls that
    stop in a level shut its vessels one after the other, each over a packed column of 110 diameters (solid
    share 0.6), and with a vessel all that is behind it: of a level's vessels the product of the open shares
    of it and all wider ones still flows, and the resistances of all levels lie in a row. That open vessels
    take over the flow of shut ones follows. Blood takes the ways that are open alike (a mean field: no
    single way is drawn).
    **Source** cube law: C. D. Murray, PNAS 12 (1926) 207 (memory). An exponent of 2.7 for 0.1 to 1 mm and
    3.0 below fits measured trees: Nakamura and Awa, Physiol. Rep. 2 (2014) e00236 (abstract read). Length in
    diameters: usual 10 to 20 (memory; draft). The packed column is fitted: two vials of 2 ml of drug-eluting
    beads close subsegmental tumour arteries (100 mg on 2 vials, stasis: JVIR 24 (2013), abstract "Influence
    of bead size on tumor response rate", read); some 2 to 4 ml of spheres of 500-700 um a uterine artery
    of 3 mm (memory; draft).
    **Valid for** feeders of 0.3 to 6 mm. Held by ``test_resistance_only_rises``,
    ``test_nothing_that_lodged_is_lost``, ``test_published_volumes_close_a_bed``.
    """
    if not (0.05 <= feeder_mm <= 50.0 and flow_ml_s > 0.0 and drop_mmhg > 0.0 and widest_mm > 0.0):
        raise WrongUse(
            "No arterial tree begins so",
            code="bad-arterial-tree",
            value=(feeder_mm, flow_ml_s, drop_mmhg, widest_mm),
            way_out="Give a feeder of 0.05 to 50 mm with a flow and a fall of pressure, all above 0.",
        )
    levels = max(int(np.floor(3.0 * np.log2(1e3 * feeder_mm / ARTERIOLE_UM))) + 1, 1)
    above = 3.0 * np.log2(feeder_mm / min(widest_mm, feeder_mm))
    drawn = min(int(np.ceil(above - 1e-9)), levels - 1)
    generation = np.arange(drawn, levels, dtype=np.float64)
    cm3 = (0.1 * feeder_mm) ** 3
    level_mmhg = 128.0 * VISCOSITY_POISE * LENGTH_DIAMETERS * flow_ml_s / (np.pi * cm3) / DYNE_CM2_PER_MMHG
    share = np.full(generation.size, level_mmhg / drop_mmhg)
    share *= min(1.0, MOST_SHARE / float(share.sum()))
    room_ml = PACKED_SHARE * 0.25 * np.pi * PACKED_DIAMETERS * cm3
    diameter_um = 1e3 * feeder_mm * 2.0 ** (-generation / 3.0)
    return ArterialTree(diameter_um, 2.0**generation, share, np.full(generation.size, room_ml))
