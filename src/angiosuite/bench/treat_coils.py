"""Coils: how densely a strand packs a sac beside published densities, what a pack lets through, real time.

The push at which a catheter gives way was chosen for these two densities: the rows hold the strand to them,
they do not foretell another sac. That the push rises by itself with what lies there already was not set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import pi
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph
from angiosuite.bench.row import Row
from angiosuite.physics.treating.coil_packing import wind_volume_mm3
from angiosuite.physics.treating.coil_strand import HELD_KICK_N, KICK_N, Strand, Wound, lumen_ends
from angiosuite.suite.circulation.narrowed import Narrowed
from angiosuite.suite.treating.coils.pack import Filling, packed_vessels

TITLE = "coils"
SAC_MM, WIND_MM, EI_NMM2 = 10.0, 0.343, 0.004
FREE_SHARE, HELD_SHARE = 0.249, 0.31
"""Published: sacs that stayed closed (Takao 2014); with a balloon beside the catheter (31 +- 2)."""
WAYS = ((8.0, (0.3, 0.0, 1.0)), (9.0, (0.0, 0.2, 1.0)), (7.0, (0.1, -0.4, 1.0)))
"""Courses that are averaged: loop of the coil, mm, and where the catheter's tip points."""
FELT = 100
"""Hand steps of 20 ms over which a push is told: two seconds."""
REAL_MM, REAL_MM_S = 600.0, 10.0


def rows(peers: Path | None) -> Iterator[Row]:
    """Densities against published ones, permeability against Kozeny, time of a strand of 60 cm."""
    packed = np.array([packed_shares(loop_mm, way) for loop_mm, way in WAYS])
    yield _density("packing, free catheter", packed[:, 0], FREE_SHARE, "24.9 %, stable sacs, Takao 2014")
    yield _density("packing, balloon beside it", packed[:, 1], HELD_SHARE, "31 +- 2 %, balloon-assisted")
    worst = max(abs(_told_k(f) / _kozeny_mm2(f) - 1.0) for f in np.linspace(0.05, 0.5, 10).tolist())
    note = "as the network is told it of packs of 5 to 50 %, 10 mm of a vessel of 4 mm"
    yield Row("permeability against Kozeny", 100.0 * worst, "%", "lower", 1.0, note=note)
    mean, late = real_times()
    note = (
        f"60 cm of 0.020 in at {REAL_MM_S:g} mm/s into a vessel of 5 mm; one of a hundred over {late:.1f} ms"
    )
    yield Row("strand, a 20 ms of simulated time", mean, "ms", "lower", 4.0, note=note)


def packed_shares(loop_mm: float, way: tuple[float, float, float]) -> tuple[float, float]:
    """Densities of a sac of 10 mm at which a free and a held catheter give way."""
    sac = 0.5 * SAC_MM
    ends = lumen_ends(np.array([[0.0, 0.0, 0.0, sac]]))
    wound = Wound(WIND_MM, loop_mm, 2600.0, EI_NMM2, "complex")
    strand = Strand(wound, ends, np.array([0.0, 0.0, -0.4 * sac]), np.array(way))
    felt: list[float] = []
    found: list[float] = []
    whole = 4.0 / 3.0 * pi * sac**3
    for limit in (KICK_N, HELD_KICK_N):
        while not strand.is_out and (len(felt) < FELT or np.mean(felt[-FELT:]) < limit):
            strand.feed(0.2, 0.02)
            felt.append(strand.back_n)
        found.append(wind_volume_mm3(WIND_MM, strand.fed_mm) / whole)
    return found[0], found[1]


def real_times() -> tuple[float, float]:
    """Mean and 99th centile of the processor's time that 20 ms of feeding take, ms."""
    z = np.arange(-40.0, 200.0, 2.0)
    ends = lumen_ends(np.stack([0.0 * z, 0.0 * z, z, 0.0 * z + 2.5], axis=1))
    strand = Strand(
        Wound(0.508, 6.0, REAL_MM, 0.012, "complex"), ends, np.zeros(3), np.array([0.3, 0.0, 1.0])
    )
    strand.feed(0.1, 0.02)  # compiles
    times = []
    while not strand.is_out:
        begin = time.process_time()
        strand.feed(0.02 * REAL_MM_S, 0.02)
        times.append(1e3 * (time.process_time() - begin))
    return float(np.mean(times)), float(np.percentile(times, 99))


def _kozeny_mm2(f: float) -> float:
    return WIND_MM**2 * (1.0 - f) ** 3 / (180.0 * f**2)


def _told_k(density: float) -> float:
    """Permeability that the network's share of a lumen means, of a vessel filled by the millimetre, mm2."""
    z = np.arange(0.0, 61.0)
    line = np.stack([0.0 * z, 0.0 * z, z], axis=1)
    radius = np.full(61, 2.0)
    vessel = Vessel("artery", "artery", "artery", None, line, radius, True, "still", 0.0 * z)
    graph = VesselGraph({"artery": vessel}, {})
    area, at = pi * 2.0**2, np.arange(20.25, 40.0, 0.5)
    filling = Filling("artery", at, np.full(len(at), 0.5 * density * area), WIND_MM, 0.0)
    narrowed = Narrowed()
    narrowed.treat("coils", packed_vessels(graph, [filling]))
    told = narrowed.over("artery", 25.0, 35.0)
    return area / (8.0 * pi * (1.0 / told**2 - 1.0))


def _density(name: str, ours: NDArray[np.float64], theirs: float, note: str) -> Row:
    off = 100.0 * abs(float(ours.mean()) / theirs - 1.0)
    told = f"{', '.join(f'{100.0 * one:.1f}' for one in ours)} %; published {note}"
    return Row(name, off, "% off", "lower", 10.0, note=told)
