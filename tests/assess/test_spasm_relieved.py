"""A spasm is answered by a drug that reached it, or by drawing back what made it until it eased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from angiosuite.assess.measures.after_harm import spasm_relieved
from angiosuite.assess.measures.reading import Asked

from .hand_made_log import log
from .test_tools_seen import tool

RENAL, GROIN = "right-renal-artery", "right-femoral-artery"
Item = Mapping[str, Any]
HARM: Item = {"at": 10.0, "event": "spasm", "vessel": RENAL, "at_mm": 25.0, "tool": "w1"}
BEGUN: Item = {**HARM, "tool": "", "begun": True}


def told(at: float, strength: float, relaxes: float = 0.0, vessel: str = RENAL) -> Item:
    """A spasm as it is then."""
    spasm = {"vessel": vessel, "at_mm": 25.0, "strength": strength, "relaxes": relaxes}
    return {"at": at, "observation": "spasms", "spasms": [spasm]}


def gone(at: float) -> Item:
    """No spasm is left."""
    return {"at": at, "observation": "spasms", "spasms": []}


def given(at: float, route: str = "ia", vessel: str = RENAL, drug: str = "nitroglycerin") -> Item:
    """A dose."""
    return {"at": at, "event": "drug-given", "drug": drug, "route": route, "vessel": vessel}


def lies(at: float, depth_mm: float) -> Item:
    """A wire in the artery."""
    return {"at": at, "observation": "instruments", GROIN: [tool("w1", depth_mm, RENAL, depth_mm - 250.0)]}


def relieved(*items: Item) -> object:
    """What is read of a session of these entries."""
    end: Item = {"at": 900.0, "event": "task-finished", "answers": {}}
    return spasm_relieved(
        log(sorted([*items, end], key=lambda one: float(one["at"]))), Asked(None, "session", "higher")
    ).value


HEIGHT = [lies(5.0, 280.0), HARM, told(12.0, 0.0), told(60.0, 0.6), told(90.0, 0.9)]


def test_without_a_spasm_there_is_nothing_to_answer_and_one_that_is_left_alone_is_not_answered() -> None:
    assert relieved(lies(5.0, 280.0)) == 1.0
    assert relieved(*HEIGHT) == 0.0


@pytest.mark.parametrize(
    ("items", "answered"),
    [
        ([given(100.0)], 1.0),
        ([given(100.0, vessel="abdominal-aorta"), told(110.0, 0.9, 0.4)], 1.0),
        ([given(100.0, "iv", ""), told(110.0, 0.8, 0.2)], 1.0),
        ([given(100.0, vessel="left-renal-artery"), told(110.0, 0.9)], 0.0),
        ([given(100.0, "iv", ""), told(110.0, 0.9)], 0.0),
        ([given(8.0), told(20.0, 0.2, 0.5)], 0.0),
        ([given(100.0, drug="heparin")], 0.0),
    ],
    ids=["there", "upstream", "by vein", "elsewhere", "too little", "before it", "another drug"],
)
def test_a_drug_answers_it_where_it_acts_and_was_given_after_it(items: list[Item], answered: float) -> None:
    assert relieved(*HEIGHT, *items) == answered


@pytest.mark.parametrize(
    ("depth_mm", "strength", "answered"),
    [(250.0, 0.4, 1.0), (276.0, 0.4, 0.0), (250.0, 0.5, 0.0)],
    ids=["drawn back and eased", "left where it is", "drawn back and still tight"],
)
def test_drawn_back_it_is_answered_once_it_has_eased(
    depth_mm: float, strength: float, answered: float
) -> None:
    assert relieved(*HEIGHT, lies(95.0, depth_mm), told(700.0, strength)) == answered


def test_what_is_told_of_another_artery_or_gone_counts_as_it_is() -> None:
    assert relieved(*HEIGHT, lies(95.0, 250.0), gone(800.0)) == 1.0
    other = {"at": 10.0, "event": "spasm", "vessel": "left-renal-artery", "at_mm": 25.0, "tool": "w1"}
    assert relieved(*HEIGHT, other, given(100.0)) == 0.0, "each is to be answered"


def test_a_spasm_that_the_task_began_with_needs_no_tool_drawn_back() -> None:
    begun = [BEGUN, told(12.0, 0.0), told(100.0, 0.9), lies(200.0, 290.0)]
    assert relieved(*begun) == 0.0
    assert relieved(*begun, told(700.0, 0.4)) == 1.0
