"""A stored graph is the graph, or it is refused; a patient's is grown once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.vessels.build import hash_graph
from angiosuite.anatomy.vessels.graph import Bed, Junction, Territory, Twigs, Vessel, VesselGraph
from angiosuite.anatomy.vessels.stored import load_graph, save_graph
from angiosuite.kit.stored_folder import StoredFolderError


@pytest.fixture
def graph() -> VesselGraph:
    line = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -50.0], [1.0, 0.0, -90.0]])
    ones = np.ones(3)
    trunk = Vessel("trunk", "Trunk", "artery", None, line, 5.0 * ones, True, "still", 0.0 * ones)
    branch = replace(
        trunk,
        id="branch",
        parent=Junction("trunk", 50.0),
        points_mm=line - np.array([0.0, 0.0, 50.0]),
        bed="muscle",
        side="left",
        joins=Junction("trunk", 60.0),
        calcium=0.25,
        origin="template",
    )
    twigs = Twigs(np.arange(16, dtype=np.float32).reshape(2, 8), np.array([-1, 0], np.int32))
    bed = Bed("muscle", "Muscle", "muscle", 12.5, 8.0, ("branch",), (), twigs=twigs, vein_twigs=twigs)
    land = Territory(np.arange(24, dtype=np.uint8).reshape(2, 3, 4), ("muscle",), (1.0, 2.0, 3.0), 3.0)
    told = VesselGraph(
        {"trunk": trunk, "branch": branch}, {"muscle": bed}, land, {"hepatic": "usual"}, ("Drawn.",)
    )
    return replace(told, content_hash=hash_graph(told))


def test_what_is_read_is_what_was_written(tmp_path, graph: VesselGraph) -> None:
    save_graph(graph, tmp_path / "vessels")
    back = load_graph(tmp_path / "vessels")
    assert back.content_hash == graph.content_hash == hash_graph(back)
    assert back.vessels["branch"].parent == Junction("trunk", 50.0)
    assert back.vessels["branch"].joins == Junction("trunk", 60.0)
    assert back.beds["muscle"].twigs.volume_ml == pytest.approx(graph.beds["muscle"].twigs.volume_ml)
    assert list(tmp_path.iterdir()) == [tmp_path / "vessels"]


def test_any_change_of_geometry_changes_the_hash(graph: VesselGraph) -> None:
    moved = replace(graph.vessels["branch"], radius_mm=graph.vessels["branch"].radius_mm * 0.99)
    assert hash_graph(replace(graph, vessels={**graph.vessels, "branch": moved})) != graph.content_hash


@pytest.mark.parametrize("harm", ["missing", "cut", "format", "no json"])
def test_a_damaged_folder_is_refused(tmp_path, graph: VesselGraph, harm: str) -> None:
    folder = tmp_path / "vessels"
    save_graph(graph, folder)
    if harm == "missing":
        (folder / "arrays.npz").unlink()
    elif harm == "cut":
        data = (folder / "arrays.npz").read_bytes()
        (folder / "arrays.npz").write_bytes(data[: len(data) // 2])
    elif harm == "format":
        text = (folder / "graph.json").read_text("utf-8")
        (folder / "graph.json").write_text(text.replace('"format": 1', '"format": 9'), "utf-8")
    else:
        (folder / "graph.json").write_text("{", "utf-8")
    with pytest.raises(StoredFolderError):
        load_graph(folder)
