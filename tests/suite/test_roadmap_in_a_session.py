"""Roadmap and overlay in a session: made, used, lost with the view, the same again from a log."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.outputs import FLAG_ROADMAP, FLAG_SUBTRACTED, EventOut, FrameOut, Mode
from angiosuite.suite.replay import replay

SECOND = 1_000_000


def run_for(session, seconds):
    return session.advance(session.now_us + round(seconds * SECOND))


def live(out):
    return [o for o in out if isinstance(o, FrameOut) and o.mode is Mode.FLUORO]


def fluoroscopy(session, seconds):
    session.command("xray.press", {"pedal": "fluoro"})
    out = run_for(session, seconds)
    session.command("xray.release", {"pedal": "fluoro"})
    return out + run_for(session, 0.1)


def make_roadmap(session):
    """A roadmap of the tubes, made under one press of fluoroscopy."""
    session.command("patient.breathe", {"to": "hold"})
    session.command("exposure.set", {"pulse_rate": 7.5})
    session.command("phantom.set", {"id": "renal-abdominal-tubes"})
    session.command("roadmap.make")
    session.command("xray.press", {"pedal": "fluoro"})
    out = run_for(session, 1.5)
    session.command("injection.start")
    out += run_for(session, 2.5)
    session.command("xray.release", {"pedal": "fluoro"})
    return out + run_for(session, 0.1)


def state_of(session):
    return session.snapshot()["roadmap"]


def test_a_roadmap_goes_from_armed_to_ready_and_its_vessels_are_light_on_the_next_press(session):
    session.command("roadmap.make")
    run_for(session, 0.04)
    assert state_of(session)["state"] == "armed"
    out = make_roadmap(session)
    assert [o.meta["roadmap"] for o in live(out)] == ["making"] * len(live(out))
    assert state_of(session)["state"] == "ready"
    run_for(session, 60.0)  # the contrast is long gone
    shown = live(fluoroscopy(session, 1.0))
    assert all(o.flags & FLAG_ROADMAP and o.flags & FLAG_SUBTRACTED for o in shown)
    vessels = session.xrays.roadmap._roadmap._vessels.opacity
    last = shown[-1].image.astype(float)
    assert last[vessels > 0.8].mean() > last[vessels < 0.05].mean() + 25


def test_the_fade_takes_the_vessels_away(session):
    make_roadmap(session)
    run_for(session, 12.0)  # washed out, breath still held
    vessels = session.xrays.roadmap._roadmap._vessels.opacity > 0.8

    def contrast(fade):
        session.command("roadmap.fade", {"value": fade})
        image = live(fluoroscopy(session, 0.6))[-1].image.astype(float)
        return image[vessels].mean() - np.median(image)

    assert contrast(1.0) > contrast(0.4) > contrast(0.0)
    assert abs(contrast(0.0)) < 8


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("gantry.move", {"axis": "table_x", "rate": 0.5}, "The table moved"),
        ("gantry.move", {"axis": "rotation", "rate": 0.5}, "The C-arm turned"),
        ("gantry.move", {"axis": "sid", "rate": 0.5}, "The source-image distance changed"),
        ("exposure.set", {"fov_cm": 22.0}, "The field of view changed"),
    ],
)
def test_a_roadmap_says_why_it_is_no_longer_valid(session, name, arguments, reason):
    make_roadmap(session)
    session.command(name, arguments)
    out = run_for(session, 0.5)
    assert state_of(session) | {"fade": 0.7} == state_of(session)
    assert (state_of(session)["state"], state_of(session)["reason"]) == ("invalid", reason)
    told = [o for o in out if isinstance(o, EventOut) and o.name == "roadmap"]
    assert len(told) == 1 and reason.lower() in told[0].text.lower()
    session.command("gantry.halt")
    assert not any(o.flags & FLAG_ROADMAP for o in live(fluoroscopy(session, 0.5)))


def test_a_press_that_is_too_short_leaves_the_roadmap_armed(session):
    session.command("roadmap.make")
    fluoroscopy(session, 0.2)
    assert state_of(session)["state"] == "armed"
    session.command("roadmap.off")
    run_for(session, 0.1)
    assert state_of(session)["state"] == "off"


def test_the_vessels_of_a_run_lie_over_fluoroscopy_in_any_field_of_the_same_pose(session):
    session.command("patient.breathe", {"to": "hold"})
    session.command("phantom.set", {"id": "renal-abdominal-tubes"})
    session.command("injection.set", {"coupled": True, "injection_delay_s": 1.4})
    session.command("acquisition.set", {"programme": "dsa-body", "matrix": 512})
    session.command("xray.press", {"pedal": "acquire"})
    run_for(session, 4.0)
    session.command("xray.release", {"pedal": "acquire"})
    session.command("roadmap.overlay", {"run": 1, "frame": None})
    run_for(session, 60.0)
    assert state_of(session)["kind"] == "overlay" and state_of(session)["run"] == 1
    with_vessels = live(fluoroscopy(session, 0.5))[-1]
    assert with_vessels.meta["roadmap"] == "overlay"
    session.command("roadmap.fade", {"value": 0.0})
    without = live(fluoroscopy(session, 0.5))[-1]
    assert with_vessels.image.mean() > without.image.mean() + 1
    session.command("exposure.set", {"fov_cm": 22.0})
    assert live(fluoroscopy(session, 0.3))[-1].meta["roadmap"] == "overlay"
    session.command("gantry.move", {"axis": "table_z", "rate": 1.0})
    run_for(session, 0.5)
    assert state_of(session)["state"] == "invalid"


def test_an_overlay_of_another_view_is_refused_with_the_reason(session):
    session.command("acquisition.set", {"programme": "dsa-body", "matrix": 512})
    session.command("xray.press", {"pedal": "acquire"})
    run_for(session, 3.0)
    session.command("xray.release", {"pedal": "acquire"})
    session.command("gantry.move", {"axis": "rotation", "rate": 1.0})
    run_for(session, 1.0)
    session.command("roadmap.overlay", {"run": 1, "frame": None})
    refused = [o for o in run_for(session, 0.1) if isinstance(o, EventOut) and o.name == "command-refused"]
    assert [o.data["code"] for o in refused] == ["other-view"]
    assert "turned" in refused[0].text


def test_a_roadmap_survives_a_kill_and_replays_to_the_byte(small_room, tmp_path):
    path = tmp_path / "roadmap"
    session = create_session(path, small_room, seed=11)
    make_roadmap(session)
    run_for(session, 12.0)  # past a checkpoint at rest
    session.command("xray.press", {"pedal": "fluoro"})
    run_for(session, 1.0)
    del session
    again = resume_session(path, small_room)
    assert state_of(again)["state"] == "ready"
    assert all(o.flags & FLAG_ROADMAP for o in live(fluoroscopy(again, 0.5)))
    again.close()
    report = replay(path, small_room, tmp_path / "replayed")
    assert report.is_same, report.differences[:3]
