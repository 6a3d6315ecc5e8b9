"""The trees of vessels that instruments run in, by what was punctured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from angiosuite.anatomy.vessels.graph import System, VesselGraph

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls

__all__ = ["TREES", "ready_trees", "tree_walls"]

TREES: Mapping[str, tuple[System, ...]] = {"artery": ("artery",), "vein": ("vein", "pulmonary-artery")}
"""Systems whose lumens one wire can go through."""


def tree_walls(cache: Path | None, graph: VesselGraph, tree: str) -> Walls:
    """Walls of one tree, baked when first asked for and kept in a folder where there is one."""
    from angiosuite.anatomy.vessels.walls import kept_walls, walls_of  # late: who leads nothing opens sooner

    systems = TREES[tree]
    return walls_of(graph, systems) if cache is None else kept_walls(cache, graph, systems)


def ready_trees(cache: Path | None, graph: VesselGraph) -> None:
    """Bake the walls of every tree, so that nobody waits for them with a wire in the hand."""
    if cache is not None:
        for tree in TREES:
            tree_walls(cache, graph, tree)
