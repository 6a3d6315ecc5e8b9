"""Terms: what a page offers for a kind of evidence is what some pathway asks for."""

from __future__ import annotations

import pytest

from angiosuite.content.loader import Library, load_library
from angiosuite.content.packs import directories_of
from angiosuite.content.pathway import PathwayItem
from angiosuite.kit.evidence import EvidenceKind
from angiosuite.kit.home import Home
from angiosuite.kit.ids import is_safe_id
from angiosuite.learning.evidence.terms import _OWN, asked


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The built-in content."""
    return load_library(directories_of(Home(tmp_path_factory.mktemp("home"))))


def test_every_exam_of_a_requirement_is_offered_and_every_term_passes_the_form(library: Library) -> None:
    offered = asked(library)
    for loaded in library.items["pathways"].values():
        assert isinstance(loaded.item, PathwayItem)
        exams = {one.exam for one in loaded.item.requirements if one.kind == "exam"}
        assert exams <= set(offered[EvidenceKind.EXAM].terms)
    assert all(is_safe_id(term) for kind in offered.values() for term in (*kind.terms, *kind.schemes))
    assert offered[EvidenceKind.REAL_CASE].terms and offered[EvidenceKind.CREDIT].schemes


def test_every_kind_of_requirement_has_its_kind_of_evidence_or_builds_on_others(library: Library) -> None:
    kinds = {one.kind for loaded in library.items["pathways"].values() for one in loaded.item.requirements}
    assert kinds - set(_OWN) <= {"any-of", "all-of", "order", "leave-cap"}


def test_simulated_practice_is_asked_by_no_requirement_on_real_cases(library: Library) -> None:
    assert asked(library)[EvidenceKind.SUITE_PRACTICE].terms == ()


def test_without_pathways_nothing_is_offered() -> None:
    assert all(not kind.terms and not kind.schemes for kind in asked(Library(())).values())
