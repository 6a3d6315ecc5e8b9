"""Objects of a task: where they are said to be, as strong as Beer and Lambert say, and paid for in dose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.kit.errors import RefusedInput
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.layers import Phase
from angiosuite.suite.moment import Moment
from angiosuite.suite.objects import place_objects
from angiosuite.suite.opening import create_session
from angiosuite.suite.pose import Pose, beam_geometry

TASK = {"id": "t", "title": "A task"}
MARKER = {
    "id": "marker",
    "shape": "ball",
    "material": "steel",
    "at": {"landmark": "l3", "x_mm": 10.0, "y_mm": -40.0, "z_mm": 25.0},
    "radius_mm": 4.0,
    "shown_as": "Steel ball",
}
ROD = {
    "id": "rod",
    "shape": "rod",
    "material": "aluminium",
    "at": {"landmark": "l3", "x_mm": -30.0, "y_mm": -30.0},
    "to": {"x_mm": 30.0, "y_mm": -30.0, "z_mm": 40.0},
    "radius_mm": 1.5,
    "bands_mm": 10.0,
}
RAYS = beam(75.0, 0.2)
POSE = Pose(sid_mm=1050.0)


def pictured(room, objects, moment=None, pose=POSE, rows=256):
    """Signal and meter with objects over the same without."""
    geometry = beam_geometry(pose, room.reference_mm, 220.0, rows)
    moment = moment or Moment()
    room.paths.objects = ()
    plain = room.paths.signal(geometry, RAYS, moment, "full").copy()
    meter = room.paths.measure(geometry, RAYS, moment).copy()
    room.paths.objects = objects
    with_them = room.paths.signal(geometry, RAYS, moment, "full").copy()
    measured = room.paths.measure(geometry, RAYS, moment).copy()
    room.paths.objects = ()
    return geometry, with_them / plain, measured / meter


def middle_of(ratio):
    """Middle of the shadow, row and column."""
    loss = np.clip(1.0 - ratio, 0.0, None) * (ratio < 0.98)
    rows, columns = np.indices(ratio.shape)
    return np.array([(rows * loss).sum(), (columns * loss).sum()]) / loss.sum()


def test_a_ball_is_drawn_where_it_lies_and_moves_with_the_patient(small_room):
    (ball,) = objects = place_objects([MARKER], small_room.body)
    for shift in ((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (0.0, 0.0, -7.0)):
        moment = Moment(shift_mm=shift)
        geometry, ratio, _ = pictured(small_room, objects, moment)
        expected = geometry.project_points(ball.at(moment))[0]
        assert np.abs(middle_of(ratio) - expected).max() < 0.35


def test_the_middle_of_a_ball_is_as_dark_as_its_chord_says(small_room):
    (ball,) = objects = place_objects([{**MARKER, "material": "aluminium"}], small_room.body)
    geometry, ratio, _ = pictured(small_room, objects, rows=512)
    row, column = np.round(geometry.project_points(ball.nodes_mm)[0]).astype(int)
    chord_cm = 0.2 * ball.radius_mm
    tissue = small_room.body.layer("still").water_mg_cm3.max() * 1e-3
    # between the beam's least and most penetrating energies, less the tissue that gave way
    pull = [
        2.699 * a - tissue * w for a, w in zip(RAYS.mu_rho("aluminium"), RAYS.mu_rho("water"), strict=True)
    ]
    assert np.exp(-chord_cm * max(pull)) < ratio[row, column] < np.exp(-chord_cm * min(pull))


def test_an_object_that_follows_the_abdomen_moves_with_the_breath(small_room):
    still, moved = (
        place_objects([{**MARKER, "follows": follows}], small_room.body)[0]
        for follows in ("still", "abdomen")
    )
    breath = Moment(breath_mm=12.0)
    assert np.allclose(still.at(breath), still.nodes_mm)
    assert np.allclose(moved.at(breath) - moved.nodes_mm, [[0.0, 0.0, -12.0]])
    geometry, ratio, _ = pictured(small_room, (moved,), breath)
    assert np.abs(middle_of(ratio) - geometry.project_points(moved.at(breath))[0]).max() < 0.35


def test_exposure_control_sees_what_the_picture_shows(small_room):
    objects = place_objects([{**MARKER, "radius_mm": 15.0, "material": "aluminium"}, ROD], small_room.body)
    _, ratio, measured = pictured(small_room, objects)
    cells = ratio.reshape(64, 4, 64, 4).mean(axis=(1, 3))
    assert measured.mean() < 0.99
    assert 1.0 - measured.mean() == pytest.approx(1.0 - cells.mean(), rel=0.12)


def test_a_rod_has_its_ends_its_length_and_its_bands(small_room):
    (rod,) = place_objects([ROD], small_room.body)
    assert rod.length_mm == pytest.approx(np.hypot(60.0, 40.0)) and len(rod.bands_mm) == 8
    geometry, ratio, _ = pictured(small_room, (rod,), rows=1024)
    along = (rod.nodes_mm[1] - rod.nodes_mm[0]) / rod.length_mm

    def darkest(at):
        row, column = np.round(geometry.project_points(rod.nodes_mm[0] + at * along)).astype(int)
        return ratio[row - 4 : row + 5, column - 4 : column + 5].min()

    bands = [darkest(at) for at in rod.bands_mm]
    between = [darkest(at + 5.0) for at in rod.bands_mm[:-1]]
    assert max(bands) < 0.75 * min(between) and max(between) < 0.97


def test_a_session_shows_its_objects_and_names_them(small_room, tmp_path):
    plain = create_session(tmp_path / "a", small_room, seed=3)
    task = {**TASK, "objects": [{**MARKER, "radius_mm": 12.0}]}
    marked = create_session(tmp_path / "b", small_room, seed=3, task=task)
    for session in (plain, marked):
        session.command("xray.press", {"pedal": "shot"})
        session.advance(200_000)
    one, two = (session.folder.read_raw(1) for session in (plain, marked))
    assert (one.astype(int) - two).max() > 150
    assert marked.snapshot()["task"]["objects_shown"] == [{"id": "marker", "shown_as": "Steel ball"}]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"at": {"landmark": "l9"}}, "task.objects[0].at.landmark"),
        ({"at": {"x_mm": 3}}, "task.objects[0].at"),
        ({"at": {"landmark": "l3", "x_mm": float("nan")}}, "task.objects[0].at.x_mm"),
        ({"at": {"landmark": "l3", "x_mm": 500}}, "task.objects[0].at.x_mm"),
        ({"material": "gold"}, "task.objects[0].material"),
        ({"shape": "cube"}, "task.objects[0].shape"),
        ({"radius_mm": 0}, "task.objects[0].radius_mm"),
        ({"shape": "rod"}, "task.objects[0].to"),
        ({"to": {"x_mm": 3}}, "task.objects[0].to"),
        ({"bands_mm": 5}, "task.objects[0].bands_mm"),
        ({"follows": "heart"}, "task.objects[0].follows"),
        ({"colour": "red"}, "task.objects[0].colour"),
        ({"at": {"structure": "l3-left-pedicle"}}, "small"),
    ],
)
def test_an_object_that_does_not_fit_is_refused_by_name(small_room, tmp_path, change, where):
    task = {**TASK, "objects": [{**MARKER, **change}]}
    with pytest.raises(RefusedInput) as refused:
        create_session(tmp_path / "s", small_room, seed=1, task=task)
    assert refused.value.where == where and refused.value.way_out and not (tmp_path / "s").exists()


def test_too_many_objects_are_refused(small_room, tmp_path):
    many = [{**MARKER, "id": f"m{k}"} for k in range(25)]
    with pytest.raises(RefusedInput, match="24"):
        create_session(tmp_path / "s", small_room, seed=1, task={**TASK, "objects": many})


def test_a_ball_of_what_lies_there_cannot_be_seen(small_room):
    (ball,) = place_objects([{**MARKER, "material": "aluminium", "at": {"landmark": "l3"}}], small_room.body)
    small_room.paths.objects = (ball,)
    (tissue,) = ball.tissues(small_room.paths._layers)
    content = tuple((name, -density) for name, density in tissue)
    assert {name for name, _ in content} == {"water", "cortical-bone"}
    _, ratio, _ = pictured(small_room, (replace(ball, content=content),))
    assert np.abs(ratio - 1.0).max() < 0.02


def test_objects_that_stay_are_projected_once_however_the_patient_breathes(small_room):
    objects = place_objects([MARKER, {**MARKER, "id": "rides", "follows": "abdomen"}], small_room.body)
    small_room.paths.objects = objects
    projector = small_room.paths._picture.objects
    geometry = beam_geometry(POSE, small_room.reference_mm, 220.0, 256)
    first, second = (projector.masses(geometry, Phase(breath)) for breath in (0.0, 5.0))
    small_room.paths.objects = ()
    assert first[0] is second[0] and first[1] is not second[1]
