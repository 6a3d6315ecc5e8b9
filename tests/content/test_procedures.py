"""Procedures: persons at levels become cases, which are drills; what does not fit is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from angiosuite.content.case import CaseItem, drill_from
from angiosuite.content.checker import check
from angiosuite.content.loader import Library, load_library
from angiosuite.content.procedure import ProcedureItem
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import WrongUse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A procedure as `angiosuite new` writes it."""
    return new("procedure", "leg-pain", tmp_path / "pack")


@pytest.fixture
def library(folder: Path) -> Library:
    """A library that holds it."""
    return load_library([folder.parent.parent])


def procedure_in(library: Library) -> ProcedureItem:
    item = library.get("procedures", "leg-pain").item
    assert isinstance(item, ProcedureItem)
    return item


def case_of(library: Library, variant: str, level: str) -> CaseItem:
    item = library.drill(f"leg-pain.{variant}.{level}").item
    assert isinstance(item, CaseItem)
    return item


def test_every_person_at_every_level_is_a_case_of_one_patient(library: Library) -> None:
    procedure = procedure_in(library)
    assert len(set(procedure.cases)) == len(procedure.variants) * len(procedure.levels) == 18
    for name in procedure.cases:
        case = library.drill(name).item
        assert isinstance(case, CaseItem)
        assert case.id == name
        assert case.script == "leg-pain"
        assert len(case.patients) == 1


def test_a_case_gives_its_words_to_all_that_is_drawn_by_them(library: Library) -> None:
    case = case_of(library, "second", "alone")
    assert case.words(5) == {"side": "right", "variant": "second", "level": "alone"}
    (lesion,) = case.plan(5)["start"]["blood"]["lesions"]
    assert lesion["vessel"] == "right-common-iliac-artery"
    assert case.task(5)["brief"].startswith("A man of 58 can walk 100 m")
    assert "right common iliac artery from the right groin" in case.task(5)["brief"]


def test_a_person_is_the_same_at_each_level_and_another_with_another_seed(library: Library) -> None:
    easy, hard = case_of(library, "first", "guided"), case_of(library, "first", "sparing")
    lesions = easy.plan(7)["start"]["blood"]["lesions"]
    assert hard.plan(7)["start"]["blood"]["lesions"] == lesions
    assert easy.plan(8)["start"]["blood"]["lesions"] != lesions
    assert case_of(library, "third", "guided").plan(7)["start"]["blood"]["lesions"] != lesions


def test_a_level_says_what_is_told_what_passes_and_how_sparing(library: Library) -> None:
    easy, hard = case_of(library, "first", "guided"), case_of(library, "first", "sparing")
    assert (len(easy.hints), len(hard.hints)) == (3, 0)
    assert (easy.passing.score, hard.passing.score) == (60, 80)
    assert easy.plan(1)["start"]["blood"]["tree"] is True
    assert hard.plan(1)["start"]["blood"]["tree"] is False
    assert easy.stewardship[0].none_at == pytest.approx(360.0)
    assert hard.stewardship[0].none_at == pytest.approx(160.8)


def test_a_case_that_was_kept_is_read_again_as_it_was(library: Library) -> None:
    case = case_of(library, "fourth", "alone")
    kept = drill_from(case.model_dump_json(by_alias=True))
    assert kept == case
    assert kept.task(3) == case.task(3)


@pytest.mark.parametrize(
    "name",
    ["leg-pains.first.alone", "leg-pain.frist.alone", "leg-pain.first.aloen", "leg-pain", "leg-pain.first"],
)
def test_a_case_that_is_not_there_is_refused_by_name(library: Library, name: str) -> None:
    with pytest.raises(WrongUse) as refused:
        library.drill(name)
    assert refused.value.way_out


@pytest.mark.parametrize(
    ("before", "after", "field", "way_out"),
    [
        ("words: {side: left}\n  - id: second", "words: {sied: left}\n  - id: second", "words.sied", "side"),
        ("words: {side: left}\n  - id: second", "words: {side: lefft}\n  - id: second", "words.side", "left"),
        ("    words: {side: left}\n  - id: second", "  - id: second", "variants[0].words", "side"),
        ("  - {id: alone, title: Alone,", "  - {id: guided, title: Alone,", "levels", "another"),
        ("draws: {} ", "draws: {side: [left, right]} ", "chooses.side", "another name"),
        ("values: {left: left-common", "values: {lft: left-common", "values", "left"),
        ("patient: built-in-adult\n    story: A man of 61", "patient: nobody\n    story: A man of 61",
         "variants[0].patient", "an id below"),
        ("source: dose ", "source: own-runs ", "published.source", "one of success, dose"),
        ("kap_gy_cm2: 150", "kap_gy_cm2: 0", "published.kap_gy_cm2", "greater"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_a_way_out(
    folder: Path, before: str, after: str, field: str, way_out: str
) -> None:
    path = folder / "procedure.yaml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    faults = check([folder])
    assert any(field in fault.field and way_out in f"{fault.problem} {fault.way_out}" for fault in faults), (
        faults
    )


def _without(word: str) -> Callable[[str], str]:
    return lambda text: "".join(line for line in text.splitlines(True) if word not in line)


@pytest.mark.parametrize(("word", "problem"), [("id: sixth", "too few"), ("id: sparing", "not three")])
def test_six_persons_and_three_levels_are_asked_for(folder: Path, word: str, problem: str) -> None:
    path = folder / "procedure.yaml"
    path.write_text(_without(word)(path.read_text("utf-8")), "utf-8")
    assert any(problem in fault.problem for fault in check([folder]))


def test_what_is_published_of_doses_in_patients_has_a_figure_and_a_source(folder: Path) -> None:
    path = folder / "procedure.yaml"
    text = path.read_text("utf-8")
    figures = ("fluoroscopy_min: 20", "air_kerma_mgy: 800", "kap_gy_cm2: 150")
    assert all(one in text for one in figures)
    for one in figures:  # any of them may be missing
        path.write_text(_without(one)(text), "utf-8")
        assert check([folder]) == []
    for one in figures:
        text = _without(one)(text)
    path.write_text(text, "utf-8")
    assert [fault.field for fault in check([folder])] == ["published.fluoroscopy_min"]
