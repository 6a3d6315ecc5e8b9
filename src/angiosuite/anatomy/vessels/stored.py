"""A vessel graph on disk: `graph.json` and `arrays.npz` in one folder, written and read whole or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.build import bed_facts, vessel_facts
from angiosuite.anatomy.vessels.graph import Bed, Junction, Territory, Twigs, Vessel, VesselGraph
from angiosuite.kit.stored_folder import Reading, check_format, written_whole

__all__ = ["load_graph", "save_graph"]

FORMAT = 1
WAY_OUT = "Delete the folder; the vessels are then grown again."
Arrays = dict[str, NDArray[Any]]


def save_graph(graph: VesselGraph, folder: Path) -> None:
    """Write a graph, whole or not at all; an existing folder of that name is replaced."""
    with written_whole(folder) as scratch:
        arrays: Arrays = {}
        counts = [len(vessel.points_mm) for vessel in graph.vessels.values()]
        arrays["counts"] = np.array(counts, np.int64)
        for name in ("points_mm", "radius_mm", "share"):
            parts = [getattr(vessel, name) for vessel in graph.vessels.values()]
            arrays[name] = np.concatenate(parts) if parts else np.zeros(0)
        facts = {
            "format": FORMAT,
            "content_hash": graph.content_hash,
            "variants": dict(graph.variants),
            "notices": list(graph.notices),
            "vessels": [vessel_facts(vessel) for vessel in graph.vessels.values()],
            "beds": [_bed_kept(number, bed, arrays) for number, bed in enumerate(graph.beds.values())],
            "territory": None,
        }
        if graph.territory is not None:
            land = graph.territory
            arrays["territory"] = land.number
            facts["territory"] = [list(land.beds), list(land.origin_mm), land.spacing_mm]
        np.savez_compressed(scratch / "arrays.npz", **arrays)  # type: ignore[arg-type]
        (scratch / "graph.json").write_text(json.dumps(facts), encoding="utf-8")


def load_graph(folder: Path) -> VesselGraph:
    """Read a graph written by `save_graph`.

    Raises
    ------
    StoredFolderError
        When the folder is missing, incomplete or of another format.
    """
    with Reading("vessels", folder, WAY_OUT):
        facts = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
        check_format(facts.get("format"), FORMAT)
        with np.load(folder / "arrays.npz", allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        ends = np.cumsum(arrays["counts"])
        vessels = {}
        for told, end, count in zip(facts["vessels"], ends, arrays["counts"], strict=True):
            vessels[told["id"]] = _vessel(told, arrays, slice(int(end - count), int(end)))
        beds = {told["id"]: _bed(told, arrays, number) for number, told in enumerate(facts["beds"])}
        land = facts["territory"]
        territory = None
        if land is not None:
            x, y, z = (float(value) for value in land[1])
            territory = Territory(arrays["territory"], tuple(land[0]), (x, y, z), float(land[2]))
        return VesselGraph(
            vessels, beds, territory, facts["variants"], tuple(facts["notices"]), facts["content_hash"]
        )


def _bed_kept(number: int, bed: Bed, arrays: Arrays) -> dict[str, object]:
    """Facts of a bed; its twigs go into the arrays."""
    for name, twigs in (("twigs", bed.twigs), ("vein_twigs", bed.vein_twigs)):
        if twigs is not None:
            arrays[f"{name}-{number}"] = twigs.pieces
            arrays[f"{name}-{number}-before"] = twigs.before
    return bed_facts(bed)


def _bed(told: Mapping[str, Any], arrays: Arrays, number: int) -> Bed:
    drawn: list[Twigs | None] = []
    for name in (f"twigs-{number}", f"vein_twigs-{number}"):
        drawn.append(Twigs(arrays[name], arrays[f"{name}-before"]) if name in arrays else None)
    facts = {**told, "feeders": tuple(told["feeders"]), "drains": tuple(told["drains"])}
    return Bed(**facts, twigs=drawn[0], vein_twigs=drawn[1])


def _vessel(told: Mapping[str, Any], arrays: Arrays, rows: slice) -> Vessel:
    ends = {
        name: Junction(told[name][0], float(told[name][1])) if told[name] is not None else None
        for name in ("parent", "joins")
    }
    return Vessel(
        **{**told, **ends},
        points_mm=arrays["points_mm"][rows],
        radius_mm=arrays["radius_mm"][rows],
        share=arrays["share"][rows],
    )
