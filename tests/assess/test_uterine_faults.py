"""A case of fibroid embolisation on hand-made logs: what passes, and what a fault costs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

PROCEDURE = "uterine-fibroid-embolisation"
CASE = load_library().drill(f"{PROCEDURE}.usual.alone").item
ARTERY, CERVIX, GROIN = "right-uterine-artery", "right-cervix-vagina", "left-femoral-artery"
INTERNAL = "right-internal-iliac-artery"
LARGE, SMALL = (500, 700), (100, 300)
UGY_M2 = 100.0
"""In one Gy cm2."""


def shown(
    at: float, filled: float = 0.9, kap_gy_cm2: float = 10.0, mouth: float = 0.0, **other: Any
) -> dict[str, Any]:
    """A picture that shows the artery, its mouth, what it comes from, and the bed of the cervix."""
    judged = {
        "artery": {"in_field": True, "vessel": ARTERY, "filled": filled, "u_mm": 0.0},
        "origin": {"in_field": True, "vessel": ARTERY, "filled": mouth, "u_mm": 0.0},
        "internal": {"in_field": True, "vessel": INTERNAL, "filled": other.pop("internal", 0.0), "u_mm": 0.0},
        "cervix": {"in_field": True, "bed": CERVIX, "organ": "cervix and vagina", "filled": 0.0},
    }
    facts = {"mode": "fluoro", "kar_mgy": 100.0, "pka_ugy_m2": UGY_M2 * kap_gy_cm2, "judged": judged}
    return {"at": at, "frame": {**facts, **other}}


def run(
    at: float,
    number: int,
    filled: float = 0.9,
    kap_gy_cm2: float = 10.0,
    mouth: float = 0.0,
    lao_deg: float = 0.0,
    **other: Any,
) -> dict[str, Any]:
    turned = {"pose": {"rotation_deg": lao_deg}}
    return shown(at, filled, kap_gy_cm2, mouth, mode="run", run=number, run_t_us=0, **turned, **other)


def drawn_up(at: float, size_um: tuple[int, int] = LARGE) -> dict[str, Any]:
    facts = {"number": 1, "device": "spheres", "kind": "particles", "ml": 20.0, "size_um": list(size_um)}
    return {"at": at, "event": "agent-prepared", **facts}


def pushed(at: float, missed: float = 0.02, cervix: float = 0.01) -> list[dict[str, Any]]:
    facts = {
        "device": "spheres", "number": 1, "kind": "particles", "ml": 1.0, "solid_ml": 0.1, "vessel": ARTERY,
        "at_mm": 72.0, "beds": {"uterus": 0.9, CERVIX: cervix}, "organs": {"uterus": 0.9},
        "missed_share": missed, "stuck_share": 0.0, "gone_share": 0.0, "carried_share": 0.0,
    }  # fmt: skip
    return [
        {"at": at, "command": "agent.inject", "ml": 1.0, "rate_ml_s": 0.1},
        {"at": at + 15, "event": "agent-given", **facts},
    ]


def counted(at: float, beats: int, vessel: str = ARTERY) -> dict[str, Any]:
    told = {"vessel": vessel, "beats": beats, "clear": True}
    return {"at": at, "observation": "treating", "agents": {"clearing": told}}


def puncture(at: float, dry: bool = True) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0.0, "dry": dry, "ml": 0.0, "passes": True}
    return {"at": at, "observation": "treating", "closing": {GROIN: one}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    parts: dict[str, Any] = {
        "changed": {"at": 2, "event": "sheath-changed", "access": GROIN},
        "division": run(25, 1, 0.0, internal=0.9, lao_deg=25.0),
        "mapped": run(30, 2, mouth=0.9, lao_deg=-25.0),
        "drawn": drawn_up(60),
        "first": counted(80, 0),
        "portion": pushed(100),
        "count": counted(140, 6),
        "after": run(160, 3),
        "out": {"at": 200, "event": "sheath-removed", "access": GROIN},
        "dry": puncture(400),
        "end": {"at": 420, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += [] if part is None else part if isinstance(part, list) else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(CASE, log(items), {}, {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"portion": None},
        {"count": counted(140, 4)},
        {"count": counted(140, 6, "right-internal-iliac-artery")},
        {"portion": pushed(100, missed=0.12)},
        {"portion": pushed(100, missed=0.4)},
        {"portion": pushed(100, cervix=0.25)},
        {"dry": puncture(400, dry=False)},
        {"torn": {"at": 50, "event": "dissection", "vessel": ARTERY}},
        {"through": {"at": 50, "event": "perforation", "vessel": ARTERY}},
        {"jam": {"at": 130, "event": "catheter-blocked", "tool": "m1", "why": "jammed", "number": 1}},
    ],
)
def test_too_little_reflux_spheres_before_the_cervix_and_harm_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"mapped": run(30, 2, mouth=0.2, lao_deg=-25.0)}, 5.0),
        ({"mapped": run(30, 2, mouth=0.9, lao_deg=-5.0)}, 5.0),
        ({"mapped": run(30, 2, mouth=0.9, lao_deg=25.0)}, 5.0),
        ({"division": run(25, 1, internal=0.2, lao_deg=25.0)}, 5.0),
        ({"division": run(25, 1, internal=0.9, lao_deg=-25.0)}, 5.0),
        ({"stands": {"at": 141, "event": "stasis", "vessel": ARTERY}}, 5.0),
        ({"drawn": drawn_up(60, SMALL)}, 5.0),
        ({"portion": pushed(100, cervix=0.1)}, 10.0),
        ({"after": run(160, 3, filled=0.1)}, 5.0),
        ({"out": None}, 5.0),
        ({"after": run(160, 3, kap_gy_cm2=49.5)}, 7.5),
        ({"after": run(160, 3, kap_gy_cm2=90.0)}, 15.0),
    ],
)
def test_what_was_not_looked_at_sized_or_spared_costs_its_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == pytest.approx(100.0 - lost), found["goals"]


def test_women_differ_in_number_and_flow_of_their_fibroids() -> None:
    library = load_library()
    cases = [library.drill(name).item for name in library.get("procedures", PROCEDURE).item.cases]
    told = {repr(case.plan(1)["start"]["blood"]["lesions"]) for case in cases}
    assert len(told) == len(cases) // 3, "the same woman at each level, six in all"
