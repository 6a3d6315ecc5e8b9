"""Lesions on a graph: laws of their shapes, of what hangs on them, and of what they do to the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.anatomy.vessels.graph import Bed, Junction, Territory, Vessel, VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import (
    BedFactor,
    Bypass,
    Closed,
    Leak,
    Narrowing,
    Shunt,
    orifice_mm2,
)
from angiosuite.anatomy.vessels.lesions import flow_effects, with_lesions
from angiosuite.content import load_library
from angiosuite.content.lesion import LesionItem

ITEMS = {
    identity: loaded.item
    for identity, loaded in load_library().items["lesions"].items()
    if isinstance(loaded.item, LesionItem)
}


def line(
    name: str,
    first: tuple[float, float, float],
    last: tuple[float, float, float],
    radius: tuple[float, float],
    **more: Any,
) -> Vessel:
    count = 40
    t = np.linspace(0, 1, count)[:, None]
    given = {"system": "artery", "parent": None, "away": True, "follows": "still", **more}
    return Vessel(
        id=name,
        name=name,
        points_mm=(1 - t) * np.array(first) + t * np.array(last),
        radius_mm=np.linspace(*radius, count),
        share=np.zeros(count),
        **given,
    )


def body() -> VesselGraph:
    """An aorta with a branch to an organ and a vein beside it."""
    aorta = line("aorta", (0, 0, 300), (0, 0, 0), (11, 8))
    branch = line("branch", (0, 0, 150), (80, 0, 150), (3, 2), parent=Junction("aorta", 150.0), bed="organ")
    twig = line("twig", (40, 0, 150), (60, 30, 160), (1.5, 1.2), parent=Junction("branch", 40.0), bed="organ")
    vein = line("vein", (0, 20, 150), (80, 20, 150), (5, 3), system="vein", away=False, bed="organ")
    number = np.zeros((40, 40, 40), np.uint8)
    number[5:35, 5:35, 5:35] = 1
    land = Territory(number, ("organ",), (60.0, -40.0, 110.0), 2.0)
    organ = Bed("organ", "Organ", "liver", 600.0, 5.0, ("branch", "twig"), ("vein",))
    return VesselGraph(
        {v.id: v for v in (aorta, branch, twig, vein)}, {"organ": organ}, land, content_hash="before"
    )


def lesion(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": "it", "kind": kind, "vessel": "branch", "percent_along": 50.0, **more}


def stenosis(length: float = 16.0, lost: float = 60.0, eccentric: float = 50.0) -> dict[str, Any]:
    return lesion(
        "stenosis", length_mm=length, diameter_percent=lost, eccentric_percent=eccentric, calcium_percent=40.0
    )


def hangs(graph: VesselGraph) -> None:
    """Every first and last point that is joined to another vessel lies on its centre line."""
    for vessel in graph.vessels.values():
        assert np.isfinite(vessel.points_mm).all() and (vessel.radius_mm > 0).all()
        assert len(vessel.points_mm) == len(vessel.radius_mm) == len(vessel.share)
        assert (np.diff(vessel.arc_mm) > 0).all()
        for junction, point in ((vessel.parent, vessel.points_mm[0]), (vessel.joins, vessel.points_mm[-1])):
            if junction is not None:
                on, _ = graph.vessels[junction.vessel].at(junction.at_mm)
                assert np.linalg.norm(on - point) < 0.05
                assert 0 <= junction.at_mm <= graph.vessels[junction.vessel].length_mm + 1e-6


@settings(max_examples=40)
@given(
    length=st.floats(2, 60), lost=st.floats(1, 95), eccentric=st.floats(0, 100), seed=st.integers(0, 10_000)
)
def test_a_stenosis_only_takes_and_leaves_its_share_in_the_middle(
    length: float, lost: float, eccentric: float, seed: int
) -> None:
    before = body()
    told = [stenosis(length, lost, eccentric)]
    after = with_lesions(before, told, seed)
    hangs(after)
    same = with_lesions(before, told, seed, narrowed=False)
    healthy, narrow = same.vessels["branch"], after.vessels["branch"]
    assert np.array_equal(healthy.points_mm, narrow.points_mm)
    assert (narrow.radius_mm <= healthy.radius_mm + 1e-12).all()
    share = (narrow.radius_mm / healthy.radius_mm).min()
    assert share == pytest.approx(1 - lost / 100, abs=0.02)
    for name in ("aorta", "vein"):
        assert np.array_equal(after.vessels[name].radius_mm, before.vessels[name].radius_mm)


def test_an_eccentric_throat_stays_within_the_healthy_lumen() -> None:
    before, after = body(), with_lesions(body(), [stenosis(eccentric=100.0)], 4)
    narrow = after.vessels["branch"]
    off = np.linalg.norm(narrow.points_mm[:, 1:] - np.array([0.0, 150.0]), axis=1)
    healthy = np.interp(
        narrow.points_mm[:, 0], before.vessels["branch"].points_mm[:, 0], np.linspace(3, 2, 40)
    )
    assert (off + narrow.radius_mm <= healthy + 0.05).all() and off.max() > 1.0


def test_what_hangs_on_a_narrowing_goes_along() -> None:
    after = with_lesions(body(), [stenosis(eccentric=100.0)], 3)
    hangs(after)
    assert after.vessels["twig"].parent is not None and after.vessels["twig"].parent.vessel == "branch"


def test_tighter_takes_more_and_the_effect_says_the_same_as_the_shape() -> None:
    throats = []
    for lost in (10.0, 40.0, 70.0, 90.0):
        graph = with_lesions(body(), [stenosis(lost=lost)], 1)
        (effect,) = flow_effects(graph, [stenosis(lost=lost)], 1)
        assert isinstance(effect, Narrowing) and effect.length_mm == 16.0
        _, least = graph.vessels["branch"].at(effect.at_mm)
        healthy = with_lesions(body(), [stenosis(lost=lost)], 1, narrowed=False).vessels["branch"]
        assert (least / healthy.at(effect.at_mm)[1]) ** 2 == pytest.approx(effect.throat_share, abs=0.02)
        throats.append(effect.throat_share)
    assert throats == sorted(throats, reverse=True)


def test_an_occlusion_leaves_a_thread_and_a_way_round() -> None:
    told = [lesion("occlusion", length_mm=30.0, calcium_percent=20.0, collateral_percent=40.0)]
    graph = with_lesions(body(), told, 1)
    hangs(graph)
    assert graph.vessels["branch"].at(40.0)[1] < 0.2
    closed, bypass = flow_effects(graph, told, 1)
    assert isinstance(closed, Closed) and isinstance(bypass, Bypass)
    assert bypass.from_mm < closed.at_mm - 15 < closed.at_mm + 15 < bypass.to_mm and bypass.share == 0.4


def test_a_fusiform_aneurysm_widens_and_thrombus_takes_of_the_widening() -> None:
    told = lesion("aneurysm", form="fusiform", sac_mm=40.0, length_mm=60.0, vessel="aorta")
    clean = with_lesions(body(), [{**told, "thrombus_percent": 0.0}], 1).vessels["aorta"]
    clot = with_lesions(body(), [{**told, "thrombus_percent": 60.0}], 1).vessels["aorta"]
    assert clean.radius_mm.max() == pytest.approx(20.0, abs=0.1)
    assert clot.radius_mm.max() < clean.radius_mm.max()
    assert clot.radius_mm.min() == clean.radius_mm.min()


@pytest.mark.parametrize(
    ("told", "sac_mm", "neck_mm"),
    [
        (lesion("aneurysm", form="saccular", sac_mm=14.0, neck_mm=4.0, thrombus_percent=0.0), 14.0, 4.0),
        (lesion("pseudoaneurysm", sac_mm=24.0, neck_mm=2.0, neck_length_mm=8.0), 24.0, 2.0),
    ],
)
def test_a_sac_is_a_blind_vessel_behind_its_neck(
    told: Mapping[str, Any], sac_mm: float, neck_mm: float
) -> None:
    graph = with_lesions(body(), [told], 5)
    hangs(graph)
    sac = graph.vessels["it"]
    assert sac.bed is None and sac.joins is None and sac.parent == Junction("branch", 40.0)
    assert 2 * sac.radius_mm.max() == pytest.approx(sac_mm, rel=0.03)
    assert 2 * sac.radius_mm[0] == pytest.approx(neck_mm)
    slices = np.diff(sac.arc_mm) * (sac.radius_mm[1:] ** 2 + sac.radius_mm[:-1] ** 2) / 2 * np.pi
    assert slices.sum() == pytest.approx(np.pi / 6 * sac_mm**3, rel=0.15)


def test_a_fistula_joins_artery_and_vein_and_varices_wind() -> None:
    told = [lesion("fistula", into="vein", opening_mm=2.0)]
    graph = with_lesions(body(), told, 2)
    hangs(graph)
    (shunt,) = flow_effects(graph, told, 2)
    assert isinstance(shunt, Shunt) and shunt.into.vessel == "vein"
    assert shunt.orifice_mm2 == pytest.approx(np.pi)
    winding = with_lesions(body(), [lesion("varices", into="vein", count=3, diameter_mm=5.0)], 2)
    hangs(winding)
    made = [winding.vessels[f"it-{k}"] for k in (1, 2, 3)]
    assert all(one.length_mm > 1.3 * np.linalg.norm(one.points_mm[-1] - one.points_mm[0]) for one in made)


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), diameter=st.floats(10, 40), feeders=st.integers(1, 4))
def test_a_tumour_is_a_bed_of_its_own_with_feeders_and_vessels(
    seed: int, diameter: float, feeders: int
) -> None:
    told = {
        "id": "it", "kind": "tumour", "bed": "organ", "diameter_mm": diameter, "feeders": feeders,
        "flow_ml_min": 80.0, "transit_s": 8.0, "shunt_percent": 5.0, "necrosis_percent": 30.0,
    }  # fmt: skip
    before, graph = body(), with_lesions(body(), [told], seed)
    hangs(graph)
    bed = graph.beds["it"]
    assert len(bed.feeders) == feeders and all(graph.vessels[name].bed == "it" for name in bed.feeders)
    assert graph.territory is not None and before.territory is not None and bed.twigs is not None
    ball = np.pi / 6 * (diameter**3 - (0.3 * diameter) ** 3) * 1e-3
    assert graph.territory.volume_ml("it") == pytest.approx(ball, rel=0.35, abs=0.2)
    lost = before.territory.volume_ml("organ") - graph.territory.volume_ml("organ")
    assert lost >= graph.territory.volume_ml("it") - 1e-9
    assert (bed.twigs.before < np.arange(len(bed.twigs.before))).all()
    assert flow_effects(graph, [told], seed) == (BedFactor("it", "it", 1.0, 0.05),)


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), feeders=st.integers(1, 4))
def test_a_tumour_is_fed_by_arteries_where_a_portal_branch_lies_nearer(seed: int, feeders: int) -> None:
    told = {
        "id": "it", "kind": "tumour", "bed": "organ", "diameter_mm": 20.0, "feeders": feeders,
        "flow_ml_min": 80.0, "transit_s": 8.0, "shunt_percent": 0.0, "necrosis_percent": 0.0,
    }  # fmt: skip
    before = body()
    portal = line("portal-branch", (70, 0, 150), (130, 0, 150), (4, 3), system="portal", bed="organ")
    organ = replace(before.beds["organ"], feeders=("portal-branch", "branch", "twig"))
    vessels = {**before.vessels, portal.id: portal}
    graph = with_lesions(replace(before, vessels=vessels, beds={"organ": organ}), [told], seed)
    hangs(graph)
    parents = [graph.vessels[name].parent for name in graph.beds["it"].feeders]
    assert len(parents) == feeders
    assert all(one is not None and graph.vessels[one.vessel].system == "artery" for one in parents)


def test_fibroids_do_not_meet() -> None:
    told = {
        "id": "it",
        "kind": "fibroids",
        "bed": "organ",
        "count": 3,
        "diameter_mm": 20.0,
        "flow_ml_min": 10.0,
    }
    graph = with_lesions(body(), [told], 7)
    assert graph.territory is not None
    assert [name for name in graph.beds if name.startswith("it")] == ["it-1", "it-2", "it-3"]
    assert all(graph.territory.volume_ml(f"it-{k}") > 0.5 for k in (1, 2, 3))


def test_the_hole_loses_its_rate_at_a_hundred_mmhg() -> None:
    """Torricelli: 100 mmHg drive blood at 5.02 m/s, of which a sharp hole lets 0.61 through."""
    assert orifice_mm2(60.0) == pytest.approx(1.0 / (0.61 * 5.015), rel=1e-3)
    assert orifice_mm2(30.0) == pytest.approx(orifice_mm2(60.0) / 2)
    assert orifice_mm2(60.0, 25.0) == pytest.approx(2 * orifice_mm2(60.0))


def test_an_intermittent_bleeding_comes_and_goes_as_its_seed_says() -> None:
    told = lesion("bleeding", rate_ml_min=20.0, into="bowel", bleeds_s=60.0, rests_s=40.0)
    graph = with_lesions(body(), [told], 1)
    (one,), (again,), (other,) = (flow_effects(graph, [told], seed) for seed in (1, 1, 2))
    assert isinstance(one, Leak) and one == again != other and one.gives_ml_mmhg is None
    times = np.arange(0, 3000, 0.5)
    open_share = np.mean([one.is_open(float(t)) for t in times])
    assert 0.45 < open_share < 0.75
    assert one.is_open(0.0) and not one.is_open(one.phases_s[0][0] + 0.1)


def test_a_lesion_without_its_vessel_is_named_and_left_out() -> None:
    told = [{**stenosis(), "vessel": "nowhere"}]
    graph = with_lesions(body(), told, 1)
    assert graph.vessels.keys() == body().vessels.keys()
    assert "nowhere" in graph.notices[-1]
    assert flow_effects(graph, told, 1) == ()


def test_the_same_seed_is_the_same_patient() -> None:
    told = [
        stenosis(),
        {**lesion("pseudoaneurysm", sac_mm=12.0, neck_mm=2.0, neck_length_mm=3.0), "id": "sac"},
    ]
    one, two, other = (with_lesions(body(), told, seed) for seed in (1, 1, 2))
    assert one.content_hash == two.content_hash != other.content_hash
    for name, vessel in one.vessels.items():
        assert np.array_equal(vessel.points_mm, two.vessels[name].points_mm)
    assert not np.array_equal(one.vessels["sac"].points_mm, other.vessels["sac"].points_mm)


def _placed(plain: dict[str, Any]) -> dict[str, Any]:
    """A shipped lesion, moved onto the small body."""
    place = {"bed": "organ"} if "bed" in plain else {"vessel": "branch"}
    return {**plain, **place, **({"into": "vein"} if plain["kind"] in ("fistula", "varices") else {})}


@pytest.mark.parametrize("identity", ITEMS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_lesion_that_ships_can_be_built(identity: str, seed: int) -> None:
    plain = _placed(ITEMS[identity].plain(seed))
    graph = with_lesions(body(), [plain], seed)
    hangs(graph)
    assert graph.notices == ()
    changed = graph.vessels.keys() != body().vessels.keys() or any(
        not np.array_equal(graph.vessels[name].radius_mm, vessel.radius_mm)
        for name, vessel in body().vessels.items()
    )
    assert changed or flow_effects(graph, [plain], seed)


def test_a_place_counts_from_the_wall_that_a_vessel_leaves() -> None:
    graph = body()
    _, radius = graph.vessels["aorta"].at(150.0)
    told = {**stenosis(length=6.0), "from_wall_mm": 4.0}
    del told["percent_along"]
    (effect,) = flow_effects(graph, [told], 1)
    assert isinstance(effect, Narrowing)
    assert radius <= effect.at_mm - 4.0 <= radius + 2.1
