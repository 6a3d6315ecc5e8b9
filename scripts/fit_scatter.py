"""Fit the real-time scatter and the backscatter factors to the project's own Monte Carlo (run by hand).

    python scripts/fit_scatter.py            # about ten minutes on two cores; writes scatter.json

Needs nothing but the product itself; ``build_xray_tables.py`` comes first.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import erf
from scipy.stats import qmc

from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.monte_carlo import _POINTS, slab
from angiosuite.physics.xray.scatter import hardened_kev

TARGET = Path(__file__).resolve().parent.parent / "src" / "angiosuite_content" / "xray" / "scatter.json"
BEAMS = [
    (55, 0.1), (60, 0.3), (65, 0.9), (70, 0.1), (70, 0.3), (75, 0.6),
    (80, 0.2), (90, 0.1), (100, 0.1), (110, 0.3), (120, 0.0), (80, 0.0),
]  # fmt: skip


def sample(photons: int = 150_000) -> np.ndarray:
    """Slabs drawn evenly from thickness, field, gap and distance: one row each."""
    rows = []
    for i, x in enumerate(qmc.Sobol(4, seed=3).random(512)):
        thickness = 2 * np.exp(x[0] * np.log(36 / 2))
        field = 6 * np.exp(x[1] * np.log(31 / 6))
        gap = 1 + x[2] ** 1.5 * 44
        distance = 90 + x[3] * 30
        if distance - gap - thickness < 30:
            continue
        kv, cu = BEAMS[i % len(BEAMS)]
        r = slab(
            kv, cu, thickness_cm=thickness, field_side_cm=field, air_gap_cm=gap,
            source_detector_cm=distance, photons=photons, seed=i + 1,
        )  # fmt: skip
        rows.append([kv, cu, thickness, field, gap, distance, *r.spr, *r.spr_error])
    return np.array(rows)


def polynomial(variables: list[np.ndarray], degree: int) -> tuple[np.ndarray, list[list[int]]]:
    """All monomials to a degree: values (samples, terms) and the exponents of each term."""
    terms: list[list[int]] = [[0] * len(variables)]
    for d in range(1, degree + 1):
        for combination in itertools.combinations_with_replacement(range(len(variables)), d):
            terms.append([combination.count(i) for i in range(len(variables))])
    columns = [np.prod([v**p for v, p in zip(variables, t, strict=True)], axis=0) for t in terms]
    return np.array(columns).T, terms


def fit_scatter(rows: np.ndarray) -> dict[str, object]:
    """Polynomials of ln SPR at the centre and of the width of its fall at the edge."""
    kv, cu, thickness, field, gap, _ = rows[:, :6].T
    spr, error = rows[:, 6:13], rows[:, 13:20]
    hard = np.array([hardened_kev(beam(k, c)) for k, c in zip(kv, cu, strict=True)])
    v = [np.log(thickness / 15), np.log(field / 18), np.log((gap + thickness / 2) / 15), (hard - 55) / 10]
    a, terms = polynomial(v, 3)
    relative = error[:, 0] / spr[:, 0]
    clinical = (thickness >= 6) & (field >= 9) & (gap <= 35)
    weight = np.where(clinical, 1.0, 0.25) / np.sqrt(relative**2 + 0.01**2)
    order = np.random.default_rng(0).permutation(len(rows))
    train, test = order[: int(0.8 * len(rows))], order[int(0.8 * len(rows)) :]
    y = np.log(spr[:, 0])
    c = np.linalg.lstsq(a[train] * weight[train, None], y[train] * weight[train], rcond=None)[0]
    left = (a @ c - y)[test][clinical[test]]
    widths = np.zeros(len(rows))
    for i in range(len(rows)):
        half, seen = field[i] / 2, spr[i] / spr[i, 0]
        x = _POINTS * half

        def miss(log_width: float, half=half, seen=seen, x=x) -> float:
            s = np.exp(log_width)
            shape = (erf((half - x) / s) + erf((half + x) / s)) / (2 * erf(half / s))
            return float(((shape - seen) ** 2).sum())

        widths[i] = np.exp(minimize_scalar(miss, bounds=(-1, 5), method="bounded").x)
    b, edge_terms = polynomial(v[:3], 2)
    e = np.linalg.lstsq(b, np.log(widths), rcond=None)[0]
    print(f"SPR on {clinical[test].sum()} held-out slabs: rms {left.std():.4f}, worst {abs(left).max():.4f}")
    return {
        "log_spr": {"terms": terms, "coefficients": [round(float(x), 6) for x in c]},
        "log_edge_cm": {"terms": edge_terms, "coefficients": [round(float(x), 6) for x in e]},
        "held_out_rms": round(float(left.std()), 5),
        "held_out_worst": round(float(abs(left).max()), 5),
    }


def fit_backscatter(photons: int = 1_200_000) -> dict[str, object]:
    """Polynomial of the backscatter factor in voltage, half-value layer and the field's side."""
    kvs, hvls, sides, factors = [], [], [], []
    for kv, cu in BEAMS:
        for side in (6.0, 10.0, 15.0, 20.0, 27.0, 35.0):
            r = slab(
                kv, cu, thickness_cm=20, field_side_cm=side * 105 / 75, air_gap_cm=10,
                source_detector_cm=105, photons=photons, seed=int(kv * 100 + side),
                patch_cm=min(2.0, side / 5), slab_side_cm=60,
            )  # fmt: skip
            kvs.append(kv)
            hvls.append(beam(kv, cu).hvl_mm_al)
            sides.append(side)
            factors.append(r.backscatter_factor)
    v = [np.array(kvs) / 80 - 1, np.log(np.array(hvls) / 4), np.log(np.array(sides) / 15)]
    a, terms = polynomial(v, 3)
    c = np.linalg.lstsq(a, np.array(factors) - 1, rcond=None)[0]
    left = (a @ c + 1) / np.array(factors) - 1
    print(f"backscatter: rms {left.std():.4f}, worst {abs(left).max():.4f}")
    return {
        "terms": terms,
        "coefficients": [round(float(x), 6) for x in c],
        "rms": round(float(left.std()), 5),
        "worst": round(float(abs(left).max()), 5),
    }


def main() -> int:
    found = {
        "about": "Fitted to angiosuite.physics.xray.monte_carlo by scripts/fit_scatter.py; see PROVENANCE.md",
        **fit_scatter(sample()),
        "backscatter": fit_backscatter(),
    }
    TARGET.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
