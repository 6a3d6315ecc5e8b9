"""`Territory`: which bed each voxel of a body belongs to, on a grid of about 3 mm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy  # scipy.spatial is loaded when it is first used
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.tissue import load_table
from angiosuite.anatomy.vessels.graph import Bed, Territory, Vessel
from angiosuite.anatomy.vessels.liver import LiverSections

__all__ = ["MEDULLA_DEPTH_MM", "TISSUES", "coarse_labels", "territory_of"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: Tissues that beds of a kind may hold.
TISSUES: Mapping[str, tuple[str, ...]] = {
    "kidney": ("kidney",), "liver": ("liver", "bile"), "spleen": ("spleen",), "pancreas": ("pancreas",),
    "adrenal": ("adrenal",), "stomach": ("stomach",), "bowel": ("bowel",), "heart": ("heart",),
    "lung": ("lung",), "muscle": ("muscle", "skin"), "pelvis": ("uterus", "prostate", "bladder"),
    "bone": ("vertebral-body", "sacrum", "hip-bone"),
}  # fmt: skip
#: Edge that voxels should have, mm.
EDGE_MM = 3.0
#: Depth below the kidney's surface where the cortex ends, mm.
MEDULLA_DEPTH_MM = 9.0
#: Thickness of the bladder's wall, mm.
WALL_MM = 4.5
#: Voxels of a tissue above which blocks of eight are told apart together.
LARGE = 100_000
#: Tissue farther than this from every vessel that could feed it belongs to no bed, mm.
FARTHEST_MM = 150.0


def coarse_labels(body: Body) -> tuple[NDArray[np.uint8], tuple[float, float, float], float]:
    """Labels of a body on about 3 mm voxels: numbers (z, y, x), centre of the first voxel (x, y, z), edge."""
    if body.labels is None:
        raise ValueError("a body without labels has no territory")
    stride = max(1, round(EDGE_MM / body.label_spacing_mm))
    cut = np.ascontiguousarray(
        body.labels[stride // 2 :: stride, stride // 2 :: stride, stride // 2 :: stride]
    )
    x, y, z = (value + (stride // 2) * body.label_spacing_mm for value in body.label_origin_mm)
    return cut, (x, y, z), stride * body.label_spacing_mm


def territory_of(
    body: Body, beds: Mapping[str, Bed], vessels: Mapping[str, Vessel], sections: LiverSections | None = None
) -> Territory:
    """Every voxel of perfused tissue to the bed that supplies it.

    Parameters
    ----------
    body : Body
        With labels.
    beds : mapping of id to Bed
        At most 255; those that are not `inside` get no voxels.
    vessels : mapping of id to Vessel
        Where the beds' feeders lie.
    sections : LiverSections, optional
        Planes that part a right and a left bed of the liver.

    Notes
    -----
    **Model** a voxel goes to the bed of its own tissue whose feeder lies nearest; beds of one side take their
    side only; the liver is parted along its veins, the kidney into cortex (outer 9 mm) and medulla; of
    bladder and gallbladder the wall alone is perfused; bronchial beds get none (the lung's voxels are those
    of its own circulation). **Source** own rule. **Valid for** labelled bodies.
    Held by tests/anatomy/vessels/test_organs.py.
    """
    labels, origin, edge = coarse_labels(body)
    names = tuple(beds)
    number = np.zeros(labels.shape, np.uint8)
    table = load_table()
    inside = [bed for bed in beds.values() if bed.inside]
    for kind in sorted({bed.kind for bed in inside}):
        own = [bed for bed in inside if bed.kind == kind]
        for tissue in TISSUES.get(kind, ()):
            mask = labels == table.by_id(tissue).number
            if tissue in ("bladder", "bile"):
                mask &= ~ndimage.binary_erosion(mask, iterations=max(1, round(WALL_MM / edge)))
            places = np.argwhere(mask)
            mine = _of_tissue(own, tissue)
            if len(places) == 0 or not mine:
                continue
            # in large organs eight voxels share one answer
            block = 2 if len(places) > LARGE else 1
            shape = tuple(-(-n // block) for n in labels.shape)
            key, back = np.unique(np.ravel_multi_index((places // block).T, shape), return_inverse=True)
            middle = block * np.stack(np.unravel_index(key, shape), axis=1) + 0.5 * (block - 1)
            points = np.asarray(origin) + edge * middle[:, ::-1]
            chosen = _chosen(points, mine, vessels, sections)[back]
            known = np.array([names.index(bed.id) + 1 for bed in mine], np.uint8)
            number[tuple(places.T)] = np.where(chosen >= 0, known[np.maximum(chosen, 0)], 0)
    _medulla(number, names, edge)
    return Territory(number, names, origin, edge)


def _of_tissue(beds: Sequence[Bed], tissue: str) -> list[Bed]:
    """The beds that may hold a tissue: one that names a hollow or pelvic organ takes that organ alone."""
    words = {"uterus": "uter", "prostate": "prostat", "bladder": "bladder"}
    if tissue == "bile":
        return [bed for bed in beds if bed.id == "gallbladder"]
    if tissue not in words:
        apart = ("gallbladder", "right-bronchi", "left-bronchi")
        return [bed for bed in beds if not bed.id.endswith("-medulla") and bed.id not in apart]
    other = tuple(word for name, word in words.items() if name != tissue)
    named = [bed for bed in beds if words[tissue] in bed.id or (tissue == "bladder" and "vesic" in bed.id)]
    return named or [bed for bed in beds if not any(word in bed.id for word in other)]


def _chosen(
    points: Floats, beds: Sequence[Bed], vessels: Mapping[str, Vessel], sections: LiverSections | None
) -> NDArray[np.int64]:
    """Place in `beds` of each point, -1 for none."""
    chosen = np.full(len(points), -1)
    for side, keep in (("right", points[:, 0] < 0.0), ("left", points[:, 0] >= 0.0)):
        other = "left" if side == "right" else "right"
        if sections is not None and beds and beds[0].kind == "liver":
            keep = sections.is_right(points) == (side == "right")
        mine = [k for k, bed in enumerate(beds) if other not in bed.id.split("-")]
        if not mine or not keep.any():
            continue
        if len(mine) == 1:
            chosen[keep] = mine[0]
            continue
        ends, owner = _feeding(mine, beds, vessels)
        if len(ends) == 0:
            chosen[keep] = mine[0]
            continue
        gap, nearest = scipy.spatial.cKDTree(ends).query(points[keep], distance_upper_bound=FARTHEST_MM)
        found = np.append(owner, -1)[np.where(np.isfinite(gap), nearest, len(owner))]
        chosen[keep] = found
    return chosen


def _feeding(
    mine: Iterable[int], beds: Sequence[Bed], vessels: Mapping[str, Vessel]
) -> tuple[Floats, NDArray[np.int64]]:
    """Points along the feeders' far halves, and whose they are."""
    points, owner = [np.zeros((0, 3))], [np.zeros(0, np.int64)]
    for k in mine:
        for name in beds[k].feeders:
            vessel = vessels[name]
            far = vessel.points_mm[vessel.arc_mm >= 0.5 * vessel.length_mm]
            points.append(far)
            owner.append(np.full(len(far), k))
    return np.concatenate(points), np.concatenate(owner)


def _medulla(number: NDArray[np.uint8], names: Sequence[str], edge: float) -> None:
    for name in names:
        if not name.endswith("-kidney-medulla"):
            continue
        own = [k + 1 for k, bed in enumerate(names) if bed.startswith(name.removesuffix("-medulla"))]
        kidney = np.isin(number, own)
        cut = ndimage.find_objects(kidney.view(np.uint8))
        if not cut or cut[0] is None:
            continue
        # the sinus is no surface: depth counts from the outside of the closed kidney
        part = np.pad(kidney[cut[0]], 5)
        whole = ndimage.binary_closing(part, iterations=4) | part
        depth = ndimage.distance_transform_edt(whole, edge)
        deep = (part & (depth > MEDULLA_DEPTH_MM))[5:-5, 5:-5, 5:-5]
        number[cut[0]][deep] = names.index(name) + 1
