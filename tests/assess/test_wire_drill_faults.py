"""Drills of wires and catheters: a good course is without a fault, and each fault can be made to happen.

The courses are written by hand, of what an attempt would log, and judged by the real judge. A course is
spoilt in one way, that of the measure on which the criterion stands; then the fault of this criterion is
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from angiosuite.assess.criteria import Criterion, criteria_of
from angiosuite.assess.judging import judge
from angiosuite.content.device import DeviceItem
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.practice.operators.leading import KIT

from .hand_made_log import log
from .test_tools_seen import Items, tool
from .treating_courses import POORER, STEPS, TREATED, WORSE, spoilt

LIBRARY = load_library().items
SEED = 1
GROIN, OTHER_GROIN = "right-femoral-artery", "left-femoral-artery"
AORTA, CHEST, LEG = "abdominal-aorta", "descending-thoracic-aorta", "right-external-iliac-artery"
Tools = list[Any]


@dataclass(frozen=True)
class Course:
    """An attempt as its log would tell it.

    Parameters
    ----------
    drill : str
    steps : sequence of lists of tools
        What stood in the patient, innermost first, for two seconds each.
    picked : mapping of str to str
        Devices by the ids that they got.
    told : sequence of items
        Further entries; those with `at` below 0 stand before the first step.
    access : str
    is_lit : bool
        Whether X-rays are on while tools move.
    kerma_mgy : float
    answers : mapping of str to str
        What was answered.
    """

    drill: str
    steps: Sequence[Tools] = ()
    picked: Mapping[str, str] = field(default_factory=dict)
    told: Items = field(default_factory=list)
    access: str = GROIN
    is_lit: bool = True
    kerma_mgy: float = 0.5
    answers: Mapping[str, str] = field(default_factory=dict)

    def items(self) -> Items:
        """Entries of the log in their order."""
        begin = 20.0
        end = begin + 2.0 * len(self.steps) + 2.0
        shown = {name: {"vessel": vessel} for name, vessel in targets(self.drill).items()}
        made: list[Mapping[str, Any]] = [
            {"at": 1.0, "frame": {"mode": "fluoro", "judged": shown}},
            {"at": 1.1, "observation": "room", "dose": [self.kerma_mgy, 0.1, 1.0]},
        ]
        for name, device in self.picked.items():
            found = LIBRARY["devices"][device].item
            assert isinstance(found, DeviceItem)
            part = found.part.model_dump(mode="json", exclude_defaults=True)
            made.append({"at": 2.0, "event": "instrument-picked", "tool": name, "part": part})
        for question, said in self.answers.items():
            made.append({"at": 3.0, "event": "answered", "question": question, "answer": said})
        if self.is_lit:
            made += [
                {"at": begin - 1, "event": "xray-on", "pedal": "fluoro"},
                {"at": end, "event": "xray-off"},
            ]
        for number, tools in enumerate(self.steps):
            made.append({"at": begin + 2.0 * number, "observation": "instruments", self.access: tools})
        made += [{**one, "at": begin + 2.0 * one["at"]} for one in self.told]
        made.sort(key=lambda one: float(one["at"]))
        return [*made, {"at": end + 1.0, "event": "task-finished", "answers": dict(self.answers)}]

    def judged(self) -> dict[str, Any]:
        """What it is judged as."""
        drill = drill_of(self.drill)
        return judge(drill, log(self.items()), drill.answers(SEED), {}).as_dict()

    def happening(self, name: str, **data: Any) -> Course:
        """With an event in its midst."""
        return replace(self, told=[*self.told, {"at": 1.5, "event": name, **data}])

    def changed(self, change: Callable[[int, Any], Any]) -> Course:
        """With every tool of every step changed."""
        return replace(
            self, steps=[[change(number, one) for one in tools] for number, tools in enumerate(self.steps)]
        )

    def without(self, **told: Any) -> Course:
        """Without entries of these values."""
        kept = [one for one in self.told if any(one.get(key) != value for key, value in told.items())]
        assert len(kept) < len(self.told)
        return replace(self, told=kept)


def drill_of(name: str) -> DrillItem:
    """A drill."""
    found = LIBRARY["drills"][name].item
    assert isinstance(found, DrillItem)
    return found


def targets(drill: str) -> dict[str, str]:
    """Vessel, or lesion, of each target as the seed draws it."""
    told = drill_of(drill).task(SEED)["targets"]
    return {one["id"]: one.get("vessel") or one["lesion"] for one in told}


# ---- good courses -----------------------------------------------------------------------------------


def kit() -> Course:
    """What the reference operator lays out."""
    names = [f"x{number}" for number, _ in enumerate(KIT)]
    name = "kit-that-fits"
    return Course(name, picked=dict(zip(names, KIT, strict=True)), answers=drill_of(name).answers(SEED))


def exchange() -> Course:
    """One catheter out and another in while the wire's tip lies."""
    wire = tool("w1", 430, CHEST, 150.0)
    steps = [
        [tool("w1", 100, AORTA)],
        [wire, tool("c1", 300, CHEST, 20.0)],
        [wire, tool("c1", 100)],
        [wire],
        [wire, tool("c2", 100)],
        [wire, tool("c2", 300, CHEST, 20.0)],
    ]
    return Course("exchange-over-a-wire", steps)


def pigtail() -> Course:
    """Wire ahead to the chest, pigtail to the ascending aorta, wire out."""
    steps = [
        [tool("w1", 20, LEG, 20.0)],
        [tool("w1", 400, CHEST, 90.0)],
        [tool("w1", 400, CHEST, 90.0), tool("c1", 20, LEG, 20.0)],
        [tool("w1", 400, CHEST, 90.0), tool("c1", 60, LEG, 60.0)],
        [tool("w1", 400, CHEST, 90.0), tool("c1", 380, CHEST, 70.0)],
        [tool("w1", 400, CHEST, 90.0), tool("c1", 500, "aortic-arch", 50.0)],
        [tool("w1", 400, CHEST, 90.0), tool("c1", 580, "ascending-aorta", 40.0)],
        [tool("c1", 580, "ascending-aorta", 40.0)],
    ]
    return Course("pigtail-into-the-arch", steps, {"w1": "wire-j3-035-260", "c1": "pigtail-5f"})


def over() -> Course:
    """From one groin into the other leg."""
    there = targets("up-and-over")["iliac"]
    side = there.split("-")[0]
    access = GROIN if side == "left" else OTHER_GROIN
    common = f"{side}-common-iliac-artery"
    steps = [
        [tool("w1", 150, AORTA), tool("c1", 20, AORTA)],
        [tool("w1", 300, there, 60.0), tool("c1", 140, AORTA)],
        [tool("w1", 300, there, 60.0), tool("c1", 180, common)],
        [tool("w1", 300, there, 60.0), tool("c1", 230, there, 40.0)],
    ]
    picked = {"w1": "wire-hydrophilic-035-angled-260", "c1": "angled-hydrophilic-4f"}
    return Course("up-and-over", steps, picked, access=access)


def four() -> Course:
    """A Cobra in each of the four arteries."""
    rests = [
        [tool("c1", 250, vessel, 20.0)]
        for vessel in targets("two-shapes-four-arteries").values()
        for _ in "12"
    ]
    return Course(
        "two-shapes-four-arteries", [[tool("c1", 20)], [tool("c1", 300)], *rests], {"c1": "cobra-2-5f"}
    )


def simmons() -> Course:
    """Formed from the left subclavian artery, flushed twice, in each branch of the arch."""
    name = "reform-then-engage"
    steps = [
        [tool("w1", 400, CHEST), tool("c1", 300, CHEST)],
        [tool("w1", 600, "left-subclavian-artery", 50.0), tool("c1", 560, "left-subclavian-artery", 30.0)],
        [tool("c1", 640, "ascending-aorta", 40.0)],
        [tool("c1", 640, "ascending-aorta", 40.0)],
    ]
    steps += [[tool("c1", 620, vessel, 25.0)] for vessel in targets(name).values() for _ in "12"]
    flushed: Items = [{"at": at, "event": "instrument-flushed", "tool": "c1"} for at in (2.3, 2.7)]
    picked = {"w1": "wire-hydrophilic-035-angled-260", "c1": "simmons-1-5f"}
    return Course(name, steps, picked, flushed)


def liver() -> Course:
    """A microwire ahead of a microcatheter through a Cobra in the coeliac trunk."""
    name = "to-a-liver-segment"
    there = targets(name)["segment"]
    cobra = tool("c1", 270, "coeliac-trunk", 20.0)
    steps = [
        [cobra],
        [tool("w1", 300, "common-hepatic-artery"), tool("m1", 265, "coeliac-trunk"), cobra],
        [tool("w1", 380, there, 30.0), tool("m1", 300, "common-hepatic-artery"), cobra],
        [tool("w1", 380, there, 30.0), tool("m1", 365, there, 15.0), cobra],
        [tool("m1", 365, there, 15.0), cobra],
    ]
    picked = {"w1": "microwire-016-angled-180", "m1": "microcatheter-2-4f", "c1": "cobra-2-5f"}
    return Course(name, steps, picked)


def harmed() -> Course:
    """A puff, help, the drug where it is a spasm, a wire past the place, a puff."""
    name, there = "spasm-or-dissection", "right-renal-artery"
    answers = drill_of(name).answers(SEED)
    cobra = tool("c1", 250, there, 14.0)
    steps = [[tool("c1", 250)], [cobra], [cobra], [tool("w1", 252, there, 16.0), cobra]]
    steps += [[tool("w1", 280, there, 44.0), cobra]]
    begun = {"vessel": there, "at_mm": 25.0, "begun": True}
    told: Items = [
        {"at": -4.0, "event": answers["what"], **begun},
        {"at": 1.1, "command": "help.call"},
        {"at": 1.3, "command": "hand.puff", "ml": 3.0, "rate_ml_s": 0.9},
        {"at": 1.6, "event": "drug-given", "drug": "nitroglycerin", "route": "ia", "vessel": there},
        {"at": 4.3, "command": "hand.puff", "ml": 3.0, "rate_ml_s": 0.9},
        {
            "at": 4.4,
            "event": "injection-ended",
            "by": "hand",
            "vessel": there,
            "set_rate_ml_s": 0.9,
            "contrast_ml": 3.0,
        },
    ]
    picked = {"w1": "wire-hydrophilic-018-angled-180", "c1": "cobra-2-5f"}
    return Course(name, steps, picked, told, answers=answers)


def treated(drill: str) -> Course:
    """A wire across, and a balloon or a stent in the narrowing."""
    steps = [[tool("w1", 20, LEG, 20.0)], *([[tool("w1", 200, AORTA, 90.0)]] * STEPS)]
    return Course(drill, steps, told=list(TREATED[drill]), answers=drill_of(drill).answers(SEED))


GOOD: dict[str, Callable[[], Course]] = {
    **{name: partial(treated, name) for name in TREATED},
    "kit-that-fits": kit,
    "exchange-over-a-wire": exchange,
    "pigtail-into-the-arch": pigtail,
    "up-and-over": over,
    "two-shapes-four-arteries": four,
    "reform-then-engage": simmons,
    "to-a-liver-segment": liver,
    "spasm-or-dissection": harmed,
}
ELSEWHERE = {
    "filter-below-the-renal-veins",
    "gelatin-in-an-unstable-pelvis",
    "particles-to-the-end-point",
    "take-a-filter-out",
}
"""Drills of treatment, whose courses are in files of their own."""


# ---- what spoils a course, by the measure that is to fall ------------------------------------------------

Spoilt = Callable[[Course, Criterion], Course]


def happens(name: str) -> Spoilt:
    """It comes to a harm."""
    return lambda course, one: course.happening(name, tool="w1", vessel=AORTA)


def less_kit(course: Course, one: Criterion) -> Course:
    """The thin needle is changed for one that lets no such wire through."""
    return replace(course, picked={**course.picked, "x0": "needle-18g-regular-7cm"})


def wrong(course: Course, one: Criterion) -> Course:
    """Another option is chosen."""
    assert one.of is not None
    question = next(q for q in drill_of(course.drill).questions if q.id == one.of)
    other = next(option.id for option in question.options if option.id != course.answers[one.of])
    return replace(course, answers={**course.answers, one.of: other})


def kept_in(course: Course, one: Criterion) -> Course:
    """The first catheter stays, and no second one comes."""
    return replace(course, steps=[*course.steps[:3], course.steps[1]])


def strayed(course: Course, one: Criterion) -> Course:
    """The wire's tip lies elsewhere once the first catheter is out."""
    assert one.at_most is not None
    lay = tool("w1", 430 + one.at_most + 1.0, CHEST, 150.0 + one.at_most + 1.0)
    return course.changed(lambda number, now: lay if number == 3 else now)


def not_there(course: Course, one: Criterion) -> Course:
    """What lay in the target lies before it."""
    assert one.of is not None
    there = targets(course.drill)[one.of]
    return course.changed(lambda number, now: {**now, "vessel": AORTA} if now["vessel"] == there else now)


def short_of(course: Course, one: Criterion) -> Course:
    """It lies in the target, and not far enough in."""
    assert one.of is not None and one.at_least is not None
    there, shallow = targets(course.drill)[one.of], one.at_least - 1.0
    return course.changed(lambda number, now: {**now, "at_mm": shallow} if now["vessel"] == there else now)


def unseen(course: Course, one: Criterion) -> Course:
    """X-rays are off."""
    return replace(course, is_lit=False)


def to_and_fro(course: Course, one: Criterion) -> Course:
    """The first tool goes up and down before it goes on."""
    first = course.steps[0]
    far = [[{**now, "depth_mm": depth} for now in first] for depth in (350.0, 10.0, 350.0, 10.0, 350.0, 10.0)]
    return replace(course, steps=[*far, *course.steps])


def without_wire(course: Course, one: Criterion) -> Course:
    """No wire is in it."""
    steps = [[now for now in tools if not now["tool"].startswith("w")] for tools in course.steps]
    return replace(course, steps=[tools for tools in steps if tools])


def same_side(course: Course, one: Criterion) -> Course:
    """It came up the leg that is to be treated."""
    return replace(course, access=OTHER_GROIN if course.access == GROIN else GROIN)


def three_tubes(course: Course, one: Criterion) -> Course:
    """Two more catheters are used."""
    return replace(course, steps=[*course.steps, [tool("c2", 250)], [tool("c3", 250)]])


def pressing(course: Course, one: Criterion) -> Course:
    """Tips press."""
    return course.changed(lambda number, now: {**now, "tip_n": 4.0})


def much_dose(course: Course, one: Criterion) -> Course:
    """Kerma of a careless attempt."""
    return replace(course, kerma_mgy=200.0)


def flushed_once(course: Course, one: Criterion) -> Course:
    """One flush is left out."""
    return course.without(at=2.7)


def through_the_neck(course: Course, one: Criterion) -> Course:
    """The curve is brought into a carotid artery first."""
    neck = [tool("w1", 700, "left-common-carotid", 60.0), tool("c1", 650, "left-common-carotid", 30.0)]
    return replace(course, steps=[neck, *course.steps])


def no_proof(course: Course, one: Criterion) -> Course:
    """Nobody puffs."""
    return course.without(at=1.3).without(at=4.3)


def no_help(course: Course, one: Criterion) -> Course:
    """Nobody is called."""
    return course.without(command="help.call")


def no_drug(course: Course, one: Criterion) -> Course:
    """A spasm, and nothing given."""
    untreated = course.without(event="drug-given")
    return untreated.happening("spasm", vessel="right-renal-artery", at_mm=25.0, begun=True)


def out_again(course: Course, one: Criterion) -> Course:
    """The wire is drawn out at the end."""
    return replace(course, steps=[*course.steps, course.steps[1]])


def pushed_on(course: Course, one: Criterion) -> Course:
    """The wire goes to and fro past the place."""
    return replace(course, steps=[*course.steps, *course.steps[-2:], *course.steps[-2:]])


def injected(course: Course, one: Criterion) -> Course:
    """By the pump, and much."""
    ended = {"by": "injector", "vessel": "right-renal-artery", "set_rate_ml_s": 5.0, "contrast_ml": 60.0}
    return course.happening("injection-ended", **ended)


def not_treated_so(course: Course, one: Criterion) -> Course:
    """The balloon or stent did less well, or worse."""
    return replace(course, told=spoilt(list(course.told), one.measure, one.kind == "critical"))


def wire_out(course: Course, one: Criterion) -> Course:
    """Nothing is left in the patient."""
    return replace(course, steps=[*course.steps, []])


def jailed(course: Course, one: Criterion) -> Course:
    """The stent crosses the target's mouth."""
    assert one.of is not None
    return course.happening("branch-jailed", branches=[targets(course.drill)[one.of]], covered=False)


def torn(course: Course, one: Criterion) -> Course:
    """A dissection that limits the flow."""
    return course.happening("dissection", vessel="iliac", grade="E", why="balloon")


SPOILT: dict[str, tuple[Spoilt, ...]] = {
    **dict.fromkeys(("balloon-ratio", *WORSE, *POORER), (not_treated_so,)),
    "wire-at-end": (wire_out,),
    "branch-jailed": (jailed,),
    "dissection-grade": (torn,),
    "ruptures": (happens("rupture"),),
    "balloon-bursts": (happens("balloon-burst"),),
    "kit-fits": (less_kit,),
    "answer-right": (wrong,),
    "exchanges": (kept_in,),
    "exchange-drift": (strayed,),
    "tip-at-end": (not_there, short_of),
    "tip-depth": (not_there, short_of),
    "blind-advance": (unseen,),
    "path-ratio": (to_and_fro,),
    "wire-led": (without_wire,),
    "crossed-over": (same_side,),
    "tubes-used": (three_tubes,),
    "flushes-before-head": (flushed_once,),
    "carotid-before-formed": (through_the_neck,),
    "flow-proved": (no_proof,),
    "lumen-kept": (out_again,),
    "help-after": (no_help,),
    "spasm-relieved": (no_drug,),
    "pushed-after-harm": (pushed_on,),
    "injected-after-harm": (injected,),
    "contrast-used": (injected,),
    "wall-impulse": (pressing,),
    "reference-air-kerma": (much_dose,),
    "perforations": (happens("perforation"),),
    "dissections": (happens("dissection"),),
    "spasms": (happens("spasm"),),
    "emboli": (happens("embolus"), happens("air-embolus"), happens("clot-embolus")),
    "back-end-lost": (happens("wire-lost"), happens("instrument-lost")),
}


def criteria(drill: str) -> list[Criterion]:
    """Everything that a drill may fault."""
    plain = drill_of(drill).model_dump(mode="json", by_alias=True)
    return [one for group in criteria_of(plain).values() for one in group]


FAULTS = [
    pytest.param(drill, one, spoilt, id=f"{drill}-{one.id}-{number}")
    for drill in GOOD
    for one in criteria(drill)
    for number, spoilt in enumerate(SPOILT.get(one.measure, (None,)))
]


def test_every_drill_of_wires_and_catheters_has_a_course_here() -> None:
    after: set[str] = {"kit-that-fits"}
    while True:  # the drills whose tree begins at the kit
        more = {name for name in LIBRARY["drills"] if set(drill_of(name).after) & after} - after
        if not more:
            break
        after |= more
    assert after - ELSEWHERE == set(GOOD)


@pytest.mark.parametrize("drill", GOOD)
def test_a_good_course_passes_without_a_fault(drill: str) -> None:
    found = GOOD[drill]().judged()
    assert found["faults"] == [] and found["passed"] and found["score"] == found["of"]


@pytest.mark.parametrize(("drill", "one", "spoilt"), FAULTS)
def test_each_fault_of_a_drill_can_be_made_to_happen(
    drill: str, one: Criterion, spoilt: Spoilt | None
) -> None:
    assert spoilt is not None, f"nothing here spoils {one.measure}"
    found = spoilt(GOOD[drill](), one).judged()
    faults = {fault["id"]: fault for fault in found["faults"] if fault["kind"] == one.kind}
    assert one.id in faults
    if one.kind == "critical":
        assert [error["id"] for error in found["gate"]["errors"]] == [one.id]
    assert found["passed"] <= (one.kind != "critical" and not one.required)
    assert faults[one.id]["points_lost"] > 0.0 or one.kind == "critical"
