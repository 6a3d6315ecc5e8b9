"""A whole graph is grown into a body: the same every time, whatever the threads, and kept by the store."""

from __future__ import annotations

import time

import numpy as np
import pytest

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.build import grow_vessels, hash_graph
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.stored import load_graph, save_graph


@pytest.fixture(scope="module")
def graph(coarse: Body) -> VesselGraph:
    return grow_vessels(coarse)


def test_the_same_body_gives_the_same_graph(coarse: Body, graph: VesselGraph) -> None:
    assert grow_vessels(coarse).content_hash == graph.content_hash == hash_graph(graph)


def test_another_variant_gives_another_graph(coarse: Body, graph: VesselGraph) -> None:
    other = "both" if graph.variants["hepatic"] != "both" else "usual"
    changed = grow_vessels(coarse, variants={"hepatic": other})
    assert changed.variants == {**graph.variants, "hepatic": other}
    assert changed.content_hash != graph.content_hash


def test_a_whole_graph_survives_its_folder(tmp_path, graph: VesselGraph) -> None:
    save_graph(graph, tmp_path / "vessels")
    began = time.perf_counter()
    back = load_graph(tmp_path / "vessels")
    print(f"read in {time.perf_counter() - began:.2f} s")
    assert hash_graph(back) == graph.content_hash
    assert back.territory is not None
    assert graph.territory is not None
    assert np.array_equal(back.territory.number, graph.territory.number)


def test_vessels_stay_within_the_body(coarse: Body, graph: VesselGraph) -> None:
    """But where they end at its edge: neck, shoulders, thighs, 10 mm beyond the grid at most."""
    low, high = np.array(coarse.extent_mm).T
    for vessel in graph.vessels.values():
        assert (vessel.points_mm > low - 10.0).all(), vessel.id
        assert (vessel.points_mm < high + 10.0).all(), vessel.id
