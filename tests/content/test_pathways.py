"""Schemas of pathways and frameworks: every rule names its place, and the words are those of the records."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from angiosuite.content.framework import FrameworkItem
from angiosuite.content.item_file import read_item
from angiosuite.content.kinds import KINDS, template_text
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import EvidenceName, LeaveName, RoleName, StatusName
from angiosuite.kit.enrolment import LeaveKind
from angiosuite.kit.evidence import CaseRole, EvidenceKind, Status

TEMPLATES = {
    name: yaml.safe_load(template_text(KINDS[name]).replace("ID-OF-THE-ITEM", "an-item"))
    for name in ("pathways", "frameworks")
}


def faults(folder: Path, kind: str, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """Fields with faults of a template that was changed."""
    item = deepcopy(TEMPLATES[kind])
    change(item)
    place = folder / kind / "an-item"
    place.mkdir(parents=True)
    (place / KINDS[kind].file).write_text(yaml.safe_dump(json.loads(json.dumps(item)), sort_keys=False))
    return [fault.field for fault in read_item(place, KINDS[kind]).faults]


def at(name: str, identity: str, **fields: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one entry of a list; None takes a field away."""

    def change(item: dict[str, Any]) -> None:
        entry = next(each for each in item[name] if each["id"] == identity)
        for key, value in fields.items():
            if value is None:
                entry.pop(key)
            else:
                entry[key] = value

    return change


def top(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the item's own fields."""
    return lambda item: item.update(fields)


PATHWAY_FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (at("requirements", "procedures", stage="nowhere"), "requirements[0].stage"),
    (at("requirements", "procedures", variant="nowhere"), "requirements[0].variant"),
    (at("requirements", "procedures", due={"stage_end": "nowhere"}), "requirements[0].due.stage_end"),
    (at("requirements", "procedures", due={}), "requirements[0].due"),
    (at("requirements", "procedures", due={"stage_end": "core", "on": "2027-01-01"}), "requirements[0].due"),
    (at("requirements", "procedures", source=None), "requirements[0].source"),
    (at("requirements", "procedures", source="nowhere"), "requirements[0].source"),
    (at("requirements", "procedures", target=None), "requirements[0].basis"),
    (at("requirements", "procedures", target=-1), "requirements[0].target"),
    (at("requirements", "procedures", tarket=1), "requirements[0].tarket"),
    (at("requirements", "procedures", kind="cuont"), "requirements[0].kind"),
    (at("requirements", "procedures", counts={"roles": ["boss"]}), "requirements[0].counts.roles[0]"),
    (
        at("requirements", "procedures", counts={"evidence": ["real-case", "suite-practice"]}),
        "requirements[0].counts.evidence",
    ),
    (at("requirements", "vascular", of="nowhere"), "requirements[1]"),
    (at("requirements", "either", of=["either", "project"]), "requirements[15]"),
    (at("requirements", "either", at_least=3), "requirements[15].at_least"),
    (at("requirements", "entrusted", level="9"), "requirements[11].level"),
    (at("requirements", "part-one", exam="nowhere"), "requirements[4].exam"),
    (at("requirements", "part-one", id="cpd"), "requirements[5].id"),
    (at("requirements", "leave", per="stage"), "requirements[18].per"),
    (at("stages", "core", months=0), "stages[0].months"),
    (at("stages", "core", months_max=12), "stages[0].months_max"),
    (top(valid_from="2027-01-01", valid_to="2026-01-01"), "valid_to"),
    (top(status="superseded"), "valid_to"),
    (top(stages=[]), "stages"),
    (top(overrides={"procedures": {"target": 3}}), "overrides"),
    (top(extends="an-item"), "extends"),
    (top(variants=[{"id": "v", "title": "V", "stages": ["nowhere"]}]), "variants[0].stages[0]"),
    (
        top(crosswalks=[{"from_version": "1", "map": [{"before": "a", "after": "nowhere"}]}]),
        "crosswalks[0].map[0].after",
    ),
    (
        top(crosswalks=[{"from_version": "1", "map": [{"before": "a", "relation": "exact"}]}]),
        "crosswalks[0].map[0].relation",
    ),
]


@pytest.mark.parametrize(("change", "field"), PATHWAY_FAULTS)
def test_each_rule_of_a_pathway_names_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], field: str
) -> None:
    assert field in faults(tmp_path, "pathways", change)


def test_a_circle_of_requirements_is_found_however_long(tmp_path: Path) -> None:
    def circle(item: dict[str, Any]) -> None:
        at("requirements", "either", of=["all-of-it", "project"])(item)
        at("requirements", "all-of-it", of=["sequence"])(item)
        at("requirements", "sequence", first="either")(item)

    assert {"requirements[15]", "requirements[16]", "requirements[17]"} <= set(
        faults(tmp_path, "pathways", circle)
    )


FRAMEWORK_FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (at("items", "arterial-access", parent="nowhere"), "items[1].parent"),
    (at("items", "arterial-access", scale="nowhere"), "items[1].scale"),
    (at("items", "arterial-access", id="procedures"), "items[1].id"),
    (top(text_policy="titles-only", notice=""), "notice"),
    (top(source="nowhere"), "source"),
    (top(basis="read", source=None), "source"),
    (
        top(crosswalks=[{"item": "nowhere", "framework": "f", "other": "x"}]),
        "crosswalks[0].item",
    ),
]


@pytest.mark.parametrize(("change", "field"), FRAMEWORK_FAULTS)
def test_each_rule_of_a_framework_names_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], field: str
) -> None:
    assert field in faults(tmp_path, "frameworks", change)


def test_the_template_of_a_pathway_has_every_kind_of_requirement_and_every_field() -> None:
    schema = PathwayItem.model_json_schema()
    kinds = schema["properties"]["requirements"]["items"]["discriminator"]["mapping"]
    assert {each["kind"] for each in TEMPLATES["pathways"]["requirements"]} == set(kinds)
    for kind, model in (("pathways", PathwayItem), ("frameworks", FrameworkItem)):
        text = template_text(KINDS[kind])
        schema = model.model_json_schema()
        for part in (schema, *schema["$defs"].values()):
            for field in part.get("properties", {}):
                assert field in text or field in ("reviewers",), (kind, part.get("title"), field)


def test_words_of_content_are_the_words_of_the_records() -> None:
    assert set(get_args(EvidenceName)) == {str(kind) for kind in EvidenceKind}
    assert set(get_args(RoleName)) == {str(role) for role in CaseRole}
    assert set(get_args(StatusName)) == {str(status) for status in Status} - {"needs-revision"}
    assert set(get_args(LeaveName)) == set(get_args(LeaveKind))
