"""Agents in a session: drawn up, pushed through the catheter, lodged; what jams, sets, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.suite.circulation.small import flowing_in

from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import read_entries
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
from angiosuite.suite.treating.agents.agents import EmbolicAgents
from angiosuite.suite.treating.agents.clearing import SEEN_MG_ML

ACCESS = "right-femoral-artery"
RENAL = {"vessel": "right-renal-artery", "at_mm": 30.0}


@pytest.fixture(scope="module")
def treated_room(small_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The small body with the small patient's vessels in it, at rest."""
    return flowing_in(small_room, tmp_path_factory.mktemp("walls"))


class Case:
    """A session, and what its log says."""

    def __init__(self, path: Path, room: Room) -> None:
        self.session = create_session(path, room, seed=11)

    @property
    def part(self) -> EmbolicAgents:
        return self.session.treating.agents

    def do(self, name: str, **given: Any) -> None:
        self.session.command(name, given)
        self.run(0.02)

    def run(self, seconds: float) -> None:
        self.session.advance(self.session.clock.now_us + round(seconds * 1e6))

    def events(self, name: str) -> list[dict[str, Any]]:
        found = [one.data for one in read_entries(self.session.folder.log) if one.kind == "event"]
        names = [one.name for one in read_entries(self.session.folder.log) if one.kind == "event"]
        return [data for data, is_called in zip(found, names, strict=True) if is_called == name]

    @property
    def balance(self) -> float:
        return max(abs(self.part.balance_ml(n)) for n in self.part.preparations)


@pytest.fixture
def case(treated_room: Room, tmp_path: Path) -> Iterator[Case]:
    one = Case(tmp_path / "s1", treated_room)
    yield one
    one.session.close()


def test_spheres_pass_the_lumen_and_lodge_beyond_the_tip(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    assert case.part.left_ml(1) == pytest.approx(20.0)
    case.do("agent.inject", ml=0.2, rate_ml_s=0.5)
    case.run(1.5)
    agents = case.session.blood.blood.agents
    assert agents is not None and agents.given_ml[1] == 0.0  # it lies in the lumen yet
    assert case.part.left_ml(1) == pytest.approx(19.8, abs=1e-3)
    case.do("agent.inject", ml=3.0, rate_ml_s=0.5)
    case.run(14.0)
    assert agents.given_ml[1] > 0.05
    told = case.events("agent-given")[-1]
    (syringe,) = case.part.show()["syringes"]
    assert syringe["dilution"] == 10.0 and syringe["left_ml"] + 3.2 == pytest.approx(20.0, abs=0.02)
    assert syringe["organs_ml"]["kidney"] == pytest.approx(syringe["given_ml"], rel=0.1)
    assert told["organs"]["kidney"] > 0.9 and told["missed_share"] < 0.05
    assert agents.factors()["right-kidney", "right-renal-artery"] > 1.0
    assert case.balance < 1e-9 * case.part.preparations[1].agent_ml


def test_saline_behind_them_gives_what_lay_in_the_lumen(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=1.0)
    case.run(4.0)
    before = case.session.blood.blood.agents_begun().given_ml[1]
    case.do("agent.flush", ml=3.0)
    case.run(4.0)
    entered = case.session.blood.desk.entered_ml[1]
    assert before < entered
    assert case.session.blood.blood.agents_begun().given_ml[1] == pytest.approx(entered, rel=1e-6)
    assert case.balance < 1e-9


def test_thick_wide_particles_jam_the_lumen(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-4f", **RENAL)
    case.do("agent.prepare", device="spheres-500-700", contrast_ml=6.0)
    case.do("agent.inject", ml=1.0)
    (blocked,) = case.events("catheter-blocked")
    assert blocked["why"] == "jammed"
    for name in ("hand.puff", "agent.flush", "agent.inject"):
        case.do(name)
        assert case.events("command-refused")[-1]["code"] == "catheter-blocked"
    case.run(1.0)
    assert case.session.blood.desk.given_ml == pytest.approx(0.0, abs=1e-6)


def test_glue_without_dextrose_sets_in_the_catheter_and_with_it_does_not(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="glue-n-butyl", oil_parts=1.0)
    case.do("agent.flush", ml=3.0, fluid="dextrose")
    case.run(3.0)
    case.do("agent.inject", ml=0.5, rate_ml_s=0.2)
    case.run(4.0)
    case.do("agent.flush", ml=3.0, fluid="dextrose")
    case.run(15.0)
    assert not case.events("catheter-blocked")
    case.do("agent.flush", ml=3.0)
    case.run(3.0)
    case.do("agent.inject", ml=0.3, rate_ml_s=0.2)
    case.run(15.0)
    (blocked,) = case.events("catheter-blocked")
    assert blocked["why"] == "set"
    assert case.balance < 1e-9


@pytest.mark.ci
def test_a_tip_that_stays_in_its_cast_is_glued(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    for _ in range(4):
        case.do("agent.prepare", device="glue-n-butyl", oil_parts=1.0)
    case.do("agent.flush", ml=3.0, fluid="dextrose")
    case.run(3.0)
    for syringe in range(1, 5):
        case.do("agent.inject", syringe=syringe, ml=2.0, rate_ml_s=1.0)
        case.run(3.0)
    case.run(8.0)
    agents = case.session.blood.blood.agents_begun()
    assert sum(agents.stuck_ml[1].values()) > 0.0
    assert case.events("catheter-glued")
    case.do("catheter.pull", mm=5.0)
    assert case.events("command-refused")[-1]["code"] == "catheter-glued"
    assert case.part.tools()
    assert case.balance < 1e-9


def test_gelatin_pieces_are_stuck_where_they_fit_no_more(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="gelatin-pledgets-1-2")
    case.do("agent.inject", pieces=3, rate_ml_s=2.0)
    case.run(4.0)
    pieces = case.events("agent-piece")
    assert len(pieces) == 3
    assert {one["where"] for one in pieces} == {"right-kidney"} and not any(one["missed"] for one in pieces)
    assert sum(case.session.blood.blood.agents_begun().plugs["right-kidney", "right-renal-artery"]) == 3.0
    assert {one["vessel"] for one in case.part.left()} == {"right-kidney"}


def test_a_piece_too_large_for_the_lumen_jams_it(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-4f", **RENAL)
    case.do("agent.prepare", device="gelatin-pledgets-2-4")
    case.do("agent.inject", pieces=1)
    assert case.events("catheter-blocked")[0]["why"] == "jammed"


def test_contrast_clears_in_few_beats_from_an_open_artery(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("hand.puff", ml=4.0, rate_ml_s=3.0)
    case.run(6.0)
    told = case.part.clearing.told()
    assert told is not None and told["clear"] and 1 <= told["beats"] <= 4
    assert told["vessel"] == "right-renal-artery"


def test_no_beats_are_counted_while_a_slow_push_goes_on(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="spheres-100-300")
    case.do("agent.inject", ml=1.0, rate_ml_s=1.0)
    case.run(3.0)
    agents = case.session.blood.blood.agents_begun()
    tree = agents.tree(("right-kidney", "right-renal-artery"))
    agents.levels["right-kidney", "right-renal-artery"] = 0.999 * tree.room_ml
    agents.version += 1
    case.do("agent.inject", ml=2.0, rate_ml_s=0.06)
    case.run(8.0)
    for _ in range(8):
        case.run(1.0)
        assert case.part.clearing.told() is None
    assert case.part.clearing.peak_mg_ml > SEEN_MG_ML


@pytest.mark.ci
def test_closing_the_bed_makes_contrast_stand(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=3.0, rate_ml_s=3.0)
    case.run(2.0)
    agents = case.session.blood.blood.agents_begun()
    tree = agents.tree(("right-kidney", "right-renal-artery"))
    agents.levels["right-kidney", "right-renal-artery"] = 0.999 * tree.room_ml
    agents.version += 1
    case.run(14.0)
    assert case.events("stasis")
    case.do("hand.puff", ml=6.0, rate_ml_s=2.0)
    case.run(15.0)
    told = case.part.clearing.told()
    assert told is not None and told["beats"] > 5


def test_what_embolises_comes_back_once_the_bed_is_full(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=1.5, rate_ml_s=2.0)
    case.run(3.0)
    agents = case.session.blood.blood.agents_begun()
    tree = agents.tree(("right-kidney", "right-renal-artery"))
    agents.levels["right-kidney", "right-renal-artery"] = 0.999 * tree.room_ml
    agents.version += 1
    case.run(3.0)
    case.do("agent.inject", ml=4.0, rate_ml_s=4.0)
    case.run(12.0)
    reflux = case.events("agent-reflux")
    assert reflux and set(reflux[-1]["organs"]) & {"leg", "kidney"}
    assert case.events("agent-given")[-1]["missed_share"] > 0.2
    assert case.balance < 1e-9


def test_a_slow_flow_after_an_injection_that_came_back_is_no_stand(case: Case) -> None:
    """While contrast ran back the flow crossed zero: a mean over that would say that blood stands."""
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.run(5.0)
    case.do("agent.inject", ml=1.0, rate_ml_s=1.0)
    case.run(6.0)
    agents = case.session.blood.blood.agents_begun()
    tree = agents.tree(("right-kidney", "right-renal-artery"))
    nearly = np.zeros(tree.room_ml.size)
    nearly[-1] = 0.97 * tree.room_ml[-1]
    agents.levels["right-kidney", "right-renal-artery"] = nearly
    agents.version += 1
    case.run(8.0)
    case.do("hand.puff", ml=4.0, rate_ml_s=4.0)
    case.run(12.0)
    assert not case.events("stasis")
    agents.levels["right-kidney", "right-renal-artery"] = 0.999 * tree.room_ml
    agents.version += 1
    case.do("hand.puff", ml=4.0, rate_ml_s=4.0)
    case.run(12.0)
    assert case.events("stasis")


def test_a_tip_that_is_moved_while_spheres_are_carried_makes_no_more_of_them(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=6.0, rate_ml_s=4.0)
    case.run(1.5)
    case.do("catheter.pull", mm=25.0)
    case.do("agent.inject", ml=0.3, rate_ml_s=1.0)
    case.run(14.0)
    first, second = case.events("agent-given")
    assert first["carried_share"] > 0.02
    for given in (first, second):
        whole = sum(given["beds"].values()) + sum(given[f"{of}_share"] for of in ("stuck", "gone", "carried"))
        assert whole == pytest.approx(1.0, abs=0.02)
        assert given["missed_share"] <= 1.0


@pytest.mark.parametrize("pushes", [1, 4])
def test_haste_hides_nothing_of_what_came_back(case: Case, pushes: int) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=1.5, rate_ml_s=2.0)
    case.run(12.0)
    agents = case.session.blood.blood.agents_begun()
    tree = agents.tree(("right-kidney", "right-renal-artery"))
    agents.levels["right-kidney", "right-renal-artery"] = 0.999 * tree.room_ml
    agents.version += 1
    told = len(case.events("agent-given"))
    for _ in range(pushes):
        case.do("agent.inject", ml=4.0 / pushes, rate_ml_s=4.0)
        case.run(1.0 / pushes + 0.5)
    case.run(14.0)
    (given,) = case.events("agent-given")[told:]
    assert given["ml"] == pytest.approx(4.0, rel=0.1)
    assert given["missed_share"] > 0.2
    whole = sum(given["beds"].values()) + sum(given[f"{of}_share"] for of in ("stuck", "gone", "carried"))
    assert whole == pytest.approx(1.0, abs=0.02)


def test_what_is_pushed_out_of_the_lumen_later_is_told_too(case: Case) -> None:
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="spheres-300-500")
    case.do("agent.inject", ml=0.3, rate_ml_s=0.5)
    case.run(12.0)
    assert case.events("agent-given") == []  # it lies in the lumen yet
    case.do("agent.flush", ml=3.0, fluid="saline")
    case.run(14.0)
    (given,) = case.events("agent-given")
    assert given["ml"] == pytest.approx(0.3, rel=0.05)
    assert given["vessel"] == "right-renal-artery"


def test_a_session_with_agents_replays_to_the_byte(treated_room: Room, tmp_path: Path) -> None:
    case = Case(tmp_path / "s1", treated_room)
    case.do("catheter.place", device="microcatheter-2-7f", **RENAL)
    case.do("agent.prepare", device="spheres-100-300")
    case.do("agent.prepare", device="glue-n-butyl", oil_parts=2.0)
    case.do("agent.inject", syringe=1, ml=2.0, rate_ml_s=1.0)
    case.run(1.0)
    state, arrays = case.session.state()
    other = Session(treated_room, 11)
    other.restore(state, arrays)
    for session in (case.session, other):
        session.advance(case.session.clock.now_us + 0)
    (a, x), (b, y) = case.session.state(), other.state()
    assert a["treating"] == b["treating"] and a["blood"] == b["blood"]
    assert x.keys() == y.keys() and all(np.array_equal(x[k], y[k]) for k in x)
    case.run(4.0)
    case.session.close()
    report = replay(tmp_path / "s1", treated_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]


def test_a_catheter_that_hands_lead_gives_agents_off_and_loses_none_of_them(case: Case) -> None:
    case.session.pictures = "asked"
    case.do("instrument.pick", device="pigtail-5f")
    case.do("instrument.flush", tool="c1")
    case.do("instrument.load", tool="c1", access=ACCESS, over=None)
    case.do("instrument.goal", tool="c1", depth_mm=190.0, mm_s=100.0)
    case.run(4.0)
    case.do("agent.prepare", device="spheres-500-700")
    case.do("agent.inject", ml=4.0, rate_ml_s=2.0)
    case.run(4.0)
    agents = case.session.blood.blood.agents_begun()
    assert agents.given_ml[1] > 0.0 and case.balance < 1e-9
    case.do("instrument.aspirate", tool="c1", ml=5.0)  # what lay in the lumen comes back
    assert case.session.instruments.lumens.of["c1"].drawn_ml[1] > 0.0
    assert case.balance < 1e-9
    case.do("agent.inject", ml=3.0, rate_ml_s=2.0)
    case.run(3.0)
    case.do("instrument.remove", tool="c1")
    case.run(10.0)
    assert case.balance < 1e-9
    case.do("instrument.flush", tool="c1")
    case.do("instrument.return", tool="c1")
    assert case.session.instruments.lumens.discarded_ml[1] > 0.0
    assert case.balance < 1e-9


def scripted(path: Path, room: Room) -> Session:
    """Up to the middle of an injection of spheres, with glue of before in a vessel."""
    session = create_session(path, room, seed=3)
    for name, given in (
        ("catheter.place", {"device": "microcatheter-2-7f", **RENAL}),
        ("agent.prepare", {"device": "glue-n-butyl", "oil_parts": 1.0}),
        ("agent.prepare", {"device": "spheres-300-500"}),
        ("agent.flush", {"ml": 3.0, "fluid": "dextrose"}),
    ):
        session.command(name, given)
    session.advance(2_000_000)
    session.command("agent.inject", {"syringe": 1, "ml": 0.8, "rate_ml_s": 1.0})
    session.advance(3_500_000)
    session.command("agent.inject", {"syringe": 2, "ml": 3.0, "rate_ml_s": 1.0})
    session.advance(5_500_000)
    return session


def finished(session: Session) -> Session:
    """The catheter is moved amid it, and all lodges."""
    session.command("catheter.pull", {"mm": 3.0})
    session.advance(7_000_000)
    session.command("hand.puff", {"ml": 2.0})
    session.advance(9_000_000)
    return session


def test_a_session_killed_amid_an_injection_of_agents_goes_on_as_it_was(
    treated_room: Room, tmp_path: Path
) -> None:
    whole = finished(scripted(tmp_path / "s1", treated_room))
    whole.close()
    killed = scripted(tmp_path / "s2", treated_room)
    assert killed.blood.blood.agents is not None and not killed.blood.blood.agents.suspended.empty
    assert killed.log is not None
    killed.log.close()
    again = resume_session(tmp_path / "s2", treated_room)
    assert again.blood.blood.agents is not None and not again.blood.blood.agents.suspended.empty
    finished(again)
    again.close()
    (a, x), (b, y) = whole.state(), again.state()
    assert a["treating"] == b["treating"] and a["blood"] == b["blood"]
    own = [name for name in x if name.startswith(("blood/", "treating/"))]
    assert own and all(np.array_equal(x[name], y[name]) for name in own)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_in_whatever_order_nothing_is_lost(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    devices = ("spheres-100-300", "pva-300-500", "gelatin-slurry", "gelatin-pledgets-1-2", "iodised-oil")
    vessels = ("right-renal-artery", "left-renal-artery", "coeliac-trunk", "aorta")
    case.session.pictures = "asked"
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    case.do("agent.prepare", device=devices[seed])
    case.do("agent.inject", ml=3.0, rate_ml_s=3.0)
    case.run(1.5)
    for _ in range(24):
        action = int(rng.integers(6))
        if action == 0:
            case.do("agent.prepare", device=devices[int(rng.integers(len(devices)))])
        elif action == 1:
            case.do("agent.flush", ml=2.0, fluid=("saline", "dextrose")[int(rng.integers(2))])
        elif action == 2:
            vessel = vessels[int(rng.integers(len(vessels)))]
            case.do("catheter.place", device="cobra-2-5f", vessel=vessel, at_mm=float(rng.uniform(3.0, 30.0)))
        elif action == 3:
            case.do("hand.puff", ml=2.0)
        else:
            count = max(len(case.part.preparations), 1)
            ml, syringe = float(rng.uniform(0.2, 3.0)), int(rng.integers(1, count + 1))
            case.do("agent.inject", syringe=syringe, ml=ml, rate_ml_s=float(rng.uniform(0.2, 4.0)))
        case.run(float(rng.uniform(0.1, 1.0)))
        assert case.balance < 1e-9
    agents = case.session.blood.blood.agents
    assert agents is not None and sum(agents.given_ml.values()) > 0.0
    assert all(factor >= 1.0 - 1e-9 and np.isfinite(factor) for factor in agents.factors().values())
    assert np.isfinite(case.session.blood.blood.network.pressure_mmhg).all()


def test_what_nobody_drew_up_is_not_given(case: Case) -> None:
    case.do("catheter.place", device="cobra-2-5f", **RENAL)
    for wrong in (
        lambda: case.part.inject(None, 1.0, 1.0),
        lambda: case.part.prepare("cobra-2-5f", None, None, None),
        lambda: case.part.prepare("spheres-300-500", None, "no-medium", None),
    ):
        with pytest.raises(WrongUse):
            wrong()


def test_a_thumb_that_comes_off_keeps_the_rest_in_the_syringe(case: Case) -> None:
    case.session.blood.place("microcatheter-2-7f", "right-renal-artery", 30.0)
    case.do("agent.prepare", device="spheres-500-700")
    case.do("agent.inject", ml=2.0, rate_ml_s=0.5)
    case.run(1.0)
    left = case.part.left_ml(1)
    case.do("agent.stop")
    case.run(2.0)
    assert left - 0.1 < case.part.left_ml(1) <= left and case.session.blood.desk.push is None
    assert case.balance < 1e-9
    case.do("hand.puff", ml=3.0, rate_ml_s=1.0)
    case.run(0.5)
    case.do("agent.stop")
    assert case.session.blood.desk.push is not None, "a puff of contrast is another hand's"
