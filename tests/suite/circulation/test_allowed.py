"""What a task lets a person choose."""

from __future__ import annotations

import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.circulation.allowed import Allowed
from angiosuite.suite.task import Task


def task(**blood: object) -> Task:
    """A task with blood."""
    return Task.of({"id": "t", "title": "A task", "start": {"blood": blood}})


def test_without_a_task_everything_may_be_chosen() -> None:
    allowed = Allowed.of(None)
    allowed.check_place("anything", "anywhere", lies=True)
    allowed.check_medium("whatever")
    allowed.check_tree(True)


def test_what_is_not_offered_is_refused_with_what_is() -> None:
    allowed = Allowed.of(task(devices=["pigtail-5f"], media=["iohexol-240"], vessels=["abdominal-aorta"]))
    allowed.check_place("pigtail-5f", "abdominal-aorta", lies=True)
    with pytest.raises(WrongUse, match="pigtail-5f"):
        allowed.check_place("pigtail-4f", "abdominal-aorta", lies=False)
    with pytest.raises(WrongUse, match="abdominal-aorta"):
        allowed.check_place("pigtail-5f", "coeliac-trunk", lies=False)
    with pytest.raises(WrongUse, match="iohexol-240"):
        allowed.check_medium("iohexol-300")


def test_a_fixed_catheter_stays_and_a_hidden_tree_stays_hidden() -> None:
    allowed = Allowed.of(task(catheter={"device": "pigtail-5f", "fixed": True}, tree=False))
    allowed.check_place("pigtail-5f", "abdominal-aorta", lies=False)
    with pytest.raises(WrongUse, match="stays"):
        allowed.check_place("pigtail-5f", "abdominal-aorta", lies=True)
    with pytest.raises(WrongUse, match="hides"):
        allowed.check_tree(True)
    allowed.check_tree(False)
