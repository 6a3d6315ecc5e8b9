"""Every command of the table: taken with any fitting arguments, refused by name otherwise, replayed alike."""

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.content.loader import load_library
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.suite.commands import COMMANDS
from angiosuite.suite.opening import create_session
from angiosuite.suite.outputs import FrameOut
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

_path = Path(__file__).resolve().parents[1] / "suite" / "conftest.py"
_spec = importlib.util.spec_from_file_location("suite_conftest", _path)
assert _spec
assert _spec.loader
_suite = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_suite)


@pytest.fixture(scope="module")
def room() -> Room:
    """The small body of the suite's tests before the built-in machine."""
    item = load_library().get("equipment", "ceiling-single-plane")
    return Room("small", "Small body", _suite.small_body(), item.item, item.content_hash)


def fitting(facts: dict[str, Any], rng: np.random.Generator) -> Any:
    """Some value that an argument's description allows."""
    kind = facts["type"]
    if kind == "number":
        return float(rng.uniform(facts["low"], facts["high"]))
    if kind == "integer":
        return int(rng.integers(facts["low"], min(facts["high"], facts["low"] + 4) + 1))
    if kind == "choice":
        return facts["options"][int(rng.integers(len(facts["options"])))]
    if kind == "boolean":
        return bool(rng.integers(2))
    if kind == "text":
        return "note" + "x" * int(rng.integers(0, max(1, facts["longest"] - 4)))
    if kind == "integers":
        return rng.integers(facts["low"], facts["low"] + 4, int(rng.integers(0, 4))).tolist()
    if kind == "phases":
        count = int(rng.integers(1, facts["most"] + 1))
        return [[float(rng.choice([1.0, 2.0, 3.0])), float(rng.uniform(0.5, 5.0))] for _ in range(count)]
    if kind == "points":
        return rng.uniform(0, 512, (int(rng.integers(facts["fewest"], facts["most"] + 1)), 2)).tolist()
    return {name: fitting(member, rng) for name, member in facts["members"].items()}


def arguments_for(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Fitting arguments of a command; what may be left out sometimes is."""
    described = COMMANDS[name].describe()["arguments"]
    given = {key: fitting(facts, rng) for key, facts in described.items()}
    for key in described:
        try:
            COMMANDS[name].arguments[key].check(None)
        except ValueError:
            continue
        if rng.integers(2):
            given.pop(key)
    return given


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_taken_or_refused_by_name_and_the_state_stays_plain_json(name, room):
    rng = np.random.default_rng(sum(map(ord, name)))
    session = Session(room, seed=1)
    session.command("xray.press", {"pedal": "shot"})
    session.advance(40_000)
    for step in range(4):
        session.command(name, arguments_for(name, rng))
        session.advance(40_000 * (step + 2))
    json.dumps(session.snapshot(), allow_nan=False)
    session.close()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_unknown_argument_is_refused_with_the_known_ones(name, room):
    session = Session(room, seed=1)
    with pytest.raises(AngiosuiteError) as refused:
        session.command(name, {"no-such-argument": 1})
    assert refused.value.code in ("argument-unknown", "argument-missing")


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.ci), pytest.param(3, marks=pytest.mark.ci)]
)
def test_a_random_operator_does_no_harm_and_replays_to_the_same_bytes(seed, room, tmp_path):
    rng = np.random.default_rng(seed)
    session = create_session(tmp_path / "recorded", room, seed=seed)
    names = [name for name in sorted(COMMANDS) if name != "session.pause"]
    now_us, frames = 0, []
    while now_us < 2_500_000:
        for name in rng.choice(names, size=3):
            session.command(str(name), arguments_for(str(name), rng))
        if rng.random() < 0.5:
            session.command("xray.press", {"pedal": "fluoro"})
        now_us += 20_000 * int(rng.integers(1, 12))
        frames += [out for out in session.advance(now_us) if isinstance(out, FrameOut)]
    session.close()
    assert frames
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.shape in ((512, 512), (1024, 1024))
        assert math.isfinite(frame.meta["dose"]["kar_mgy"])
    report = replay(tmp_path / "recorded", room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
