"""Competency frameworks as CASE packages: the standard's form, the same bytes, and back without loss."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from angiosuite.content.framework import FrameworkItem
from angiosuite.content.loader import load_library
from angiosuite.interop.case import identifier, package
from angiosuite.interop.case_reading import MOST_ITEMS, CasePackage, read_package
from angiosuite.kit.errors import RefusedInput

DOCUMENT_FIELDS = {
    *("identifier", "uri", "creator", "title", "lastChangeDateTime", "officialSourceURL", "publisher"),
    *("description", "subject", "subjectURI", "language", "version", "adoptionStatus", "statusStartDate"),
    *("statusEndDate", "licenseURI", "notes", "frameworkType", "caseVersion", "extensions"),
}
ITEM_FIELDS = {
    *("identifier", "uri", "fullStatement", "humanCodingScheme", "listEnumeration", "abbreviatedStatement"),
    *("conceptKeywords", "conceptKeywordsURI", "notes", "subject", "subjectURI", "language"),
    *("educationLevel", "CFItemTypeURI", "licenseURI", "statusStartDate", "statusEndDate"),
    *("lastChangeDateTime", "CFItemType", "alternativeLabel", "extensions"),
}
"""Fields of the document and of an item within a package, CASE 1.1; no others may be there."""


def frameworks() -> list[FrameworkItem]:
    """The shipped frameworks that hold items."""
    found = (loaded.item for loaded in load_library().items["frameworks"].values())
    return [item for item in found if isinstance(item, FrameworkItem) and item.items]


def back(made: dict[str, Any]) -> FrameworkItem:
    """A package through JSON and the reader."""
    reading = read_package(CasePackage.model_validate(json.loads(json.dumps(made))))
    return FrameworkItem.model_validate(reading.item, strict=False)


def foreign(items: list[dict[str, Any]], links: list[tuple[str, str]] = (), **document: Any) -> CasePackage:  # type: ignore[assignment]
    """A package as another system writes it."""
    head = {"identifier": "d", "title": "Anaesthesia, core", "creator": "A College", **document}
    associations = [
        {
            "identifier": f"a{number}",
            "associationType": "isChildOf",
            "originNodeURI": {"identifier": child},
            "destinationNodeURI": {"identifier": parent},
        }
        for number, (child, parent) in enumerate(links)
    ]
    return CasePackage.model_validate({"CFDocument": head, "CFItems": items, "CFAssociations": associations})


@pytest.mark.parametrize("framework", frameworks(), ids=lambda item: item.id)
def test_every_shipped_framework_comes_back_from_its_wholeas_it_was(framework: FrameworkItem) -> None:
    assert back(package(framework)) == framework


@pytest.mark.parametrize("framework", frameworks(), ids=lambda item: item.id)
def test_a_wholeholds_the_fields_of_the_standard_and_no_others(framework: FrameworkItem) -> None:
    made = package(framework)
    assert set(made["CFDocument"]) <= DOCUMENT_FIELDS
    assert {"identifier", "uri", "title", "lastChangeDateTime"} <= set(made["CFDocument"])
    assert made["CFDocument"]["caseVersion"] == "1.1"
    for item in made["CFItems"]:
        assert set(item) <= ITEM_FIELDS
        assert {"identifier", "uri", "fullStatement", "lastChangeDateTime"} <= set(item)
    nodes = {made["CFDocument"]["identifier"], *(item["identifier"] for item in made["CFItems"])}
    parents = [link for link in made["CFAssociations"] if link["associationType"] == "isChildOf"]
    assert len(parents) == len(made["CFItems"])
    for link in parents:
        assert link["originNodeURI"]["identifier"] in nodes
        assert link["destinationNodeURI"]["identifier"] in nodes
        assert link["originNodeURI"]["targetType"] == "CASE"
    everything = [*made["CFItems"], *made["CFAssociations"]]
    assert len({entry["identifier"] for entry in everything}) == len(everything)


@pytest.mark.parametrize("other", ["acgme-ir-milestones-2", "degir-modules"])
def test_a_crosswalk_names_the_other_framework_s_item_as_its_own_package_does(other: str) -> None:
    ours, theirs = (load_library().items["frameworks"][name].item for name in ("angiosuite-ir-epa", other))
    assert isinstance(ours, FrameworkItem)
    assert isinstance(theirs, FrameworkItem)
    known = {item["identifier"] for item in package(theirs)["CFItems"]}
    crossing = [
        link["destinationNodeURI"]["identifier"]
        for link in package(ours)["CFAssociations"]
        if link.get("extensions", {}).get("angiosuite", {}).get("framework") == other
    ]
    assert crossing
    assert set(crossing) <= known


def test_identifiers_stay_the_same_for_ever() -> None:
    assert identifier("item", "degir-modules", "module-a") == "e89025bf-d6d0-5446-9b38-45cfc80735f6"


def test_a_foreign_wholekeeps_its_titles_codes_and_tree() -> None:
    made = read_package(
        foreign(
            [
                {"identifier": "2", "fullStatement": "Airway", "humanCodingScheme": "B.1"},
                {"identifier": "1", "fullStatement": "Emergencies", "humanCodingScheme": "B"},
            ],
            [("2", "1"), ("1", "d")],
        )
    )
    assert [entry["id"] for entry in made.item["items"]] == ["b", "b-1"]
    assert made.item["items"][1]["parent"] == "b"
    assert made.item["id"] == "anaesthesia-core"
    assert made.item["publisher"] == "A College"


LONG = "Explains to the patient what will be done. " + "It takes into account what matters to them. " * 20


def test_without_an_open_licence_titles_come_in_and_statements_stay_out() -> None:
    made = read_package(
        foreign([{"identifier": "1", "fullStatement": LONG, "abbreviatedStatement": "Consent"}])
    )
    assert made.item["text_policy"] == "titles-only"
    assert made.item["items"][0]["title"] == "Consent"
    assert "hint" not in made.item["items"][0]
    assert "A College" in made.item["notice"]
    assert made.left_out


def test_with_an_open_licence_the_statement_comes_in_as_well() -> None:
    licence = {
        "title": "Creative Commons Attribution 4.0",
        "uri": "https://creativecommons.org/licenses/by/4.0/",
    }
    made = read_package(foreign([{"identifier": "1", "fullStatement": LONG}], licenseURI=licence))
    assert made.item["text_policy"] == "full"
    assert len(made.item["items"][0]["title"]) <= 200
    assert made.item["items"][0]["hint"].startswith("Explains to the patient what will be done. It takes")


def test_a_wholecannot_claim_that_its_text_is_free() -> None:
    items = [{"identifier": "1", "fullStatement": LONG, "abbreviatedStatement": "Consent"}]
    made = read_package(foreign(items, extensions={"angiosuite": {"text_policy": "full"}}))
    assert made.item["text_policy"] == "titles-only"


@pytest.mark.parametrize(
    ("items", "links", "code"),
    [
        ([("1", "One"), ("1", "Two")], [], "case-item-twice"),
        ([("1", "One"), ("2", "Two")], [("1", "2"), ("2", "1")], "case-circle"),
        ([("1", "One")], [("1", "1")], "case-circle"),
    ],
)
def test_what_is_no_tree_is_refused_with_a_way_out(
    items: list[tuple[str, str]], links: list[tuple[str, str]], code: str
) -> None:
    with pytest.raises(RefusedInput) as caught:
        read_package(foreign([{"identifier": i, "fullStatement": text} for i, text in items], links))
    assert caught.value.code == code
    assert caught.value.way_out


def test_a_wholehas_bounds() -> None:
    many = [{"identifier": str(number), "fullStatement": "One"} for number in range(MOST_ITEMS + 1)]
    with pytest.raises(ValidationError):
        foreign(many)
    with pytest.raises(ValidationError):
        foreign([])


TEXTS = st.text(max_size=60)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"identifier": st.text(min_size=1, max_size=8), "fullStatement": TEXTS},
        optional={
            "humanCodingScheme": TEXTS,
            "abbreviatedStatement": TEXTS,
            "notes": TEXTS,
            "CFItemType": TEXTS,
        },
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda item: item["identifier"],
)


@given(ITEMS, st.data())
def test_whatever_words_a_wholeholds_a_framework_or_a_refusal_comes_out(
    items: list[dict[str, Any]], data: st.DataObject
) -> None:
    names = [item["identifier"] for item in items]
    links = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from([*names, "d"])), max_size=6))
    whole = foreign(items, links, title=data.draw(TEXTS), version=data.draw(TEXTS))
    try:
        made = read_package(whole)
    except RefusedInput as refusal:
        code = refusal.code
    else:
        code = ""
        framework = FrameworkItem.model_validate(made.item, strict=False)
        assert len(framework.items) == len(items)
    assert code in ("", "case-circle")
