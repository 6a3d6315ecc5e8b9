"""X-ray physics against its references: spectra, attenuation, scatter, backscatter, reference kerma rate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from angiosuite.bench.row import Row
from angiosuite.imaging.exposure_control import reference_kerma_rate_mgy_min
from angiosuite.physics.xray.attenuation import mu_rho
from angiosuite.physics.xray.backscatter import backscatter_factor
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.monte_carlo import slab
from angiosuite.physics.xray.scatter import slab_spr
from angiosuite.physics.xray.spectrum import monoenergetic_sum, spectrum

TITLE = "X-ray physics"

BEAMS = ((60.0, 0.3), (70.0, 0.0), (70.0, 0.1), (70.0, 0.3), (80.0, 0.2), (100.0, 0.1), (120.0, 0.0))
"""Tube voltage, kV, and copper, mm, of the beams that are compared."""
CONTRAST_BEAMS = tuple((kv, cu) for kv in (70.0, 80.0, 90.0, 100.0) for cu in (0.0, 0.1, 0.3, 0.9))

# Mass attenuation at 30, 40, 50, 60, 80 and 100 keV, cm2/g: Hubbell and Seltzer, NISTIR 5632.
NIST_KEV = (30.0, 40.0, 50.0, 60.0, 80.0, 100.0)
NIST = {
    "water": (0.3756, 0.2683, 0.2269, 0.2059, 0.1837, 0.1707),
    "cortical-bone": (1.331, 0.6655, 0.4242, 0.3148, 0.2229, 0.1855),
    "iodine": (8.561, 22.10, 12.32, 7.579, 3.510, 1.942),
    "copper": (10.92, 4.862, 2.613, 1.593, 0.7630, 0.4584),
}
# Air kerma at 1 m, uGy/mAs, of BEAMS: SpekPy 2.5.4, "casim", NIST attenuation, 11 degrees, 2.5 mm Al.
SPEKPY = (6.193, 64.453, 28.241, 11.059, 24.951, 65.980, 157.035)
# Backscatter factor at 19.5 cm: Benmakhlouf et al., Phys. Med. Biol. 58:247 (2013), eq. 8.
PUBLISHED_BACKSCATTER = {(70.0, 0.1): 1.4327, (70.0, 0.3): 1.5187, (80.0, 0.2): 1.5117, (100.0, 0.1): 1.4955}
# kV, copper mm, thickness, field side at the detector and air gap, cm.
SLABS = (
    (72.0, 0.9, 20.0, 29.7, 17.0),
    (72.0, 0.3, 28.0, 22.6, 12.0),
    (68.0, 0.6, 12.0, 29.7, 20.0),
    (95.0, 0.2, 32.0, 29.7, 10.0),
    (75.0, 0.1, 20.0, 11.3, 17.0),
    (66.0, 0.9, 15.0, 15.6, 5.0),
)

_ASK_SPEKPY = """
import json, sys, spekpy
kerma = []
for kv, cu in json.loads(sys.argv[1]):
    tube = spekpy.Spek(kvp=kv, th=11, dk=0.5, mas=1, z=100, physics="casim", mu_data_source="nist")
    tube.filter("Al", 2.5)
    if cu:
        tube.filter("Cu", cu)
    kerma.append(float(tube.get_kerma()))
print(json.dumps([kerma, spekpy.__version__]))
"""


def _spekpy(peers: Path | None) -> tuple[list[float], str] | None:
    """Kerma of :data:`BEAMS` by SpekPy in the peers' environment or this one; None where it is in neither."""
    interpreters = [sys.executable]
    if peers is not None:
        interpreters.insert(0, str(peers / "bin" / "python" if peers.is_dir() else peers))
    for python in interpreters:
        try:
            done = subprocess.run(
                [python, "-c", _ASK_SPEKPY, json.dumps(BEAMS)],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        kerma, version = json.loads(done.stdout.splitlines()[-1])
        return kerma, f"SpekPy {version}"
    return None


def _percent(ours: float, reference: float) -> float:
    return abs(ours / reference - 1.0) * 100.0


def iodine_contrast_percent() -> tuple[float, float]:
    """Worst rms deviation of log iodine contrast, %, and of the log signal, over :data:`CONTRAST_BEAMS`."""
    rng = np.random.default_rng(11)
    bare = {
        "water": rng.uniform(2, 35, 400),
        "cortical-bone": rng.uniform(0, 5, 400) * (rng.random(400) < 0.6),
    }
    full = {**bare, "iodine": rng.uniform(0.01, 0.24, 400)}
    worst_contrast = worst_log = 0.0
    for kv, cu in CONTRAST_BEAMS:
        fluence, rays = spectrum(kv, cu), beam(kv, cu)
        exact, exact_bare = monoenergetic_sum(fluence, full), monoenergetic_sum(fluence, bare)
        ours, ours_bare = rays.signal(full), rays.signal(bare)
        off = np.log(ours / ours_bare) / np.log(exact / exact_bare) - 1
        worst_contrast = max(worst_contrast, float(np.sqrt(np.mean(off**2))) * 100)
        worst_log = max(worst_log, float(np.sqrt(np.mean(np.log(ours / exact) ** 2))))
    return worst_contrast, worst_log


def rows(peers: Path | None) -> Iterator[Row]:
    """The table; `peers` may hold SpekPy."""
    contrast, log_rms = iodine_contrast_percent()
    yield Row(
        "iodine log contrast against the 1 keV sum, 70 to 100 kV, worst rms",
        contrast,
        "%",
        must=1.0,
        aim=0.3,
        note="16 beams, 400 paths of water, bone and iodine each",
    )
    yield Row("log signal against the 1 keV sum, 70 to 100 kV, worst rms", log_rms, "1", must=0.01, aim=0.003)
    worst = max(
        _percent(float(ours), reference)
        for material, table in NIST.items()
        for ours, reference in zip(mu_rho(material, np.array(NIST_KEV)), table, strict=True)
    )
    yield Row(
        "attenuation against NIST, worst", worst, "%", must=1.0, aim=0.3, note="water, bone, iodine, copper"
    )
    asked = _spekpy(peers)
    reference, name = asked if asked is not None else (list(SPEKPY), None)
    worst = max(
        _percent(beam(kv, cu).kerma_ugy_per_mas_1m, theirs)
        for (kv, cu), theirs in zip(BEAMS, reference, strict=True)
    )
    note = "seven beams" if name else "against stored SpekPy 2.5.4 figures: SpekPy is not installed"
    yield Row("air kerma against SpekPy, worst", worst, "%", must=1.0, aim=0.3, peer=name, note=note)
    yield from _scatter_rows()
    rate, technique = reference_kerma_rate_mgy_min()
    yield Row(
        "reference kerma rate behind 20 cm acrylic, 15/s, normal",
        rate,
        "mGy/min",
        must=28.2,
        note=f"36 nGy a frame, field 42 cm; {technique.kv:g} kV, {technique.filter_cu_mm:g} mm Cu; "
        "18 real units: 2.1 to 28.2, mean 13.9 (PMC5690033)",
    )


def _scatter_rows() -> Iterator[Row]:
    off = []
    for i, (kv, cu, thickness, side, gap) in enumerate(SLABS):
        truth = slab(
            kv, cu, thickness_cm=thickness, field_side_cm=side, air_gap_cm=gap, photons=300_000, seed=500 + i
        ).spr[0]
        ours = float(slab_spr(np.array(thickness), side * 10, gap * 10, beam(kv, cu)))
        off.append(_percent(ours, float(truth)))
    yield Row(
        "scatter-to-primary against the Monte Carlo, worst",
        max(off),
        "%",
        must=15.0,
        aim=8.0,
        note=f"{len(SLABS)} slabs, 12 to 32 cm of water; rms {np.sqrt(np.mean(np.square(off))):.1f} %",
    )
    fitted, published = [], []
    for i, ((kv, cu), known) in enumerate(PUBLISHED_BACKSCATTER.items()):
        truth = slab(
            kv,
            cu,
            thickness_cm=20,
            field_side_cm=19.5 * 105 / 75,
            air_gap_cm=10,
            photons=700_000,
            seed=900 + i,
            patch_cm=2.5,
        ).backscatter_factor
        fitted.append(_percent(backscatter_factor(kv, beam(kv, cu).hvl_mm_al, 195.0), truth))
        published.append(_percent(truth, known))
    yield Row(
        "backscatter factor against the Monte Carlo, worst",
        max(fitted),
        "%",
        must=3.0,
        aim=1.5,
        note="four beams",
    )
    yield Row(
        "the Monte Carlo's backscatter factor against what was published, worst",
        max(published),
        "%",
        must=3.0,
        aim=1.5,
        note="Benmakhlouf et al. 2013",
    )
