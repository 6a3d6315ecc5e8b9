"""Ids of cases and addresses that name what is practised."""

from __future__ import annotations

import pytest

from angiosuite.content.address import item_of, practised, problem
from angiosuite.content.case_id import case_id, case_parts, is_task_id


def test_a_cases_id_is_taken_apart_as_it_was_put_together() -> None:
    name = case_id("leg-pain", "first", "guided")
    assert case_parts(name) == ("leg-pain", "first", "guided")
    assert case_parts("isocentre") is None


@pytest.mark.parametrize("good", ["isocentre", "leg-pain.first.guided"])
def test_a_drill_and_a_case_have_the_form_of_a_task(good: str) -> None:
    assert is_task_id(good)


@pytest.mark.parametrize("bad", ["", "A", "a.b", "a.b.c.d", "a..c", "../a", "a.b.C", "a/b/c"])
def test_anything_else_has_not(bad: str) -> None:
    assert not is_task_id(bad)


def test_an_address_of_practice_names_a_drill_or_a_procedure() -> None:
    known = {"drills": ["isocentre"], "procedures": ["leg-pain"]}
    assert item_of("practice:leg-pain") == (("drills", "procedures"), "leg-pain")
    assert problem("practice:leg-pain", known) is problem("practice:isocentre", known) is None
    wrong = problem("practice:leg-pian", known)
    assert wrong is not None and "leg-pain" in wrong[1] and "drills or procedures" in wrong[0]


def test_a_case_is_found_on_the_page_of_its_procedure() -> None:
    assert practised("isocentre") == "practice:isocentre"
    assert practised("leg-pain.first.guided") == "practice:leg-pain/first/guided"
