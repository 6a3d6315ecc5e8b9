"""Treatment in hands that do anything: no lost number, nothing lost or doubled, no other error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
from angiosuite.suite.treating.vacuum.aspiration import Aspirating

from .conftest import LESION
from .hands import ACCESS, do, run, wire_up

DEVICES = (
    "balloon-9x40-035-80", "balloon-7x40-035-80", "stent-self-10x40-035-80", "stent-balloon-9x37-035-80",
    "stent-covered-balloon-9x38-035-80", "stent-self-7x40-035-120", "aspiration-8f-115", "aspirator-pump",
    "snare-loop-10", "sheath-guiding-over-5f-45cm",
)  # fmt: skip
COUNT = {"everyday": 40, "ci": 150}
LONG_SHARDS, LONG_COUNT = 100, 1000


def of_kind(session: Session, kind: str, rng: np.random.Generator, other: str) -> str:
    """Mostly one of a kind from the table, else another."""
    mine = [name for name, one in session.instruments.table.items.items() if one.device.part.kind == kind]
    return str(rng.choice(mine)) if mine and rng.random() < 0.8 else other


def act(session: Session, rng: np.random.Generator) -> None:
    """One thing that somebody may do, sensible or not."""
    table, inside = list(session.instruments.table.items), list(session.instruments.inside)
    tools = [*table, *inside, "c99"]
    tool = str(rng.choice(tools))
    tubes = [one for one in inside if one.startswith("c")]
    which = int(rng.integers(17))
    if which == 0 and len(tools) < 10:
        do(session, "instrument.pick", device=str(rng.choice(DEVICES)))
    elif which in (1, 2) and not tubes:
        mine = [one for one in table if one[0] in "cs"]
        over = "w1" if rng.random() < 0.7 else None
        do(session, "instrument.load", tool=str(rng.choice(mine or tools)), access=ACCESS, over=over)
    elif which == 3:
        depth = float(rng.uniform(-60.0, 150.0))
        do(session, "instrument.goal", tool=tool, depth_mm=depth, mm_s=100.0)
    elif which == 4:
        do(session, "balloon.prepare", tool=tool)
    elif which in (5, 6):
        do(
            session,
            "balloon.inflate",
            tool=str(rng.choice(tubes or tools)),
            atm=float(rng.uniform(0.0, 24.0)),
        )
    elif which == 7:
        do(session, "balloon.deflate", tool=tool)
    elif which in (8, 9):
        do(
            session,
            "stent.draw-back",
            tool=str(rng.choice(tubes or tools)),
            mm=float(rng.uniform(-30.0, 80.0)),
        )
    elif which == 10:
        do(session, "instrument.remove", tool=tool)
    elif which in (11, 12):
        through = str(rng.choice([one for one in inside if one[0] in "cs"] or tools))
        do(session, "aspiration.start", tool=of_kind(session, "aspirator", rng, tool), through=through)
    elif which == 13:
        do(session, "aspiration.stop")
    elif which == 14:
        through = str(rng.choice([one for one in inside if one[0] in "cs"] or tools))
        do(session, "snare.open", tool=of_kind(session, "snare", rng, tool), through=through)
    elif which == 15:
        do(session, str(rng.choice(["snare.close", "snare.let_go"])))
    elif which == 16:
        do(session, "snare.pull", force_n=float(rng.uniform(0.5, 20.0)))
    run(session, float(rng.uniform(0.1, 2.0)))


def check(session: Session) -> None:
    """Every number is one, every tool is in one place, every stent was brought by one catheter."""
    table, inside = set(session.instruments.table.items), set(session.instruments.inside)
    assert not table & inside
    assert session.blood.circulation is not None
    network = session.blood.circulation.network
    assert np.isfinite(network.flow_ml_s).all() and np.isfinite(network.pressure_mmhg).all()
    for balloon in session.treating.balloons.of.values():
        assert np.isfinite(balloon.width_mm).all() and balloon.free_mm >= balloon.form.folded_mm - 1e-9
        assert balloon.tool in table | inside
    stents = session.treating.stents.of
    assert len({one.tool for one in stents}) == len(stents) == len({one.name for one in stents})
    for one in stents:
        assert np.isfinite(one.width_mm).all() and 0.0 <= one.open_share <= 1.0
    assert len(session.treating.left()) >= sum(one.is_free for one in stents)
    for plaque in session.treating.plaques.of.values():
        assert 0.0 < plaque.throat_mm < 3.0 * plaque.healthy_mm and plaque.throat_mm >= plaque.drawn_mm
    aspiration = session.treating.parts["aspiration"]
    assert isinstance(aspiration, Aspirating)
    taken = sum(float(one.whole_mm3.sum()) - one.mm3 for one in aspiration.seats.values())
    on_it = aspiration.draw.cork_mm3 + aspiration.draw.crumbs_mm3 if aspiration.draw else 0.0
    assert abs(aspiration.clot_mm3 + aspiration.lost_mm3 + on_it - taken) <= 1e-9 * max(taken, 1.0)
    for tool in session.treating.tools():
        assert np.isfinite(tool.points_mm).all()


def reach(session: Session) -> None:
    """Hands come to the vacuum and to the snare, whatever chance does with them afterwards."""
    do(session, "instrument.load", tool="s2", access=ACCESS, over="w1")
    do(session, "instrument.goal", tool="s2", depth_mm=40.0, mm_s=100.0)
    run(session, 1.0)
    do(session, "instrument.remove", tool="w1")
    run(session, 6.0)
    table = session.instruments.table.items
    of = {one.device.part.kind: tool for tool, one in table.items()}
    do(session, "aspiration.start", tool=of["aspirator"], through="s2")
    run(session, 0.5)
    do(session, "aspiration.stop")
    do(session, "snare.open", tool=of["snare"], through="s2")
    run(session, 0.5)
    assert {"aspiration-started", "snare-opened"} <= {e["name"] for e in session.events}
    do(session, "instrument.load", tool="w1", access=ACCESS, over=None)


def play(session: Session, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    wire_up(session)
    for device in DEVICES[-4:]:
        do(session, "instrument.pick", device=device)
    reach(session)
    if seed % 2:
        do(session, "instrument.remove", tool="s2")
    for k in range(count):
        act(session, rng)
        check(session)
        if k == count // 2:
            state, arrays = session.state()
            session.restore(state, {name: np.array(value) for name, value in arrays.items()})
    refused = [e["data"]["code"] for e in session.events if e["name"] == "command-refused"]
    assert "internal" not in refused


@pytest.fixture
def clotted(slim_room: Room, tmp_path: Path) -> Iterator[Session]:
    """That patient with a narrowing, and fresh clot nearer to the groin."""
    session = create_session(tmp_path / "s1", slim_room, seed=7)
    session.pictures = "asked"
    clot = {"id": "clot", "kind": "thrombus", "percent_along": 88.0, "length_mm": 40.0, "fills_percent": 60.0}
    session.blood.begin(lesions=[LESION, {**LESION, **clot, "age": "fresh"}])
    yield session
    session.close()


def test_a_few_hands_that_do_anything(clotted: Session, size: str) -> None:
    play(clotted, 5, COUNT.get(size, 150))


@pytest.mark.long
@pytest.mark.parametrize("shard", range(LONG_SHARDS))
def test_a_hundred_thousand_deployments(clotted: Session, shard: int) -> None:
    play(clotted, 1000 + shard, LONG_COUNT)
