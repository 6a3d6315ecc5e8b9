"""Walls of a patient's vessels for what runs in them: a lumen baked once, stiffness by kind of vessel."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import System, Vessel, VesselGraph
from angiosuite.kit.stored_folder import Reading, StoredFolderError, check_format, written_whole
from angiosuite.physics.rods.baking import VERSION, bake, tree_of
from angiosuite.physics.rods.bedding import Bedding
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.foundation import Foundation
from angiosuite.physics.rods.union import MEET, NEVER, YOUNG, Lines
from angiosuite.physics.rods.walls import Walls

__all__ = ["ORGANS", "kept_walls", "walls_of"]

Floats = NDArray[np.float64]

FORMAT = 1000 + VERSION
"""Of what is kept: thousands for how, the rest for what is baked."""
ORGANS = ("still", "ribs", "abdomen", "kidneys", "heart")
"""What vessels can hang on, in the order in which `Walls` are told where they are."""
ARTERIES: tuple[System, ...] = ("artery", "pulmonary-artery")
ARTERY_N_MM2, VEIN_N_MM2, CALCIFIED_N_MM2 = 0.5, 0.2, 2.0
"""Indentation of a wall, N/mm a mm of vessel."""
CALCIFIED_RUB = 1.0
"""What friction grows by where all of a wall is calcified, as a share."""
ARTERY_MPA, VEIN_MPA, CALCIFIED_MPA = 0.6, 0.3, 4.0
"""Young's modulus of a wall in bending."""
ARTERY_WALL, VEIN_WALL = 0.15, 0.08
"""Thickness of a wall over the radius of its lumen."""
TISSUE_MPA = (("aort", 0.03), ("coronary", 0.03), ("brachiocephalic", 0.02), ("cava", 0.01), ("iliac", 0.004))
"""What holds a vessel, by a part of its id; N/mm a mm of vessel."""
WITHIN_MPA, OTHER_MPA = 0.02, 0.008
"""The same for vessels that lie in an organ that moves, and for all others."""
YOUNG_MM = 10.0
"""How far beyond what it hangs on a vessel is near its neighbours by right."""
GIVES_S = 0.1
"""Time in which tissue gives."""
STEP_S = 0.01
"""Step that loads come in."""
GOES_ON, BEND_DEG = 0.7, 60.0
"""A vessel is its parent's continuation from this share of its radius on, and up to this bend."""
KEPT = 6
"""Lumens that a folder holds."""
_PREFIX = "walls-"
_WAY_OUT = "Delete the folder; the lumen is then baked again."
_ARRAYS = ("origin_mm", "place", "gap_mm", "begins", "near")


def walls_of(
    graph: VesselGraph, systems: Sequence[System] = ("artery",), bricks: Bricks | None = None
) -> Walls:
    """Walls of the vessels of some systems, numbered in the graph's order; `bricks` if baked already.

    Notes
    -----
    **Model** a wall is indented by 0.5 N/mm a mm of vessel in arteries, 0.2 in veins and ducts and 2 where it
    is calcified, between by the share of the wall that is (`Vessel.calcium`), which also up to doubles
    friction. A vessel bends as a tube of its radius (wall 0.15 of it in arteries, 0.08 in veins; 0.6 and 0.3
    MPa, calcified 4) and is held by tissue of 30 kPa about the aorta and the heart, 20 about arch vessels and
    within organs, 10 about the caval veins, 4 about the iliac vessels, 8 elsewhere; tissue gives in 0.1 s, or
    as slowly as a step of 10 ms needs. Where the end of one vessel is the beginning of another nearly as
    wide, they bend as one. **Source** indentation 0.5, 0.2, 2 N/mm2 and tissue of 2 to 30 kPa: the project's
    working figures (draft, no measured source); moduli of the order of healthy arteries' incremental moduli
    at pressure (textbook; draft); friction of diseased wall: that it rises is known, the factor is a guess
    (draft). **Valid for** vessels under their pressure. Held by ``tests/anatomy/vessels/test_walls.py``.
    """
    vessels = _of(graph, systems)
    lines = Lines.joined(_lines(vessels))
    apart, young_mm = _apart(vessels)
    if bricks is None:
        bricks = bake(_lines(vessels), apart=apart, young_mm=young_mm)
    names = tuple(vessel.id for vessel in vessels)
    number = {name: n for n, name in enumerate(names)}
    return Walls(
        bricks,
        lines,
        names,
        np.array([_stiff(vessel) for vessel in vessels]),
        np.array([1.0 + CALCIFIED_RUB * vessel.calcium for vessel in vessels]),
        ORGANS,
        np.array([ORGANS.index(vessel.follows) for vessel in vessels], np.int32),
        np.concatenate([vessel.share for vessel in vessels]),
        Foundation(_beddings(vessels, number)),
        tree_of(lines, apart, young_mm),
    )


def kept_walls(folder: Path, graph: VesselGraph, systems: Sequence[System] = ("artery",)) -> Walls:
    """The same walls, baked when first asked for and mapped from a folder within `folder` after that.

    What is damaged, or was baked of other vessels or by other code, is baked again; the newest few are kept.
    """
    target = folder / f"{_PREFIX}{_key(graph, systems)[:24]}"
    with suppress(StoredFolderError):
        return walls_of(graph, systems, _read(target))
    walls = walls_of(graph, systems)
    with suppress(OSError):  # a full disk: baked again next time
        _write(walls.bricks, target)
        old = sorted(folder.glob(f"{_PREFIX}*"), key=lambda path: path.stat().st_mtime_ns)
        for other in [path for path in old if path != target][: -KEPT + 1]:
            shutil.rmtree(other, ignore_errors=True)
    return walls


def _of(graph: VesselGraph, systems: Sequence[System]) -> list[Vessel]:
    return [vessel for vessel in graph.vessels.values() if vessel.system in systems]


def _lines(vessels: Sequence[Vessel]) -> list[Floats]:
    return [np.column_stack([vessel.points_mm, vessel.radius_mm]) for vessel in vessels]


def _apart(vessels: Sequence[Vessel]) -> tuple[NDArray[np.int8], Floats]:
    """Which vessels open into each other where they touch, and how far from where it begins each is young.

    A vessel and its continuations count as one. It meets what hangs on it everywhere; its neighbours of two
    branchings (what hangs on the same vessel, and what hangs on what hangs on it) where one of them begins;
    no others but those that it joins. The roots of a system open into one place (veins: the right atrium).
    """
    number = {vessel.id: n for n, vessel in enumerate(vessels)}
    count = len(vessels)
    above = np.full(count + 2, -1)  # of every vessel, of the place of the roots, of nothing
    own, young = np.full(count, count), np.full(count, YOUNG_MM)
    for n, vessel in enumerate(vessels):
        if vessel.parent is not None and vessel.parent.vessel in number:
            parent = number[vessel.parent.vessel]
            goes_on = _goes_on(vessels[parent], vessel)
            own[n], above[n] = own[parent] if goes_on else n, own[parent]
            young[n] = 0.0 if goes_on else YOUNG_MM + 2.0 * vessels[parent].at(vessel.parent.at_mm)[1]
    one = above[own]
    two = above[one]
    told = np.full((count, count), NEVER, np.int8)
    for mine, other, how in ((own, two, YOUNG), (one, one, YOUNG), (own, one, MEET), (own, own, MEET)):
        same = (mine[:, None] == other) & (other >= 0)
        told[same | same.T] = how
    for n, vessel in enumerate(vessels):
        if vessel.joins is not None and vessel.joins.vessel in number:
            other = number[vessel.joins.vessel]
            told[n, other] = told[other, n] = MEET
    return told, young


def _stiff(vessel: Vessel) -> float:
    base = ARTERY_N_MM2 if vessel.system in ARTERIES else VEIN_N_MM2
    return base + vessel.calcium * (CALCIFIED_N_MM2 - base)


def _beddings(vessels: Sequence[Vessel], number: dict[str, int]) -> list[Bedding]:
    """Each vessel as a beam."""
    taken: set[str] = set()
    made = []
    for vessel in vessels:
        arterial = vessel.system in ARTERIES
        radius = float(np.mean(vessel.radius_mm))
        modulus, wall = (ARTERY_MPA, ARTERY_WALL) if arterial else (VEIN_MPA, VEIN_WALL)
        modulus += vessel.calcium * (CALCIFIED_MPA - modulus)
        tissue = _tissue(vessel)
        parent = vessel.parent if vessel.parent is not None and vessel.parent.vessel in number else None
        goes_on = (
            parent is not None
            and parent.vessel not in taken
            and _goes_on(vessels[number[parent.vessel]], vessel)
        )
        if parent is not None and goes_on:
            taken.add(parent.vessel)
        made.append(
            Bedding(
                length_mm=vessel.length_mm,
                bending_n_mm2=modulus * np.pi * radius**4 * wall,
                tissue_n_mm2=tissue,
                viscous_n_s_mm2=max(GIVES_S * tissue, STEP_S * _stiff(vessel)),
                parent=-1 if parent is None else number[parent.vessel],
                at_mm=0.0 if parent is None else parent.at_mm,
                goes_on=goes_on,
            )
        )
    return made


def _tissue(vessel: Vessel) -> float:
    for part, mpa in TISSUE_MPA:
        if part in vessel.id:
            return mpa
    return WITHIN_MPA if vessel.follows != "still" and float(np.median(vessel.share)) > 0.9 else OTHER_MPA


def _goes_on(parent: Vessel, child: Vessel) -> bool:
    """Whether a vessel is the continuation of the one that it hangs on."""
    assert child.parent is not None
    if child.parent.at_mm < parent.length_mm - 1.0 or child.radius_mm[0] < GOES_ON * parent.radius_mm[-1]:
        return False
    end, begin = parent.points_mm[-1] - parent.points_mm[-2], child.points_mm[1] - child.points_mm[0]
    cosine = float(end @ begin) / float(np.linalg.norm(end) * np.linalg.norm(begin))
    return cosine > float(np.cos(np.deg2rad(BEND_DEG)))


def _key(graph: VesselGraph, systems: Sequence[System]) -> str:
    """Hex key of a lumen: its vessels' courses and radii, and the code that bakes it."""
    vessels = _of(graph, systems)
    digest = hashlib.sha256(str(FORMAT).encode())
    for array in _apart(vessels):
        digest.update(array.tobytes())
    for vessel in vessels:
        digest.update(str(len(vessel.points_mm)).encode())
        digest.update(np.ascontiguousarray(vessel.points_mm).tobytes())
        digest.update(np.ascontiguousarray(vessel.radius_mm).tobytes())
    return digest.hexdigest()


def _write(bricks: Bricks, folder: Path) -> None:
    with written_whole(folder) as scratch:
        sums = {}
        for name in _ARRAYS:
            np.save(scratch / f"{name}.npy", getattr(bricks, name))
            sums[name] = zlib.crc32(np.ascontiguousarray(getattr(bricks, name)).data)
        facts = {"format": FORMAT, "cell_mm": bricks.cell_mm, "sums": sums}
        (scratch / "walls.json").write_text(json.dumps(facts), encoding="utf-8")


def _read(folder: Path) -> Bricks:
    """Bricks in a folder, mapped into memory; writable, as kernels take other arrays for another type.

    Raises
    ------
    StoredFolderError
        When something is missing, cut short, changed or of another version.
    """
    with Reading("lumen", folder, _WAY_OUT):
        facts = json.loads((folder / "walls.json").read_text(encoding="utf-8"))
        check_format(facts["format"], FORMAT)
        arrays = {}
        for name in _ARRAYS:
            arrays[name] = np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False)
            if zlib.crc32(arrays[name].data) != facts["sums"][name]:
                raise ValueError(f"{name}.npy was changed")
        return Bricks(cell_mm=float(facts["cell_mm"]), **{name: np.asarray(arrays[name]) for name in _ARRAYS})
