"""Centre lines of the veins, portal veins, ureters and renal pelves of the abdominal label map.

Run from the repository root, under a minute on one core:

    python scripts/extract_vein_lines.py SOURCES TARGET

`SOURCES` holds `atlas-abdomen-spl`; `TARGET` is
`src/angiosuite_content/vessels/_reference/veins.json`. Points are in the frame of the reference
body: x left, y posterior, z superior, mm, z = 0 at the floor of the label map.

Each line is the cheapest way from where a lumen opens into its parent to its farthest voxel, allowed only
through the lumen's own voxels; a voxel costs less the deeper it lies. The label map is a modified version of
the SPL abdominal atlas (see the licence beside the shipped patient).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

sys.path.insert(0, str(Path(__file__).resolve().parent))

from patient_sources.grid import read_atlas

#: Edge of the isotropic voxels on which ways are sought, mm.
EDGE = 1.375
#: Name: label, and the labels of what it opens into; None starts at the top.
LINES: dict[str, tuple[tuple[int, ...], tuple[int, ...] | None]] = {
    "inferior-vena-cava": ((8,), None),
    "right-hepatic-vein": ((151,), (8,)),
    "left-hepatic-vein": ((153,), (8,)),
    "right-renal-vein": ((129,), (8,)),
    "left-renal-vein": ((128,), (8,)),
    "right-common-iliac-vein": ((81,), (8,)),
    "left-common-iliac-vein": ((82,), (8,)),
    "right-external-iliac-vein": ((83,), (81,)),
    "left-external-iliac-vein": ((84,), (82,)),
    "right-internal-iliac-vein": ((85,), (81,)),
    "left-internal-iliac-vein": ((86,), (82,)),
    "portal-and-superior-mesenteric-vein": ((12,), None),
    "splenic-vein": ((117,), (12,)),
    "right-renal-pelvis": ((145,), (51,)),
    "left-renal-pelvis": ((146,), (52,)),
    "right-ureter": ((141,), (145,)),
    "left-ureter": ((142,), (146,)),
    "gallbladder": ((10,), (12, 24, 25, 20)),
}
#: Where the portal vein divides (x), and where the common iliac veins meet, base mm.
HILUM_X, CONFLUENCE = 138.0, (157.0, 187.0, 92.0)
#: How far an intercostal vein lies above its artery, mm.
VEIN_ABOVE_MM = 2.6
STEPS = [(a, b, c) for a in (-1, 0, 1) for b in (-1, 0, 1) for c in (-1, 0, 1) if (a, b, c) > (0, 0, 0)]


def way(
    mask: NDArray[np.bool_], start: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Voxel places (n, 3) from the voxel nearest `start` to the farthest one, and the depth at each, mm."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1, 1:-1] * EDGE
    widest = ndimage.maximum_filter(depth, 7)
    cost = 1.0 / (0.05 + (depth / np.maximum(widest, 1e-6)) ** 3)
    index = np.full(mask.shape, -1)
    places = np.argwhere(mask)
    index[mask] = np.arange(len(places))
    rows, columns, weights = [], [], []
    for step in STEPS:
        other = places + step
        good = ((other >= 0) & (other < mask.shape)).all(1)
        a, b = places[good], other[good]
        both = index[tuple(b.T)] >= 0
        a, b = a[both], b[both]
        rows.append(index[tuple(a.T)])
        columns.append(index[tuple(b.T)])
        length = float(np.linalg.norm(step))
        weights.append(length * 0.5 * (cost[tuple(a.T)] + cost[tuple(b.T)]))
    n = len(places)
    graph = coo_matrix((np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), (n, n))
    graph = (graph + graph.T).tocsr()
    plain = graph.copy()
    plain.data[:] = 1.0
    first = int(np.linalg.norm(places - start, axis=1).argmin())
    far = dijkstra(plain, indices=first)
    far[~np.isfinite(far)] = -1.0
    last = int(far.argmax())
    _, before = dijkstra(graph, indices=first, return_predecessors=True)
    chain = [last]
    while chain[-1] != first:
        chain.append(int(before[chain[-1]]))
    found = places[chain[::-1]]
    return found.astype(np.float64), depth[tuple(found.T)]


def line(atlas: NDArray[np.int16], own: tuple[int, ...], into: tuple[int, ...] | None) -> NDArray[np.float64]:
    """Points (n, 4) of one lumen, base mm, and the depth of its label there."""
    mask = np.isin(atlas, own)
    cut = ndimage.find_objects(mask.view(np.uint8))[0]
    cut = tuple(slice(max(0, c.start - 3), c.stop + 3) for c in cut)
    part = np.repeat(mask[cut], 2, axis=0)
    soft = ndimage.gaussian_filter(part.astype(np.float32), (0.9, 0.5, 0.5))
    part = (soft > 0.45) | part
    parts, count = ndimage.label(part, np.ones((3, 3, 3)))
    sizes = ndimage.sum_labels(part, parts, np.arange(1, count + 1))
    part = parts == 1 + int(sizes.argmax())
    corner = np.array([2 * cut[0].start, cut[1].start, cut[2].start], np.float64)
    if into is None:
        start = np.argwhere(part)
        start = start[start[:, 0] == start[:, 0].max()].mean(0)
    else:
        near = np.argwhere(np.isin(atlas, into)) * np.array([2.0, 1.0, 1.0])
        own_places = np.argwhere(part) + corner
        gap = np.array([np.linalg.norm(near - place, axis=1).min() for place in own_places[::3]])
        start = own_places[::3][gap <= gap.min() + 1.2].mean(0) - corner
    found, depth = way(part, start)
    points = (found + corner) * np.array([0.5 * 2.75, 1.38, 1.38])
    points[:, 0] -= 0.25 * 2.75
    points = ndimage.gaussian_filter1d(points, 2.5, axis=0, mode="nearest")
    return np.column_stack([points[:, ::-1], depth])[:: max(1, len(points) // 60)]


def joined(lines: dict[str, NDArray[np.float64]]) -> None:
    """Portal vein and superior mesenteric vein apart; the vena cava from the atrium to its confluence."""
    both = lines.pop("portal-and-superior-mesenteric-vein")
    meet = int(np.linalg.norm(both[:, :3] - lines["splenic-vein"][0, :3], axis=1).argmin())
    hilum = int(np.abs(both[:meet, 0] - HILUM_X).argmin())
    lines["portal-vein"] = both[hilum : meet + 1][::-1]
    lines["superior-mesenteric-vein"] = both[meet:]
    cava = lines["inferior-vena-cava"]
    top = np.array([[149.0, 171.0, 345.0, 9.0], [148.5, 171.0, 320.0, 9.0]])
    below = np.array([[*CONFLUENCE, 7.0]])
    kept = cava[(cava[:, 2] > CONFLUENCE[2] + 8.0) & (cava[:, 2] < 290.0)]
    lines["inferior-vena-cava"] = np.concatenate([top, kept, below])


def above_arteries(path: Path) -> dict[str, NDArray[np.float64]]:
    """Courses of the intercostal veins: the arteries' below each rib, a little higher; measured before."""
    told = json.loads(path.read_text(encoding="utf-8"))["lines_mm"]
    up = np.array([0.0, 0.0, VEIN_ABOVE_MM])
    return {f"{name}-vein": np.asarray(line) + up for name, line in told.items() if "-rib-t" in name}


def main() -> None:
    """Read the label map, write the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("target", type=Path)
    args = parser.parse_args()
    atlas = read_atlas(args.sources / "atlas-abdomen-spl" / "labels.nrrd")
    lines = {}
    for name, (own, into) in LINES.items():
        points = line(atlas, own, into)
        lines[name] = points
    joined(lines)
    lines.update(above_arteries(args.target.with_name("reference.json")))
    for name, points in lines.items():
        print(f"{name}: {len(points)} points, {points[0, :3].round(0)} to {points[-1, :3].round(0)}")
    told = {
        "frame": "base mm: x left, y posterior, z superior, as patients/built-in-adult/base.json",
        "source": "SPL abdominal atlas (Talos, Jakab, Kikinis; Brigham and Women's Hospital, 2015), modified",
        "licence": "3D Slicer Contribution and Software License Agreement, Part B: see the LICENSE beside",
        "lines_mm": {name: points[:, :3].round(1).tolist() for name, points in lines.items()},
    }
    text = json.dumps(told, indent=None, separators=(",", ":")).replace('],"', '],\n"')
    args.target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
