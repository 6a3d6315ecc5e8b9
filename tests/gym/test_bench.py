"""A bench moves what a session moves: lengths add up, walls hold, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.content.loader import load_library
from angiosuite.gym.bench import FIRST_MM, HAND_MM, LAST_MM, Bench
from angiosuite.gym.case import Case, make_case
from angiosuite.suite.instruments.consequences import Consequences
from angiosuite.suite.instruments.patient_facts import PatientFacts, plaques_of
from angiosuite.suite.instruments.stack import IN_SHEATH_MM

ANATOMIES, SHARDS, COMMANDS = 50, 50, 1_000_000
"""Of the full figure: a million commands, in shards of one person each."""
OUTSIDE_MM = 1.0
"""How far a tip may lie beyond a wall; any other node, more than the wall gives way under its load."""
FAILS_S = 0.1
"""How long a tip that presses a wall in may lie so before a session tells of it: twice what it asks for."""
CORNER_MM = 2.0
"""How deep a node may come to lie where an edge between two others is given one."""


def passed_mm(bench: Bench) -> float:
    """How far a node lies outside all cones of the tree, more than the wall gives way to its load: the
    farthest.

    Asked of the centre lines, not of the baked lumen that the rods ask; the load is what the rods told. Where
    a node has passed, no wall presses it, and all of the distance counts.
    """
    road, chain, line = bench.case.road, bench.chain, bench.chain._line
    n = chain.nodes
    points = np.asarray(chain.x) - np.asarray(chain.shift)
    outside = np.array([-road.place(point).inside_mm for point in points])[2:]
    rest = np.asarray(line.rest[:n])
    cell = 0.5 * (rest[1 : n - 1] + np.append(rest[2 : n - 1], 0.0))
    gives = np.asarray(chain.pressed)[2:] / (np.asarray(line.wall[2:n]) * cell)
    born = (gives == 0.0) & (chain.gap_mm[2:] < 0.0)  # on an edge that cuts a corner: it presses from now on
    gives[born] = np.minimum(-chain.gap_mm[2:][born], CORNER_MM)
    return float((outside - gives).max())


def tip_outside_mm(bench: Bench) -> float:
    """How far the leading tip lies outside all cones of the tree as they lie now; whatever the wall bears.

    A shaft that is pressed sideways dents a wall over its length and leaves it again; a tip that is so far
    beyond it is through.
    """
    tip = np.asarray(bench.chain.x[-1]) - np.asarray(bench.chain.shift[-1])
    return -float(bench.case.road.place(tip).inside_mm)


def faults(bench: Bench) -> list[str]:
    """What is wrong with a bench now, whatever was done to it."""
    chain, found = bench.chain, []
    if not all(np.isfinite(part).all() for part in (chain.x, chain.inserted_mm, chain.pressed)):
        return ["a number is lost"]
    along, deepest = float(np.asarray(chain.arc_mm)[-1]), float(chain.inserted_mm.max())
    if abs(along - deepest) > 1e-6:
        found.append(f"{along:.7f} mm lie in the patient, {deepest:.7f} were fed")
    if np.abs(chain.inserted_mm - bench.depth_mm - IN_SHEATH_MM).max() > 1e-6:
        found.append("hands and rods differ on what was fed")
    length = np.linalg.norm(np.diff(np.asarray(chain.x), axis=0), axis=1)[1:].sum()
    if abs(length / along - 1.0) > 0.01:
        found.append(f"{along:.2f} mm of rod are {length:.2f} mm long")
    return found


class Fuzz:
    """Commands as jerky hands give them, in one person, judged as a session judges them.

    A wall that was passed without a perforation that the session would tell of is a fault. After a
    perforation all begins anew.
    """

    def __init__(self, case: Case, seed: int) -> None:
        self.case, self.draw, self.told = case, np.random.default_rng(seed), 0
        self.perforations = 0
        self.facts = PatientFacts(case.graph, plaques_of(case.graph), age_years=60.0)
        self._begin()

    def _begin(self) -> None:
        self.bench, self.events = Bench(self.case), []
        self.judge = Consequences.of(load_library(), 1, lambda name, data, words: self.events.append(name))

    def _do(self, mm_s: np.ndarray, rad_s: np.ndarray, seconds: float) -> None:
        """A command, and what comes of it."""
        self.bench.stack.begin()
        self.bench.advance(mm_s, rad_s, seconds)
        contact = self.bench.stack.feel(seconds)
        if contact is not None:
            self.judge.judge(contact, seconds, self.facts)

    def run(self, commands: int, every: int = 1) -> list[str]:
        """So many commands, looking at all nodes every so many; what went wrong first, and when."""
        for number in range(commands):
            mm_s = self.draw.uniform(-100.0, 100.0, 2) * (self.draw.random(2) < 0.8)
            mm_s += np.array([12.0, 8.0])  # on the whole inwards, or all of it happens in the groin
            rad_s = self.draw.uniform(-12.0, 12.0, 2) * (self.draw.random(2) < 0.5)
            seconds = float(self.draw.choice([0.02, 0.1, 0.3]))
            self._do(mm_s, rad_s, seconds)
            found, out = faults(self.bench), tip_outside_mm(self.bench)
            if out > OUTSIDE_MM and "perforation" not in self.events:  # a wall takes some time to fail
                self._do(np.zeros(2), np.zeros(2), FAILS_S)
                out = tip_outside_mm(self.bench)
            if "perforation" in self.events:
                self.perforations += 1
                self._begin()
            else:
                if number % every == 0 and (passed := passed_mm(self.bench)) > OUTSIDE_MM:
                    found.append(f"a node lies {passed:.2f} mm beyond a wall, and nobody was told")
                if out > OUTSIDE_MM:
                    found.append(f"the tip lies {out:.2f} mm outside the lumen, and nobody was told")
            if found:
                return [f"after {number}: {one}" for one in found]
        return []


@pytest.fixture
def bench(lumens: Path) -> Bench:
    return Bench(make_case("splenic", 0, home=lumens))


def test_a_node_that_is_put_through_a_wall_is_found_out(bench: Bench) -> None:
    for _ in range(30):
        bench.advance((35.0, 0.0), (0.0, 0.0), 0.2)
    assert passed_mm(bench) < OUTSIDE_MM and tip_outside_mm(bench) < OUTSIDE_MM
    bench.chain.x[-1] += 15.0 * np.array([1.0, 0.0, 0.0])
    assert tip_outside_mm(bench) > OUTSIDE_MM
    bench.chain.x[20] += 15.0 * np.array([1.0, 0.0, 0.0])
    assert passed_mm(bench) > OUTSIDE_MM


def test_hands_stop_at_the_sheath_and_at_the_hub(bench: Bench) -> None:
    for _ in range(10):
        bench.advance((-100.0, -100.0), (0.0, 0.0), 0.5)
    assert bench.depth_mm == pytest.approx([FIRST_MM, LAST_MM])
    lengths = bench.stack.lengths_mm
    wanted = np.array([5000.0, 5000.0])
    most = bench.depth_mm + bench._in_reach(bench.depth_mm, wanted)
    assert most[1] == pytest.approx(lengths[1] - bench.case.access.sheath_mm - HAND_MM)
    assert most[0] == pytest.approx(lengths[0] - lengths[1] + most[1] - HAND_MM)


def test_a_hand_gives_way_before_it_presses_harder_than_fingers_can(bench: Bench) -> None:
    for _ in range(60):
        bench.advance((40.0, 0.0), (0.0, 0.0), 0.2)
    assert bench.push_n.max() < 1.5 * max(bench._push_n)


def test_what_moves_alike_ends_alike(lumens: Path) -> None:
    ends = []
    for _ in range(2):
        one = Bench(make_case("splenic", 0, home=lumens), (0.4, -0.2))
        draw = np.random.default_rng(8)
        for _ in range(25):
            one.advance(draw.uniform(-20, 40, 2), draw.uniform(-2, 2, 2), 0.1)
        ends.append(np.array(one.chain.x))
    assert np.array_equal(*ends)


@pytest.mark.parametrize("seed", [1, 2])
def test_commands_as_chance_draws_them_keep_lengths_numbers_and_walls(bench: Bench, seed: int) -> None:
    assert Fuzz(bench.case, seed).run(150) == []


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_million_commands_in_fifty_persons_keep_lengths_numbers_and_walls(lumens: Path, shard: int) -> None:
    case = make_case("splenic", shard % ANATOMIES, home=lumens)
    assert Fuzz(case, 900 + shard).run(COMMANDS // SHARDS, every=10) == []
