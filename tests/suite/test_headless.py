"""A session that nobody watches draws fewer pictures and comes to the same."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.log import carried, read_entries
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay

SECOND = 1_000_000
PICTURES_ALONE = ("file", "picture", "raw", "raw_hash")


def work(session):
    """Fluoroscopy with a moving gantry, a breath, blades, a restless patient, a shot and a short run."""
    session.command("exposure.set", {"pulse_rate": 15.0})
    session.command("patient.restless", {"level": 0.6})
    session.command("gantry.goto", {"pose": {"rotation_deg": 12.0, "table_x_mm": 8.0}})
    session.command("patient.breathe", {"to": "hold"})
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(900_000)
    session.command("collimator.set", {"left": 0.7, "top": 0.8})
    session.advance(2_000_000)
    session.command("xray.release", {})
    session.command("patient.breathe", {"to": "free"})
    session.advance(2_300_000)
    session.command("xray.press", {"pedal": "shot"})
    session.advance(2_500_000)
    session.command("acquisition.set", {"matrix": 512, "phases": [[3.0, 1.0]]})
    session.command("xray.press", {"pedal": "acquire"})
    session.advance(3_900_000)
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(4_200_000)
    session.command("xray.release", {})
    session.advance(4_300_000)


def told(folder):
    """The log without what belongs to pictures alone."""
    entries = carried(e for e in read_entries(folder.log) if e.kind != "checkpoint")
    return [
        (e.t_us, e.kind, e.name, {k: v for k, v in e.data.items() if k not in PICTURES_ALONE and k != "judged"})
        for e in entries
    ]


@pytest.fixture(scope="module")
def pair(small_room, tmp_path_factory):
    """The same work watched and not."""
    both = {}
    for pictures in ("all", "asked"):
        path = tmp_path_factory.mktemp(pictures) / "s1"
        session = create_session(path, small_room, seed=7, pictures=pictures)
        work(session)
        session.close()
        both[pictures] = session.folder
    return both


def test_technique_dose_and_geometry_are_those_of_a_watched_session(pair):
    watched, alone = told(pair["all"]), told(pair["asked"])
    for one, other in zip(watched, alone, strict=True):
        assert one == other


def test_of_fluoroscopy_only_the_held_image_is_drawn(pair):
    frames = [e.data for e in read_entries(pair["asked"].log) if e.name == "frame"]
    drawn = {mode: {"picture" in f for f in frames if f["mode"] == mode} for mode in ("fluoro", "held", "shot", "run")}
    assert drawn == {"fluoro": {False}, "held": {True}, "shot": {True}, "run": {True}}
