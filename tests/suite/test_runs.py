"""Runs: when frames fall, what they are made with, masks, injections, and that a log tells of them all."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import read_entries
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.outputs import FLAG_SUBTRACTED, EventOut, FrameOut, Mode
from angiosuite.suite.pose import beam_geometry
from angiosuite.suite.replay import replay
from angiosuite.suite.runs import read_runs

SECOND = 1_000_000


def made(session, **choice):
    """Choose a programme at 512 × 512 and return the session."""
    session.command("acquisition.set", {"matrix": 512, **choice})
    session.advance(session.now_us + 40_000)
    return session


def press(session, seconds, release=True):
    """Hold the acquisition pedal; all that comes out."""
    session.command("xray.press", {"pedal": "acquire"})
    out = session.advance(session.now_us + round(seconds * SECOND))
    if release:
        session.command("xray.release", {"pedal": "acquire"})
        out += session.advance(session.now_us + 40_000)
    return out


def frames(out):
    return [o for o in out if isinstance(o, FrameOut)]


def events(out, name):
    return [o for o in out if isinstance(o, EventOut) and o.name == name]


def test_frames_fall_at_the_rate_of_each_phase_and_the_next_phase_begins_on_its_second(session):
    made(session, programme="dsa-body", phases=[[4.0, 1.0], [1.0, 2.0]])
    times = [o.meta["run_t_us"] for o in frames(press(session, 4.0))]
    assert times == [0, 250_000, 500_000, 750_000, SECOND, 2 * SECOND]


def test_a_run_ends_by_itself_when_its_phases_are_over(session):
    made(session, programme="cine", phases=[[7.5, 0.8]])
    out = press(session, 2.0, release=False)
    assert len(frames(out)) == 6
    assert events(out, "run-ended")[0].data["reason"] == "programme complete"
    assert session.pedals.down is None and not session.xrays.is_on


def test_subtraction_angiography_holds_the_technique_that_it_found(session):
    made(session, programme="dsa-body", phases=[[6.0, None]])
    shown = frames(press(session, 1.6))
    settled = [o.meta["technique"] for o in shown if not o.meta["settling"]]
    assert len(settled) > 4
    assert all(technique == settled[0] for technique in settled)
    assert abs(shown[-1].meta["measured"] - 1.0) < 0.1


def test_frames_are_shown_subtracted_as_soon_as_the_mask_is_there(session):
    made(session, programme="dsa-body", phases=[[6.0, None]], mask_count=2)
    out = press(session, 2.0)
    mask = events(out, "run-changed")[0].data["mask"]
    assert len(mask) == 2
    for frame in frames(out):
        assert frame.mode is Mode.RUN
        assert frame.meta["subtracted"] == bool(frame.flags & FLAG_SUBTRACTED)
        assert frame.meta["subtracted"] == (frame.meta["run_frame"] > mask[-1])


def test_a_mask_for_later_leaves_the_run_as_it_is(session):
    made(session, programme="dsa-body", phases=[[3.0, None]], mask_when="later")
    assert not any(o.meta["subtracted"] for o in frames(press(session, 2.0)))
    session.command("run.mask", {"run": 1, "frames": [2, 3]})
    session.advance(session.now_us + 40_000)
    assert session.xrays.runs.get(1).mask == (2, 3)


@pytest.mark.parametrize(
    ("delays", "xray_s", "injection_s"),
    [({"xray_delay_s": 1.0}, 1.0, 0.0), ({"injection_delay_s": 1.0}, 0.0, 1.0), ({}, 0.0, 0.0)],
)
def test_x_ray_delay_and_injection_delay_wait_for_each_other(session, delays, xray_s, injection_s):
    session.command("injection.set", {"coupled": True, **delays})
    made(session, programme="dsa-body", phases=[[3.0, None]])
    begun = session.now_us
    out = press(session, 2.5)
    tick = 20_000
    assert abs(frames(out)[0].t_us - begun - xray_s * SECOND) <= tick
    assert abs(events(out, "injection-started")[0].t_us - begun - injection_s * SECOND) <= tick
    assert abs(events(out, "xray-on")[0].t_us - begun - xray_s * SECOND) <= tick
    run = session.xrays.runs.get(1)
    assert run.injection_s == pytest.approx(injection_s - xray_s, abs=0.03)


def test_a_pedal_let_go_before_the_x_ray_delay_is_over_makes_no_frame(session):
    session.command("injection.set", {"coupled": True, "xray_delay_s": 2.0})
    made(session, programme="dsa-body")
    out = press(session, 1.0)
    assert frames(out) == [] and events(out, "xray-on") == []
    assert session.snapshot()["runs"] == [] and session.snapshot()["run"] is None


def test_both_delays_at_once_are_refused_and_a_new_one_takes_the_others_place(session):
    with pytest.raises(WrongUse, match="exclude"):
        session.xrays.injection.set({"xray_delay_s": 1.0, "injection_delay_s": 1.0})
    session.xrays.injection.set({"xray_delay_s": 1.0})
    session.xrays.injection.set({"injection_delay_s": 2.0})
    assert session.xrays.injection.coupling.xray_delay_s == 0.0


def test_a_still_scene_subtracted_is_noise_alone_with_the_variance_of_two_frames(session):
    session.command("patient.breathe", {"to": "hold"})
    made(session, programme="dsa-body", phases=[[6.0, None]], mask_when="later")
    press(session, 2.0)
    run = session.xrays.runs.get(1)
    logs = [
        np.log(from_twelve_bits(session.xrays.frames.read(1, k, 512)))[380:480, 200:312]
        for k in (7, 8, 9, 10)
    ]
    single = np.mean([np.var(a - b) for a, b in ((logs[0], logs[2]), (logs[1], logs[3]))])
    twice_mask = np.var(logs[3] - np.log((np.exp(logs[0]) + np.exp(logs[1])) / 2))
    assert run.frames >= 10
    assert twice_mask / single == pytest.approx(0.75, rel=0.06)  # 1 + 1/2 against 1 + 1
    assert abs(np.mean(logs[3] - logs[0])) < 3e-3


def test_what_the_log_tells_of_runs_is_what_the_session_shows(session, folder):
    made(session, programme="cine", phases=[[15.0, 0.5]])
    press(session, 1.0, release=False)
    session.command("run.shift", {"run": 1, "x_px": 1.25, "y_px": -0.5})
    session.command("run.landmark", {"run": 1, "share": 0.3})
    session.command("run.remove", {"run": 1})
    session.advance(session.now_us + 40_000)
    session.close()
    told = [run.as_dict() for run in read_runs(read_entries(folder.log))]
    assert told == session.snapshot()["runs"]
    assert told[0]["removed"] and told[0]["shift_px"] == [1.25, -0.5]


def test_every_frame_of_a_run_lies_at_its_place_in_one_file(session, folder):
    made(session, programme="cine", phases=[[15.0, 0.5]])
    shown = frames(press(session, 1.0, release=False))
    file = folder.path / "runs" / "001.u16"
    assert file.stat().st_size == len(shown) * 512 * 512 * 2
    stored = session.xrays.frames.read(1, 3, 512)
    assert stored.max() <= 4095 and stored.std() > 0


def test_a_session_killed_in_the_middle_of_a_run_goes_on_with_all_its_frames(small_room, tmp_path):
    path = tmp_path / "killed"
    session = made(create_session(path, small_room, seed=5), programme="dsa-body", phases=[[6.0, None]])
    press(session, 1.5, release=False)
    before = session.xrays.runs.get(1)
    del session  # no close: as after a kill
    again = resume_session(path, small_room)
    run = again.xrays.runs.get(1)
    assert (run.frames, run.mask, run.ended) == (before.frames, before.mask, True)
    assert again.pedals.down is None
    again.close()
    assert replay(path, small_room, tmp_path / "replayed").is_same


def test_a_session_with_runs_replays_to_the_byte(session, folder, small_room, tmp_path):
    session.command("injection.set", {"coupled": True, "injection_delay_s": 0.5})
    made(session, programme="dsa-body", phases=[[4.0, 1.0], [1.0, None]])
    press(session, 2.0)
    session.command("run.auto_shift", {"run": 1, "frame": 4})
    session.command("run.mask", {"run": 1, "frames": [3]})
    made(session, programme="series")
    press(session, 1.5)
    session.close()
    report = replay(folder.path, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
    for number in (1, 2):
        name = f"{number:03d}.u16"
        assert (folder.path / "runs" / name).read_bytes() == (tmp_path / "again" / "runs" / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("acquisition.set", {"programme": "dsa-bodi"}, "programme-unknown"),
        ("acquisition.set", {"level": "enormous"}, "setting-not-offered"),
        ("acquisition.set", {"phases": [[15.0, None]]}, "setting-not-offered"),
        ("acquisition.set", {"phases": [[3.0, None], [1.0, None]]}, "phase-open"),
        ("acquisition.set", {"programme": "cine", "mask_when": "first"}, "setting-not-offered"),
        ("run.mask", {"run": 9, "frames": [1]}, "run-unknown"),
        ("run.auto_shift", {"run": 9, "frame": 1}, "run-unknown"),
        ("run.landmark", {"run": 9, "share": 0.5}, "run-unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name_and_changes_nothing(session, name, arguments, code):
    before = session.snapshot()["acquisition"]
    session.command(name, arguments)
    refusals = events(session.advance(40_000), "command-refused")
    assert [o.data["code"] for o in refusals] == [code]
    assert session.snapshot()["acquisition"] == before


def test_fluoroscopy_time_does_not_count_runs_but_the_dose_does(session):
    made(session, programme="cine", phases=[[15.0, 0.5]])
    press(session, 1.0, release=False)
    dose = session.dose_state()
    assert dose["fluoro_s"] == 0.0 and dose["run_frames"] == 8
    assert dose["kar_mgy"] == pytest.approx(session.xrays.runs.get(1).kar_mgy, abs=1e-4)


def test_the_stenosis_of_the_phantom_is_measured_on_a_subtracted_frame(session):
    session.command("patient.breathe", {"to": "hold"})
    session.command("phantom.set", {"id": "renal-abdominal-tubes"})
    session.command("exposure.set", {"fov_cm": 16.0})
    session.command("gantry.goto", {"pose": {"table_z_mm": 55.0, "table_x_mm": -16.0}})
    session.command("injection.set", {"coupled": True, "injection_delay_s": 1.4})
    session.advance(6 * SECOND)
    made(session, programme="dsa-body")
    out = press(session, 4.5)
    image = frames(out)[-1].index
    geometry = beam_geometry(session.gantry.pose, session.room.reference_mm, 113.0, 512)
    line = session.phantom.tubes.tubes
    iliac = next(tube.line for tube in line if tube.name == "Left common iliac artery")
    near = (iliac.arc_mm > 8.0) & (iliac.arc_mm < 46.0)
    at = geometry.project_points(iliac.points_mm[near])[:: max(1, near.sum() // 8), ::-1]
    session.command(
        "measure.stenosis", {"image": image, "points": at.tolist(), "calibrated": {"kind": "isocentre"}}
    )
    told = session.advance(session.now_us + 40_000)
    assert not events(told, "command-refused"), events(told, "command-refused")[0].data
    found = session.snapshot()["marks"][-1]
    assert found["diameter_percent"] == pytest.approx(60.0, abs=6.0)
    assert found["minimal_mm"] < 0.5 * found["reference_mm"]


def test_a_stenosis_is_not_measured_on_fluoroscopy_which_is_not_kept_at_12_bits(session):
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(200_000)
    session.command("measure.stenosis", {"image": 1, "points": [[10.0, 10.0], [90.0, 90.0]]})
    refused = events(session.advance(300_000), "command-refused")
    assert [o.data["code"] for o in refused] == ["not-kept"]
