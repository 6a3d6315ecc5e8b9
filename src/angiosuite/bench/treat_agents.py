"""Agents that embolise: split at a fork, lodging, glue's clocks, mass, and flow at a catheter's limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from angiosuite.bench.row import Row
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.injection_line import Bore, Fluid, flow_at_limit_ml_s
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw
from angiosuite.physics.treating import glue
from angiosuite.physics.treating.suspended import Fraction, Suspended
from angiosuite.suite.patient import Patient
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

TITLE = "agents that embolise"
STEP_S = 0.002
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
BEATS_S, LOADED, TRACE_ML_S = 1.2, 2500, 1e-3
"""Beats a second, steps of six whole beats, and liquid that brings the agent in."""
THIN_CM2 = 0.0079
"""Lumen of the thin branch: 1003 um wide."""
NEAR_UM = (-200.0, -50.0, -5.0, -1.0, -0.1, 0.1, 1.0, 5.0, 50.0, 200.0)
GLUE = (
    (1.0, 0.12, 0.28),
    (0.66, 3.7, 0.78),
    (0.5, 12.3, 1.43),
    (0.4, 27.0, 3.75),
    (0.33, 58.0, 4.5),
    (0.2, 64.0, 9.3),
)
"""Share, set and flow-stop medians, s, as published; kept apart from the law that interpolates them."""
LIMITS = (
    (1.19, 100.0, 1050.0, (20.7, 19.8, 18.2)),
    (1.02, 100.0, 1050.0, (13.7, 13.1, 12.0)),
    (0.65, 130.0, 750.0, (2.9, 2.7, 1.7)),
    (0.57, 130.0, 750.0, (2.0, 1.6, 1.0)),
    (0.50, 150.0, 750.0, (1.1, 0.8, 0.5)),
)
"""Bore, mm, length, cm, limit, psi, and flow of three media, ml/s: worked from the same formula elsewhere."""
MEDIA = (Fluid(300.0, 4.7, 4.7, 1.34), Fluid(300.0, 6.3, 6.3, 1.34), Fluid(350.0, 10.4, 10.4, 1.40))
LAST_DIGIT = 0.05
GIVEN = (
    ("spheres-100-300", None, 4.0, 0.7),
    ("gelatin-slurry", None, 3.0, 1.0),
    ("iodised-oil", None, 1.0, 0.2),
    ("glue-n-butyl", 2.0, 1.5, 0.3),
)
"""Device, parts of oil, ml and ml/s, one behind the other through one catheter."""
VESSEL, CATHETER = "right-hepatic-artery", "microcatheter-2-8f-130"


def rows(peers: Path | None) -> Iterator[Row]:
    """Every row of agents; the last one opens a whole patient."""
    worst = max(abs(_split(mean) / mean - 1.0) for mean in SHARES)
    note = (
        "hand-made fork, both flows swing by 90 %, a sixth of a beat apart; six beats, worst of five shares"
    )
    yield Row("particle split at a fork against the flow split", 100.0 * worst, "%", must=2.0, note=note)
    yield Row(
        "lodging by diameter, misplaced", float(_misplaced()), "of 10", must=0.0, note="0.1 to 200 um off"
    )
    yield from _glue_rows()
    off = [_off(d, cm, psi, k, q) for d, cm, psi, flows in LIMITS for k, q in enumerate(flows)]
    note = "15 pairs of catheter and medium, a table of the same formula; half of its last digit is given"
    yield Row("catheter flow at the pressure limit", 100.0 * max(off), "%", must=10.0, note=note)
    given, lost, cost_ms = balance()
    note = f"{given:.2f} ml of solid of four agents in syringe, lumen, blood, beds and vessels of a patient"
    load = (
        "spheres in five sizes and contrast under way, no pictures; processor time, all that the session does"
    )
    yield Row("a session of 20 ms with an agent in the blood", cost_ms, "ms", must=20.0, note=load)
    yield Row("mass of every agent", lost, "of what was drawn up", must=1e-9, note=note)


def _glue_rows() -> Iterator[Row]:
    at = [
        abs(law(share) / t - 1.0)
        for share, *times in GLUE
        for law, t in zip((glue.set_s, glue.stop_s), times, strict=True)
    ]
    yield Row("glue's clocks at the measured shares", 100.0 * max(at), "%", must=15.0)
    left_out = []
    for k in range(1, len(GLUE) - 1):
        (high, *_), (share, *_), (low, *_) = GLUE[k - 1 : k + 2]
        place = (share - low) / (high - low)
        for column in (1, 2):
            guess = np.exp((1.0 - place) * np.log(GLUE[k + 1][column]) + place * np.log(GLUE[k - 1][column]))
            left_out.append(abs(float(guess) / GLUE[k][column] - 1.0))
    note = "each inner share guessed from its two neighbours: how far the interpolation can be trusted"
    yield Row("glue's clocks, a share left out, worst", 100.0 * max(left_out), "%", note=note)


def _off(bore_mm: float, length_cm: float, psi: float, medium: int, expected: float) -> float:
    found = flow_at_limit_ml_s(psi, Bore(bore_mm, length_cm), MEDIA[medium])
    return max(abs(found - expected) - LAST_DIGIT, 0.0) / expected


class _Hand:
    """Flows given by hand; volumes follow by continuity."""

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self.flow_ml_s = np.zeros(len(spec.edges))
        self.volume_ml = spec.volume_ml.astype(np.float64)
        self.sources_ml_s = np.zeros(len(spec.nodes))

    def step(self) -> None:
        gain = self.sources_ml_s.copy()
        np.subtract.at(gain, self.spec.a, self.flow_ml_s)
        np.add.at(gain, self.spec.b, self.flow_ml_s)
        self.volume_ml += np.where(self.spec.law == NodeLaw.FIXED, 0.0, gain * STEP_S)


def _fork(thin_cm2: float) -> FlowSpec:
    """A trunk and two branches, a bed behind each; the second one may be thin."""
    d = Draft()
    d.node("in", law=NodeLaw.FIXED)
    d.node("out", law=NodeLaw.FIXED)
    for name in ("tip", "fork", "left-end", "right-end"):
        d.node(name, law=NodeLaw.TUBE)
    d.tube("trunk/0", "in", "tip", length_cm=5.0, area_cm2=0.2, stiffness=100.0)
    d.tube("trunk/1", "tip", "fork", length_cm=5.0, area_cm2=0.2, stiffness=100.0)
    for side, area in (("left", 0.1), ("right", thin_cm2)):
        d.node(f"{side}-small", law=NodeLaw.LINEAR, volume_ml=0.5, stiffness=50.0)
        d.tube(f"{side}/0", "fork", f"{side}-end", length_cm=4.0, area_cm2=area, stiffness=100.0)
        d.edge(f"{side}:arterioles", f"{side}-end", f"{side}-small", kind=EdgeKind.LINK, resistance=1.0)
        d.edge(f"{side}:bed", f"{side}-small", "out", kind=EdgeKind.BED, resistance=10.0, bed_ml=2.0, tanks=3)
    return d.spec()


def _lodged(spec: FlowSpec, one: Fraction, mean: float, swing: float, steps: int) -> dict[str, float]:
    """Solid volume by edge of evenly loaded blood in a fork, of which the right branch takes a share `mean`.

    The right branch beats a sixth of a beat behind the left one.
    """
    hand = _Hand(spec)
    entrances = [[spec.node(f"{side}-small"), spec.edge(f"{side}:bed")] for side in ("left", "right")]
    blood = Suspended(spec, np.array(entrances))
    blood.know(1, [one])
    tip, found = spec.node("tip"), dict.fromkeys(spec.edges, 0.0)
    for k in range(steps):
        turn = 2.0 * np.pi * BEATS_S * STEP_S * k
        right = 3.0 * mean * (1.0 + swing * float(np.sin(turn - np.pi / 3.0)))
        left = 3.0 * (1.0 - mean) * (1.0 + swing * float(np.sin(turn)))
        given = TRACE_ML_S if k < LOADED else 0.0
        hand.sources_ml_s[tip] = given
        for name in spec.edges:
            flow = right if name.startswith("right") else left if name.startswith("left") else left + right
            hand.flow_ml_s[spec.edge(name)] = flow
        hand.flow_ml_s[spec.edge("trunk/0")] -= given
        hand.step()
        if given:
            blood.give(1, tip, 0.01 * (left + right) * STEP_S)
        for stuck in blood.step(hand, STEP_S):
            found[spec.edges[stuck.edge]] += stuck.ml
    return found


def _split(mean: float) -> float:
    found = _lodged(_fork(0.05), Fraction(1, 100.0, 1.0), mean, 0.9, 6500)
    return found["right:bed"] / sum(found.values())


def _misplaced() -> int:
    """Of particles a little wider or narrower than the thin branch, how many stop at the wrong place."""
    spec = _fork(THIN_CM2)
    lumen_um = 2e4 * float(np.sqrt(THIN_CM2 / np.pi))
    wrong = 0
    for more in NEAR_UM:
        found = _lodged(spec, Fraction(1, lumen_um + more, 1.0), 0.2, 0.0, 3500)
        stops, passes = found["right/0"] > 0.0, found["right:bed"] > 0.0
        wrong += (stops, passes) != (more > 0.0, more < 0.0)
    return wrong


def balance() -> tuple[float, float, float]:
    """Solid volume of agents given in a patient, ml; the largest share of one that is missing; ms a 20 ms."""
    session = Session(Room.of(Patient.builtin()), 1)
    _do(session, "catheter.place", device=CATHETER, vessel=VESSEL, at_mm=5.0)
    began = cost_ms = 0.0
    for device, oil_parts, ml, rate_ml_s in GIVEN:
        if oil_parts is not None:
            _do(session, "agent.flush", ml=3.0, fluid="dextrose")
            session.advance(session.clock.now_us + 3_000_000)
        mixed = {} if oil_parts is None else {"oil_parts": oil_parts}
        _do(session, "agent.prepare", device=device, **mixed)
        _do(session, "agent.inject", ml=ml, rate_ml_s=rate_ml_s)
        session.advance(session.clock.now_us + 3_000_000)
        if device == GIVEN[0][0]:
            began = time.process_time()
        session.advance(session.clock.now_us + 2_000_000)
        if device == GIVEN[0][0]:
            cost_ms = 1e3 * (time.process_time() - began) / 100.0
        session.advance(session.clock.now_us + 3_000_000)
        _do(session, "catheter.pull", mm=1.0)
    session.advance(session.clock.now_us + 3_000_000)
    agents = session.treating.agents
    known = agents.preparations.values()
    blood = session.blood.blood.agents
    given = 0.0 if blood is None else sum(blood.given_ml.values())
    lost = max(abs(agents.balance_ml(one.number)) / one.agent_ml for one in known)
    return given, lost, cost_ms


def _do(session: Session, name: str, **given: object) -> None:
    session.command(name, given)
    session.advance(session.clock.now_us + 20_000)
