"""Tools that slide in each other: nodes born and merged, leaders that change, tools that come and go."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.meshing import split
from angiosuite.physics.rods.tool import Bent, Stretch, Tool

from .cases import iliac_to_arch, push, settle, straight_tube, turn_of, wire

J_WIRE = Tool(
    [Stretch(30.0, 3.0, 3.0), Stretch(100.0, 100.0, 80.0)], [Bent(9.4, 1.0 / 3.0)], length_mm=1500.0
)
ANGLED = Tool(
    [Stretch(1.0, 120.0, 250.0)], [Bent(12.0, 0.0654)], outer_mm=0.83, bore_mm=0.5, length_mm=1000.0
)
PIGTAIL = Tool([Stretch(1.0, 120.0, 250.0)], [Bent(35.0, 0.2)], outer_mm=0.83, bore_mm=0.5, length_mm=1000.0)


def pair() -> Chain:
    """A J wire 20 mm out of an angled catheter, in the iliac bends."""
    chain = Chain([J_WIRE, ANGLED], [3.0, -17.0], wall=iliac_to_arch())
    push(chain, 130.0)
    for _ in range(30):
        chain.advance(stop_mm=0.005)
    return chain


def test_length_is_kept_over_a_thousand_strokes_and_the_tip_comes_back() -> None:
    draw = np.random.default_rng(5)
    chain = Chain([wire()], [100.0], wall=straight_tube(400.0, 4.0))
    inside = 100.0
    for mm in draw.uniform(-20.0, 20.0, 1000):
        mm = float(np.clip(mm, 5.0 - inside, 300.0 - inside))
        inside += mm
        chain.advance([mm])
    assert chain.inserted_mm[0] == pytest.approx(inside, abs=1e-6)
    assert chain.rest[1:].sum() == pytest.approx(chain.inserted_mm[0], abs=1e-6)
    chain.advance([100.0 - float(chain.inserted_mm[0])])
    settle(chain, 20)
    assert chain.tip_mm == pytest.approx([100.0, 0.0, 0.0], abs=1e-6)
    assert chain.tip(0)[0] == pytest.approx([100.0, 0.0, 0.0], abs=1e-6)


def test_when_the_leader_changes_no_node_moves() -> None:
    chain = Chain([wire(), ANGLED], [60.001, 60.0])
    settle(chain)
    before = chain.x.copy()
    assert chain.leader == 0
    chain.advance([-0.002, 0.0], stop_mm=1e-9, most=40)
    assert chain.leader == 1
    # a micrometre that the nodes went back with the wire, and no more than another
    assert np.linalg.norm(chain.x - before, axis=1).max() < 2e-3
    here = chain.x.copy()
    chain.advance([-0.002, 0.0], stop_mm=1e-9, most=40)
    assert np.linalg.norm(chain.x - here, axis=1).max() < 1e-3


def test_a_node_that_is_born_or_merged_moves_no_other() -> None:
    chain = Chain([wire()], [60.0], wall=straight_tube(120.0, 4.0))
    chain.load[-1, 1] = 0.01
    nodes = []
    for mm in (0.1,) * 40 + (-0.1,) * 60:
        before, count = chain.x[-5:].copy(), chain.nodes
        chain.advance([mm], seconds=1.0, stop_mm=1e-9, most=40)
        if chain.nodes != count:
            nodes.append(chain.nodes - count)
            kept, chain.velocity[:] = chain.x[-5:].copy(), 0.0
            chain.advance([-mm], seconds=1.0, stop_mm=1e-9, most=40)
            assert np.linalg.norm(chain.x[-5:] - before, axis=1).max() < 5e-3
            chain.advance([mm], seconds=1.0, stop_mm=1e-9, most=40)
            assert np.linalg.norm(chain.x[-5:] - kept, axis=1).max() < 5e-3
    assert 1 in nodes and -1 in nodes


def test_a_tool_that_joins_or_leaves_moves_no_node() -> None:
    chain = pair()
    before = chain.x.copy()
    sheath = Tool([Stretch(1.0, 500.0, 700.0)], outer_mm=1.1, bore_mm=0.9)
    chain.insert(2, sheath, -10.0)
    assert np.array_equal(chain.x, before)
    chain.advance(stop_mm=1e-6, most=40)
    assert np.linalg.norm(chain.x - before, axis=1).max() < 0.02
    here = chain.x.copy()
    chain.remove(2)
    assert np.array_equal(chain.x, here)
    assert chain.tools == (J_WIRE, ANGLED)


def test_the_leader_taken_out_leaves_the_others_where_they_are() -> None:
    chain = pair()
    tip, before = chain.tip(1)[0], chain.x.copy()
    chain.remove(0)
    assert chain.inserted_mm.tolist() == pytest.approx([113.0])
    assert chain.tip_mm == pytest.approx(tip, abs=1e-9)
    assert np.array_equal(chain.x[:-1], before[: chain.nodes - 1])
    assert chain.rest[1:-1].sum() == pytest.approx(113.0)


def test_a_split_lies_on_the_curve_and_costs_nothing() -> None:
    chain = Chain([wire(bends=(Bent(200.0, 0.02),))], [90.0])
    settle(chain)
    before, tip = chain.energy_nmm, chain.tip_mm.copy()
    others = np.delete(chain.x, [], axis=0).copy()
    split(15, 0.5, chain.nodes, 1, chain._line)
    chain.nodes += 1
    assert np.array_equal(np.delete(chain.x, 16, axis=0), others)
    centre = 50.0  # the radius
    a, b, c = chain.x[15:18]
    circle = np.linalg.norm(np.cross(b - a, c - a)) * 2.0
    radius = np.linalg.norm(b - a) * np.linalg.norm(c - b) * np.linalg.norm(c - a) / circle
    assert radius == pytest.approx(centre, rel=0.02)
    chain._tabulate()
    settle(chain)
    assert np.linalg.norm(chain.tip_mm - tip) < 0.02
    assert chain.energy_nmm < before + 1e-3


def test_a_tight_curve_has_nodes_enough_when_it_is_free_and_few_when_it_is_straightened() -> None:
    alone = Chain([PIGTAIL], [60.0])
    bent = alone.arc_mm > 27.0
    assert alone.rest[:-1][bent[:-1]].max() <= 5.0 / 6.0
    assert alone.rest[1:8].max() > 2.0
    stiff = Chain([wire(4000.0, 3000.0), PIGTAIL], [90.0, 60.0])
    assert stiff.nodes < alone.nodes


def test_a_pigtail_opens_over_a_wire_and_closes_when_it_is_drawn_back() -> None:
    chain = Chain([wire(), PIGTAIL], [100.0, 60.0])
    settle(chain, 60, 1e-4)
    opened = turn_of(chain)
    for _ in range(160):
        chain.advance([-0.5, 0.0], seconds=0.05)
    assert chain.leader == 1
    settle(chain, 60, 1e-4)
    assert opened < np.radians(260.0)  # 120 / 220 of 401 degrees at the clamp's side of it
    assert turn_of(chain) == pytest.approx(35.0 * 0.2, rel=0.05)


def test_what_is_restored_goes_on_to_the_same_bytes() -> None:
    chain, draw = pair(), np.random.default_rng(7)
    kept = chain.state()
    moves = draw.uniform(-0.9, 0.9, (150, 2)), draw.uniform(-0.2, 0.2, (150, 2))
    digests = []
    for _ in range(2):
        again = Chain([J_WIRE, ANGLED], [3.0, -17.0], wall=iliac_to_arch())
        again.restore(kept)
        digest = hashlib.sha256()
        for feeds, turns in zip(*moves, strict=True):
            again.advance(feeds, turns, most=8)
            digest.update(again.x.tobytes())
            digest.update(again.push_n.tobytes())  # looking changes nothing
        digests.append(digest.hexdigest())
    for feeds, turns in zip(*moves, strict=True):
        chain.advance(feeds, turns, most=8)
    assert digests[0] == digests[1]
    assert all(
        np.array_equal(a, b) for a, b in zip(chain.state().values(), again.state().values(), strict=True)
    )


@pytest.mark.long
def test_ten_minutes_are_played_again_to_the_same_bytes() -> None:
    """Once through, and once with every second's state put into a chain that was just made."""
    digests = []
    for anew in (False, True):
        draw, digest = np.random.default_rng(11), hashlib.sha256()
        chain = Chain([J_WIRE, ANGLED], [3.0, -17.0], wall=iliac_to_arch())
        for k in range(60_000):
            if k % 50 == 0:
                speed, spin = draw.uniform(-0.8, 1.0, 2), draw.uniform(-0.1, 0.1, 2)
            if anew and k % 100 == 0:
                kept = chain.state()
                chain = Chain([J_WIRE, ANGLED], [3.0, -17.0], wall=iliac_to_arch())
                chain.restore(kept)
            feeds = np.clip(chain.inserted_mm + speed, -30.0, 400.0) - chain.inserted_mm
            chain.advance(feeds, spin, most=8)
            digest.update(chain.x.tobytes())
        digests.append(digest.hexdigest())
    assert digests[0] == digests[1]


def test_what_lies_in_the_sheath_is_not_in_the_chain() -> None:
    chain = Chain([J_WIRE, ANGLED], [-40.0, -60.0], clamp_mm=(1.0, 2.0, 3.0), inward=(0.0, 0.0, 1.0))
    point, direction = chain.tip(0)
    assert point == pytest.approx([1.0, 2.0, -37.0])
    assert direction == pytest.approx([0.0, 0.0, 1.0])
    for _ in range(100):
        chain.advance([1.0, 0.0])
    assert chain.inserted_mm.tolist() == pytest.approx([60.0, -60.0])
    assert not chain.asleep
    for _ in range(70):
        chain.advance([-1.0, 0.0])
    assert chain.inserted_mm.tolist() == pytest.approx([-10.0, -60.0])
    assert chain.asleep and chain.push_n.tolist() == [0.0, 0.0]


def test_a_long_stroke_is_taken_in_short_steps() -> None:
    chain = Chain([wire()], [50.0], wall=straight_tube(200.0, 4.0))
    told = chain.advance([7.5], [0.5], seconds=0.05)
    assert told.steps >= 8
    assert chain.inserted_mm[0] == pytest.approx(57.5)


def test_released_it_never_gains_energy() -> None:
    chain = Chain(
        [wire(bends=(Bent(40.0, 0.03),)), wire(60.0)], [120.0, 100.0], wall=straight_tube(160.0, 6.0)
    )
    chain.velocity[2:, 1] = 100.0 * chain.arc_mm[2:] / 120.0
    energies = [chain.energy_nmm]
    for _ in range(150):
        chain.advance(seconds=0.002, stop_mm=1e-9, most=60)
        energies.append(chain.energy_nmm)
    assert energies[0] > 0.05
    assert np.diff(energies).max() < 1e-6


@pytest.mark.parametrize(
    ("tools", "inserted", "code"),
    [([], [], "bad-chain"), ([J_WIRE], [1.0, 2.0], "bad-chain"), ([J_WIRE] * 5, [1.0] * 5, "bad-chain")],
)
def test_what_is_no_chain_is_refused(tools: list[Tool], inserted: list[float], code: str) -> None:
    with pytest.raises(WrongUse) as wrong:
        Chain(tools, inserted)
    assert wrong.value.code == code


def test_every_tool_has_a_feed() -> None:
    with pytest.raises(WrongUse) as wrong:
        Chain([J_WIRE, ANGLED], [5.0, 5.0]).advance([1.0])
    assert wrong.value.code == "bad-feed"
