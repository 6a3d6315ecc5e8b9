"""Make the compact data that ship for the built-in patient: base labels, bone distances, tables.

Run from the repository root, about four minutes on one core:

    python scripts/build_patient_sources.py SOURCES TARGET

`SOURCES` holds the folders `patient-sources` and `atlas-abdomen-spl`; `TARGET` is
`src/angiosuite_content/patients/built-in-adult`. Everything is in the base frame: x left, y posterior,
z superior, mm, z = 0 at the floor of the abdominal label map, midline at x = 167.
The recipe and its constants are explained in docs/explain/patient.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from patient_sources import bones, organs, pack


def main() -> None:
    """Read the sources, build, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--stage", choices=["all", "bones"], default="all")
    parser.add_argument("--keep", type=Path, help="keep intermediate arrays in this folder")
    args = parser.parse_args()
    np.seterr(all="ignore")
    skeleton = bones.build(args.sources, args.keep)
    if args.stage == "bones":
        return
    base = organs.build(args.sources, skeleton)
    pack.write(args.target, skeleton, base)


if __name__ == "__main__":
    main()
