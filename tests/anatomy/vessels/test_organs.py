"""A whole patient furnished: veins, organ trees, beds closed between feeders and drains, territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial import cKDTree

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.tissue import load_table
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.branching import _gap
from angiosuite.anatomy.vessels.build import parameters_of_body
from angiosuite.anatomy.vessels.carrying import Carrier, carrier_of
from angiosuite.anatomy.vessels.graph import Bed, Twigs, Vessel
from angiosuite.anatomy.vessels.limbs import TWIG_FIDELITY_MM
from angiosuite.anatomy.vessels.organs import Furnished, furnish
from angiosuite.anatomy.vessels.perfusion import cardiac_output_ml_min, is_pulmonary
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import draw_variants, sites_of


@dataclass(frozen=True)
class Scene:
    body: Body
    carrier: Carrier
    arteries: Mapping[str, Vessel]
    beds: Mapping[str, Bed]
    variants: Mapping[str, str]
    whole: Furnished


@pytest.fixture(scope="module")
def scene(coarse: Body) -> Scene:
    parameters, items = parameters_of_body(coarse), templates()
    variants = draw_variants(sites_of(items), parameters.seed, None)
    arteries, beds = grow_arteries(parameters, carrier_of(coarse), items, variants)
    carrier = carrier_of(coarse)
    whole = furnish(coarse, parameters, carrier, arteries, beds, variants)
    return Scene(coarse, carrier, arteries, beds, variants, whole)


def test_every_vessel_hangs_on_one_that_comes_before_it(scene: Scene) -> None:
    known: set[str] = set()
    for vessel in scene.whole.vessels.values():
        if vessel.parent is not None:
            assert vessel.parent.vessel in known, vessel.id
            point, _ = scene.whole.vessels[vessel.parent.vessel].at(vessel.parent.at_mm)
            assert np.linalg.norm(point - vessel.points_mm[0]) < 0.5, vessel.id
        known.add(vessel.id)


def test_every_vessel_is_finite_and_as_long_as_its_arrays_say(scene: Scene) -> None:
    for vessel in scene.whole.vessels.values():
        assert np.isfinite(vessel.points_mm).all() and vessel.length_mm > 1.0, vessel.id
        assert len(vessel.points_mm) == len(vessel.radius_mm) == len(vessel.share), vessel.id
        assert (vessel.radius_mm > 0.2).all() and (vessel.share >= 0).all() and (vessel.share <= 1).all()


def test_every_bed_has_feeders_that_lead_to_it_and_drains_that_lead_away(scene: Scene) -> None:
    vessels = scene.whole.vessels
    for bed in scene.whole.beds.values():
        assert bed.feeders and bed.drains, bed.id
        assert all(vessels[name].away for name in bed.feeders), bed.id
        assert not any(vessels[name].away for name in bed.drains), bed.id


def test_every_arterys_end_has_a_bed_or_goes_on(scene: Scene) -> None:
    fed = {name for bed in scene.whole.beds.values() for name in bed.feeders}
    parents = {v.parent.vessel for v in scene.whole.vessels.values() if v.parent is not None}
    parents |= {v.joins.vessel for v in scene.whole.vessels.values() if v.joins is not None}
    for vessel in scene.whole.vessels.values():
        if vessel.away and vessel.bed is not None:
            assert vessel.id in fed, vessel.id
        if vessel.system in ("artery", "pulmonary-artery", "portal") and vessel.away and vessel.joins is None:
            assert vessel.id in fed or vessel.id in parents, vessel.id


def test_the_livers_blood_comes_from_two_supplies(scene: Scene) -> None:
    sections = [bed for bed in scene.whole.beds.values() if bed.kind == "liver" and bed.id != "gallbladder"]
    for bed in sections:
        systems = {scene.whole.vessels[name].system for name in bed.feeders}
        assert systems == {"artery", "portal"}, bed.id
    arterial = sum(bed.flow_ml_min for bed in scene.whole.beds.values() if bed.kind == "liver")
    portal = sum(
        bed.flow_ml_min
        for bed in scene.whole.beds.values()
        if any(scene.whole.vessels[name].system == "portal" for name in bed.drains)
    )
    assert 0.18 < arterial / (arterial + portal) < 0.32


def test_the_beds_flows_add_up_to_the_cardiac_output(scene: Scene) -> None:
    output = cardiac_output_ml_min(parameters_of_body(scene.body))
    assert 5500.0 <= output <= 6000.0
    systemic = [bed for bed in scene.whole.beds.values() if not is_pulmonary(bed)]
    assert sum(bed.flow_ml_min for bed in systemic) == pytest.approx(output)
    assert sum(bed.flow_ml_min for bed in scene.whole.beds.values() if is_pulmonary(bed)) == pytest.approx(
        output
    )


def test_organs_have_a_plausible_volume(scene: Scene) -> None:
    land = scene.whole.territory

    def volume(kind: str) -> float:
        return sum(land.volume_ml(bed.id) for bed in scene.whole.beds.values() if bed.kind == kind)

    assert 1200.0 < volume("liver") < 1900.0
    assert 110.0 < volume("spleen") < 260.0
    assert 260.0 < volume("kidney") < 480.0
    assert 50.0 < volume("pancreas") < 150.0
    assert 550.0 < volume("heart") < 850.0


def test_a_kidney_is_cortex_outside_and_medulla_inside(scene: Scene) -> None:
    land = scene.whole.territory
    for side in ("right", "left"):
        cortex = sum(land.volume_ml(name) for name in land.beds if name.startswith(f"{side}-kidney"))
        medulla = land.volume_ml(f"{side}-kidney-medulla")
        assert 0.15 < medulla / cortex < 0.45


def test_each_voxel_belongs_to_a_bed_of_its_own_tissue(scene: Scene) -> None:
    land, table = scene.whole.territory, load_table()
    labels = scene.body.labels
    assert labels is not None and land.number.shape == labels.shape
    for tissue in ("liver", "spleen", "kidney", "pancreas"):
        numbers = np.unique(land.number[labels == table.by_id(tissue).number])
        kinds = {scene.whole.beds[land.beds[k - 1]].kind for k in numbers if k > 0}
        assert kinds == {tissue} and 0 not in numbers


def test_beds_beyond_the_edge_have_no_voxels(scene: Scene) -> None:
    land = scene.whole.territory
    beyond = [bed.id for bed in scene.whole.beds.values() if not bed.inside]
    assert beyond
    assert all(land.volume_ml(name) == 0.0 for name in beyond if name in land.beds)


@pytest.mark.parametrize("kind", ["liver", "spleen", "kidney"])
def test_the_tubes_of_a_solid_organ_stay_in_it(scene: Scene, kind: str) -> None:
    land = scene.whole.territory
    numbers = [land.beds.index(bed.id) + 1 for bed in scene.whole.beds.values() if bed.kind == kind]
    organ = np.isin(land.number, numbers)
    for bed in scene.whole.beds.values():
        for twigs in (bed.twigs, bed.vein_twigs):
            if bed.kind != kind or twigs is None:
                continue
            ends = twigs.pieces[:, 4:7]
            index = np.rint((ends - land.origin_mm) / land.spacing_mm).astype(int)[:, ::-1]
            near = np.zeros(len(index), bool)
            for offset in np.ndindex(5, 5, 5):
                place = tuple((index + np.array(offset) - 2).T)
                near |= organ[place]
            assert near.mean() > 0.97, bed.id


def test_twigs_hold_little_blood_beside_their_bed(scene: Scene) -> None:
    for bed in scene.whole.beds.values():
        blood_ml = bed.flow_ml_min / 60.0 * bed.transit_s
        drawn = sum(t.volume_ml for t in (bed.twigs, bed.vein_twigs) if t is not None)
        if bed.flow_ml_min > 50.0 and not is_pulmonary(bed):
            assert drawn < 1.2 * blood_ml, bed.id


def test_no_more_is_drawn_than_a_picture_can_bear(scene: Scene) -> None:
    pieces = sum(
        len(t.pieces)
        for bed in scene.whole.beds.values()
        for t in (bed.twigs, bed.vein_twigs)
        if t is not None
    )
    assert 5000 < pieces < 11000
    assert 300 < len(scene.whole.vessels) < 500


def test_twigs_come_after_what_they_go_on_from(scene: Scene) -> None:
    for bed in scene.whole.beds.values():
        for twigs in (bed.twigs, bed.vein_twigs):
            if twigs is not None:
                assert (twigs.before < np.arange(len(twigs.before))).all()
                assert np.isfinite(twigs.pieces).all()


@pytest.mark.parametrize("kind", ["kidney", "spleen", "liver"])
def test_no_branch_of_an_organ_runs_through_another(scene: Scene, kind: str) -> None:
    for bed in scene.whole.beds.values():
        for twigs in (bed.twigs, bed.vein_twigs):
            if bed.kind != kind or twigs is None:
                continue
            # an artery may touch the portal branch that its trunk lies beside
            assert _deep_crossings(twigs) <= (1 if kind == "liver" else 0), bed.id


def _deep_crossings(twigs: Twigs) -> int:
    """Pairs of pieces of different branches that run into one another by more than twigs are simplified."""
    pieces, before = twigs.pieces.astype(np.float64), twigs.before
    branch = np.arange(len(before))
    for k, up in enumerate(before):
        if up >= 0:
            branch[k] = branch[up]
    middles = 0.5 * (pieces[:, 0:3] + pieces[:, 4:7])
    half = 0.5 * np.linalg.norm(pieces[:, 4:7] - pieces[:, 0:3], axis=1)
    pairs = cKDTree(middles).query_pairs(2.0 * float(half.max()) + 2.0, output_type="ndarray")
    a, b = pairs.T
    near = np.linalg.norm(middles[a] - middles[b], axis=1) < half[a] + half[b] + pieces[a, 3] + pieces[b, 3]
    found = 0
    for i, j in pairs[near & (branch[a] != branch[b])]:
        roots = pieces[branch[i], 0:3], pieces[branch[j], 0:3]
        if np.linalg.norm(roots[0] - roots[1]) < 6.0:
            continue  # they leave the same place
        gap, _s, _t = _gap(pieces[i, :3], pieces[i, 4:7], pieces[j, :3], pieces[j, 4:7])
        found += gap < pieces[i, 3] + pieces[j, 3] - 2.0 * TWIG_FIDELITY_MM
    return found


def test_arteries_that_no_organ_continues_stay_as_they_came(scene: Scene) -> None:
    for name in ("abdominal-aorta", "coeliac-trunk", "superior-mesenteric-artery"):
        assert np.array_equal(scene.whole.vessels[name].points_mm, scene.arteries[name].points_mm)


def test_one_thread_gives_the_same_as_two(scene: Scene) -> None:
    again = furnish(
        scene.body,
        parameters_of_body(scene.body),
        scene.carrier,
        scene.arteries,
        scene.beds,
        scene.variants,
        1,
    )
    assert list(again.vessels) == list(scene.whole.vessels)
    for name, vessel in again.vessels.items():
        assert np.array_equal(vessel.points_mm, scene.whole.vessels[name].points_mm), name
        assert np.array_equal(vessel.radius_mm, scene.whole.vessels[name].radius_mm), name
    for name, bed in again.beds.items():
        other = scene.whole.beds[name]
        assert (bed.feeders, bed.drains, bed.flow_ml_min) == (other.feeders, other.drains, other.flow_ml_min)
        if bed.twigs is not None and other.twigs is not None:
            assert np.array_equal(bed.twigs.pieces, other.twigs.pieces)
    assert np.array_equal(again.territory.number, scene.whole.territory.number)
