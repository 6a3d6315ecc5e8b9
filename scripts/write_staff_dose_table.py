"""Write the angular table of scatter into ``docs/explain/staff-dose.md`` (run by hand after the fit).

    python scripts/write_staff_dose_table.py

Only what stands between the two marks is replaced; ``tests/docs/test_staff_dose.py`` holds it to the product.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from angiosuite.physics.xray.monte_carlo_room import OUT_BINS, OUT_KEV
from angiosuite.physics.xray.room_scatter import Scatter, ScatterBeam, scatter_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explain" / "staff-dose.md"
BEGIN, END = "<!-- angular table: begin -->\n", "<!-- angular table: end -->\n"
USUAL = ScatterBeam(75, 0.3, 0, 0, 22, 15)
OTHERS = {
    "62 kV, 0.9 mm": ScatterBeam(62, 0.9, 0, 0, 22, 15),
    "110 kV, 0.1 mm": ScatterBeam(110, 0.1, 0, 0, 22, 15),
    "30 cm": ScatterBeam(75, 0.3, 0, 0, 30, 15),
}


def at(scatter: Scatter, angle_deg: float, turn_deg: float) -> float:
    """µGy per Gy cm² at 1 m at an angle from an AP beam, turned about it from the patient's left."""
    a, t = np.deg2rad([angle_deg, turn_deg])
    point = np.array([[np.sin(a) * np.cos(t), -np.cos(a), -np.sin(a) * np.sin(t)]]) * 1000.0
    return float(scatter.kerma(point)[0])


def ring(scatter: Scatter, angle_deg: float) -> float:
    """The mean about the beam."""
    return float(np.mean([at(scatter, angle_deg, turn) for turn in range(0, 360, 10)]))


def table() -> str:
    """The table in Markdown."""
    usual = scatter_of(USUAL)
    head = ["Angle from the beam", "across", "to head or feet", "mean", "mean energy, keV", *OTHERS]
    lines = ["| " + " | ".join(head) + " |", "|" + "---:|" * len(head)]
    kev = (np.arange(OUT_BINS) + 0.5) * OUT_KEV
    for angle in np.arange(7.5, 180.0, 15.0):
        towards = np.array([[np.sin(np.deg2rad(angle)), -np.cos(np.deg2rad(angle)), 0.0]]) * 1000.0
        values = [at(usual, angle, 0.0), at(usual, angle, 90.0), ring(usual, angle)]
        others = [ring(scatter_of(beam), angle) for beam in OTHERS.values()]
        mean_kev = float(usual.spectrum(towards)[0] @ kev)
        cells = [f"{angle:g}°", *(f"{v:.2f}" for v in values), f"{mean_kev:.0f}"]
        lines.append("| " + " | ".join([*cells, *(f"{v:.2f}" for v in others)]) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
