"""Make the table of scatter that leaves a patient into the room (run by hand).

    python scripts/fit_room_scatter.py PARTS [SECONDS]    # about ten minutes on two cores in all

Each of the 448 runs is kept in the folder PARTS; a call that is given SECONDS stops after them and the next
one goes on. When all are there, ``room_scatter.npz`` and ``room_scatter.md`` are written. Needs nothing
but the product itself; ``build_xray_tables.py`` comes first.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.monte_carlo_room import CENTRE_CM, Trunk, trunk_in_room

TARGET = Path(__file__).resolve().parent.parent / "src" / "angiosuite_content" / "xray"
PHOTON_KEV = (20.0, 27.0, 36.0, 48.0, 62.0, 80.0, 100.0, 125.0)
ROTATION_DEG = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
ANGULATION_DEG = (0.0, 13.0, 26.0, 40.0)
DEPTH_CM = (14.0, 19.0, 25.0, 33.0)
SIDE_CM = (5.0, 10.0, 16.0, 22.0)
PHOTONS = 2_400_000
SEED = 20_261_129


def symmetric(kerma: NDArray[np.float64], rotation: float, angulation: float) -> NDArray[np.float64]:
    """Means over the mirror images that a trunk and a beam have; the last axis is the sector."""
    if angulation == 0.0:
        kerma = (kerma + kerma[..., -np.arange(12) % 12]) / 2
    if rotation in (0.0, 90.0):
        kerma = (kerma + kerma[..., (6 - np.arange(12)) % 12]) / 2
    return kerma


def run(parts: Path, seconds: float) -> bool:
    """Make what is missing; whether all is there."""
    began = time.monotonic()
    runs = list(itertools.product(ROTATION_DEG, ANGULATION_DEG, DEPTH_CM, SIDE_CM))
    for number, (rotation, angulation, depth, side) in enumerate(runs):
        path = parts / f"{number:03d}.npz"
        if path.exists():
            continue
        if time.monotonic() - began > seconds:
            print(f"{number} of {len(runs)}")
            return False
        found = trunk_in_room(
            PHOTON_KEV, Trunk.of_depth(depth), field_side_cm=side, rotation_deg=rotation,
            angulation_deg=angulation, photons=PHOTONS, seed=SEED + number,
        )  # fmt: skip
        np.savez(path, kerma=found.kerma, spectrum=found.spectrum, error=found.error)
    return True


def gather(parts: Path) -> dict[str, NDArray]:
    """The table from all runs."""
    shape = (len(ROTATION_DEG), len(ANGULATION_DEG), len(DEPTH_CM), len(SIDE_CM))
    kerma = np.zeros((*shape, len(PHOTON_KEV), 12, 12))
    spheres = np.zeros((*shape, len(PHOTON_KEV), 3, 12))
    spectrum = np.zeros((len(DEPTH_CM), len(PHOTON_KEV), 12, 26))
    errors = np.zeros((*shape, len(PHOTON_KEV), 12))
    for number, index in enumerate(np.ndindex(shape)):
        with np.load(parts / f"{number:03d}.npz") as part:
            all_spheres = part["kerma"]
            ring = all_spheres[:, 1].mean(axis=-1)
            kerma[index] = symmetric(all_spheres[:, 1], ROTATION_DEG[index[0]], ANGULATION_DEG[index[1]])
            spheres[index] = all_spheres.mean(axis=-1)
            spectrum[index[2]] += part["spectrum"] * ring[..., None]
            errors[index] = part["error"] / np.maximum(ring, 1e-12)
    floor = 1e-3 * kerma.mean(axis=(-1, -2), keepdims=True)
    kerma = np.maximum(kerma, floor)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = spheres[..., 0, :] / spheres[..., 1, :]
    print("error of a ring: median", np.median(errors), "95th percentile", np.percentile(errors, 95))
    print("60 cm over 100 cm times distance squared, from 35 keV: median", np.nanmedian(near[..., 2:, :]))
    return {
        "photon_kev": np.array(PHOTON_KEV),
        "rotation_deg": np.array(ROTATION_DEG),
        "angulation_deg": np.array(ANGULATION_DEG),
        "depth_cm": np.array(DEPTH_CM),
        "side_cm": np.array(SIDE_CM),
        "centre_cm": np.array(CENTRE_CM),
        "kerma": kerma.astype(np.float16),
        "spectrum": (spectrum / np.maximum(spectrum.sum(axis=-1, keepdims=True), 1e-300)).astype(np.float16),
        "error_median": np.array(np.median(errors)),
        "error_p95": np.array(np.percentile(errors, 95)),
    }


def main() -> int:
    parts = Path(sys.argv[1])
    parts.mkdir(parents=True, exist_ok=True)
    if not run(parts, float(sys.argv[2]) if len(sys.argv) > 2 else np.inf):
        return 0
    table = gather(parts)
    np.savez_compressed(TARGET / "room_scatter.npz", **table)
    (TARGET / "room_scatter.md").write_text(
        f"""# Scatter into the room

`room_scatter.npz` is made by `scripts/fit_room_scatter.py` from the project's own Monte Carlo
(`angiosuite.physics.xray.monte_carlo_room`) and holds numbers only: air kerma free in air at 1 m from the
scatter centre, {CENTRE_CM:g} cm of water below the entrance on the central ray, per kerma-area product,
µGy m² per Gy cm².

- Water trunks (elliptic cylinders, 90 cm long, width 20 cm + 0.8 times the depth); depths {DEPTH_CM} cm
- Rotations {ROTATION_DEG}, angulations {ANGULATION_DEG} degrees
- Sides of the square field in the isocentre {SIDE_CM} cm
- Photon energies {PHOTON_KEV} keV
- Twelve rings of 15 degrees about the beam's axis, twelve sectors of 30 degrees
- {PHOTONS:,} histories a run, 448 runs, seeds from {SEED}
- Standard error of a ring's mean: median {100 * float(table["error_median"]):.1f} %, 95th percentile
  {100 * float(table["error_p95"]):.0f} %
- Mirror images (head and feet, left and right) are averaged where the geometry has them
""",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
