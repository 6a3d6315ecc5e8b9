"""Pictures are judged on where things really are and on their pixels."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.structures import Structure
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.log import read_entries
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay
from angiosuite.suite.targets import Target, View

MARKER = {
    "id": "marker",
    "shape": "ball",
    "material": "aluminium",
    "at": {"landmark": "l3", "x_mm": 20.0, "y_mm": -70.0, "z_mm": 10.0},
    "radius_mm": 4.0,
}
ROD = {
    "id": "rod",
    "shape": "rod",
    "material": "aluminium",
    "at": {"landmark": "l3", "x_mm": -30.0, "y_mm": -60.0},
    "to": {"x_mm": -30.0, "y_mm": -20.0, "z_mm": 30.0},
    "radius_mm": 2.0,
}
TASK = {
    "id": "t",
    "title": "A task",
    "start": {"pose": {"table_x_mm": -10.0}, "exposure": {"fov_cm": 22}},
    "objects": [MARKER, ROD],
    "targets": [
        {"id": "ball", "kind": "object", "object": "marker"},
        {"id": "rod", "kind": "object", "object": "rod"},
    ],
}
RUN_TASK = {
    "id": "run",
    "title": "A run",
    "start": {
        "exposure": {"fov_cm": 32},
        "acquisition": {"programme": "dsa-body", "matrix": 512},
        "injection": {"coupled": True, "injection_delay_s": 1.0},
        "phantom": "renal-abdominal-tubes",
        "breath": "hold",
    },
    "targets": [{"id": "vessels", "kind": "tubes", "parts": ["aorta"]}, {"id": "run", "kind": "run"}],
}


def opened(room, path, task=TASK, **start):
    return create_session(path, room, seed=5, task={**task, "start": {**task["start"], **start}})


def do(session, name, seconds=0.04, **arguments):
    session.command(name, arguments)
    session.advance(session.now_us + round(seconds * 1e6))


def shot(session):
    do(session, "xray.press", 0.2, pedal="shot")
    return frames(session)[-1]["judged"]


def frames(session, mode=None):
    found = [e.data for e in read_entries(session.folder.log) if e.name == "frame"]
    return [data for data in found if mode is None or data["mode"] == mode]


def judged_runs(session):
    return [entry.data for entry in read_entries(session.folder.log) if entry.name == "judged-run"]


@pytest.fixture
def judging(small_room, tmp_path):
    return opened(small_room, tmp_path / "s")


def test_the_place_of_a_ball_follows_from_similar_triangles(judging):
    found = shot(judging)["ball"]
    # l3 lies in the middle of x and z, 55 mm behind mid-depth; the table stands 10 mm to the right
    depth = 750.0 - (-70.0 + 55.0)
    assert found["u_mm"] == pytest.approx(10.0 * 750.0 / depth, abs=0.02)
    assert found["v_mm"] == pytest.approx(-10.0 * 750.0 / depth, abs=0.02)
    assert found["off_mm"] == pytest.approx(np.hypot(found["u_mm"], found["v_mm"]), abs=0.01)
    assert found["iso_mm"] == pytest.approx(np.sqrt(10.0**2 + 15.0**2 + 10.0**2), abs=0.02)
    assert found["in_field"] is True and found["cnr"] > 3.0 and found["overlap"] == 0.0


def test_moving_the_anatomy_ten_millimetres_moves_what_is_judged(judging):
    before = shot(judging)["ball"]
    do(judging, "patient.shift", 4.0, x_mm=10.0)
    after = shot(judging)["ball"]
    assert after["u_mm"] - before["u_mm"] == pytest.approx(10.0 * 750.0 / 765.0, abs=0.05)
    assert after["off_mm"] > before["off_mm"] + 5.0 and after["iso_mm"] > before["iso_mm"] + 5.0


def test_a_ball_behind_the_blades_is_not_in_the_field(judging):
    do(judging, "collimator.set", right=0.05)
    found = shot(judging)["ball"]
    assert found["in_field"] is False and found["cnr"] is None


def test_a_rod_tells_its_ends_its_length_and_how_much_of_it_is_seen(small_room, tmp_path):
    session = opened(small_room, tmp_path / "s")
    flat = shot(session)["rod"]
    assert flat["true_mm"] == pytest.approx(50.0) and flat["span_px"] == pytest.approx(
        np.hypot(*np.diff(np.array(flat["ends_px"]), axis=0)[0]), abs=0.01
    )
    assert 0.5 < flat["foreshortening"] < 0.75
    seen = opened(small_room, tmp_path / "t", pose={"rotation_deg": 90.0, "table_x_mm": -10.0})
    assert shot(seen)["rod"]["foreshortening"] > 0.98


def test_looking_along_a_pedicle_shows_it_en_face(small_room):
    axis = np.array([0.35, -0.9, 0.1]) / np.linalg.norm([0.35, -0.9, 0.1])
    long = np.cross(axis, [1.0, 0.0, 0.0])
    long /= np.linalg.norm(long)
    short = np.cross(axis, long)
    reference = small_room.reference_mm
    pedicle = Structure(
        "p", "pedicle", tuple(reference), 8.0, tuple(axis), (10.0, 6.0), tuple(long), tuple(short)
    )
    target = Target("p", "structure", structure=pedicle)

    def seen(rotation, angulation):
        pose = small_room.gantry.home.moved({"rotation_deg": rotation, "angulation_deg": angulation})
        facts = {
            "pose": pose.as_dict(), "size": [512, 512], "pixel_mm_iso": 0.3, "breath_mm": 0.0,
            "cardiac_phase": 0.0, "blades": {"left": 1.0, "right": 1.0, "top": 1.0, "bottom": 1.0},
        }  # fmt: skip
        return target.judged(View.of(facts, small_room))

    right = np.degrees(np.arctan2(axis[0], -axis[1])), np.degrees(np.arcsin(axis[2]))
    there = seen(*right)
    assert there["tilt_deg"] == pytest.approx(0.0, abs=0.1) and there["shape"] == pytest.approx(1.0, abs=2e-3)
    assert there["off_mm"] < 0.05
    away = [seen(right[0] + turn, right[1]) for turn in (5.0, 10.0, 20.0, 30.0)]
    assert [round(one["tilt_deg"]) for one in away] == [5, 10, 20, 30]
    shapes = [one["shape"] for one in away]
    assert shapes == sorted(shapes, reverse=True) and shapes[-1] == pytest.approx(
        np.cos(np.deg2rad(30)), abs=0.03
    )


@pytest.mark.ci
def test_contrast_to_noise_grows_with_the_root_of_the_dose(small_room, tmp_path):
    found = {}
    for level in ("low", "high"):
        session = opened(small_room, tmp_path / level, exposure={"fov_cm": 22, "dose_level": level})
        do(session, "xray.press", 1.0, pedal="fluoro")
        do(session, "xray.release")
        seen = [shot(session)["ball"]["cnr"] for _ in range(3)]
        found[level] = np.mean(seen), frames(session, "shot")[-1]["detector_ngy"]
    (low, low_dose), (high, high_dose) = found["low"], found["high"]
    assert high_dose > 1.5 * low_dose
    assert high / low == pytest.approx(np.sqrt(high_dose / low_dose), rel=0.2)


def test_of_fluoroscopy_every_fifth_picture_is_judged_and_on_geometry_alone(judging):
    do(judging, "xray.press", 1.0, pedal="fluoro")
    do(judging, "xray.release")
    fluoro, held = frames(judging, "fluoro"), frames(judging, "held")
    with_it = [data for data in fluoro if "judged" in data]
    assert [data["index"] for data in with_it] == [i["index"] for i in fluoro if i["index"] % 5 == 1]
    assert (
        all("cnr" not in data["judged"]["ball"] for data in with_it)
        and held[0]["judged"]["ball"]["cnr"] > 2.0
    )


def test_what_lies_over_a_target_overlaps_it(small_room, tmp_path):
    over = {**MARKER, "id": "over", "at": {"landmark": "l3", "x_mm": 20.0, "y_mm": -30.0, "z_mm": 10.0}}
    session = opened(small_room, tmp_path / "s", {**TASK, "objects": [MARKER, ROD, over]})
    assert shot(session)["ball"]["overlap"] > 0.5
    turned = opened(
        small_room, tmp_path / "t", {**TASK, "objects": [MARKER, ROD, over]}, pose={"rotation_deg": 30.0}
    )
    assert shot(turned)["ball"]["overlap"] == 0.0


@pytest.mark.ci
def test_a_subtraction_is_judged_as_it_is_looked_at(small_room, tmp_path):
    still = opened(small_room, tmp_path / "still", RUN_TASK)
    moved = opened(small_room, tmp_path / "moved", RUN_TASK)
    for session in (still, moved):
        session.advance(500_000)
        do(session, "xray.press", 1.6, pedal="acquire")
        if session is moved:
            do(session, "patient.shift", 0.04, x_mm=4.0)
        session.advance(session.now_us + 3_000_000)
        do(session, "xray.release")
    good, bad = judged_runs(still)[-1], judged_runs(moved)[-1]
    assert set(good) == {"run", "frame", "mask", "shift_px", "artefact", "cnr"}
    assert good["artefact"] < 2.5 < 0.6 * bad["artefact"] and good["cnr"] > 5.0
    count = len(judged_runs(moved))
    do(moved, "run.auto_shift", run=1, frame=bad["frame"])
    after = judged_runs(moved)
    assert len(after) == count + 1 and after[-1]["artefact"] < 0.7 * bad["artefact"]
    last = frames(moved, "run")[-1]["run_frame"]
    do(moved, "run.mask", run=1, frames=[last])
    assert judged_runs(moved)[-1]["cnr"] is None or judged_runs(moved)[-1]["mask"] == [last]


def test_judgements_replay_and_come_back(judging, small_room, tmp_path):
    do(judging, "xray.press", 0.8, pedal="fluoro")
    do(judging, "xray.release")
    shot(judging)
    judging.close()
    report = replay(judging.folder.path, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
    again = resume_session(judging.folder.path, small_room)
    assert shot(again)["ball"]["in_field"]


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ({"kind": "object", "object": "markr"}, "task.targets[0].object"),
        ({"kind": "object"}, "task.targets[0].object"),
        ({"kind": "organ"}, "task.targets[0].kind"),
        ({"kind": "structure", "structure": "l3-left-pedicle"}, "small"),
        ({"kind": "tubes", "parts": ["aorta"]}, "task.targets[0].kind"),
        ({"kind": "run", "object": "marker"}, "task.targets[0].object"),
        ({"kind": "object", "object": "marker", "at_most": 3}, "task.targets[0].at_most"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_by_name(small_room, tmp_path, target, where):
    with pytest.raises(RefusedInput) as refused:
        opened(small_room, tmp_path / "s", {**TASK, "targets": [{"id": "x", **target}]})
    assert refused.value.where == where and refused.value.way_out and not (tmp_path / "s").exists()


def test_an_unknown_tube_is_refused_with_those_that_there_are(small_room, tmp_path):
    wrong = {**RUN_TASK, "targets": [{"id": "x", "kind": "tubes", "parts": ["aorta", "renal"]}]}
    with pytest.raises(RefusedInput, match="left-renal"):
        opened(small_room, tmp_path / "s", wrong)
