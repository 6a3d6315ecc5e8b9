"""The how-to pages say what the code does: templates, fields and refusals are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from angiosuite.content import KINDS, check
from angiosuite.content.drawn import Drawn, Spread
from angiosuite.content.drill_questions import Answer
from angiosuite.content.kinds import template_text
from angiosuite.content.scaffold import new

ROOT = Path(__file__).resolve().parents[2]
PAGES = {  # the page on pathways shows how to extend one; every field stands in the template
    "patients": "new-patient.md",
    "equipment": "new-equipment.md",
    "phantoms": "new-phantom.md",
    "guide": "new-guide-page.md",
    "glossary": "new-glossary-term.md",
    "field": "new-field-entry.md",
    "pathways": "new-pathway.md",
    "frameworks": "new-framework.md",
    "drills": "new-drill.md",
    "devices": "new-device.md",
    "contrast": "new-contrast.md",
    "protocols": "new-protocol.md",
    "lesions": "new-lesion.md",
    "procedures": "new-procedure.md",
    "hazards": "new-hazard.md",
    "drugs": "new-drug.md",
    "advice": "new-advice.md",
    "vessels": "new-vessel.md",
}


def page(name: str) -> str:
    return (ROOT / "docs" / "howto" / name).read_text("utf-8")


def names(model: type[BaseModel]) -> set[str]:
    """Every field of a schema and of the mappings in it, as files spell them."""
    if model is Spread:  # written as a number or a pair
        return {"low", "high"}
    if model in (Drawn, Answer):  # written as a number or an id; the page shows the longer form
        return {"by", "values"}
    found = {info.alias or name for name, info in model.model_fields.items()}
    for info in model.model_fields.values():
        for part in parts(info.annotation):
            found |= names(part)
    return found


def parts(annotation: Any) -> set[type[BaseModel]]:
    """Every schema in an annotation, however deep in unions and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(parts(one) for one in get_args(annotation)))


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_page_for_each_kind_that_names_every_field(kind: str) -> None:
    text = page(PAGES[kind]) + (template_text(KINDS[kind]) if kind == "pathways" else "")
    text += page(PAGES["drills"]) if kind == "procedures" else ""  # it says that it has every part of a drill
    optional = {"licence", "url", "table_x_mm", "table_y_mm", "table_z_mm"}
    missing = [name for name in names(KINDS[kind].model) - optional if not re.search(rf"\b{name}\b", text)]
    assert missing == []


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"pathways"}))
def test_the_item_on_the_page_is_the_one_that_new_writes(tmp_path: Path, kind: str) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", page(PAGES[kind]), re.DOTALL)
    identity = re.search(r"^id: (\S+)", block, re.MULTILINE)
    assert identity
    folder = new(kind, identity[1], tmp_path)
    written = (folder / KINDS[kind].file).read_text("utf-8")
    assert re.sub(r" +", " ", block) == re.sub(r" +", " ", written)
    assert check([folder]) == []


def test_every_refusal_of_the_reader_is_on_the_page() -> None:
    others = ("dose_", "xa")  # reports and runs, which are no CT
    modules = [p for p in (ROOT / "src/angiosuite/dicom").glob("*.py") if not p.name.startswith(others)]
    source = "".join(path.read_text("utf-8") for path in modules)
    codes = set(re.findall(r"refused\(\s*\"([a-z-]+)\"", source))
    assert len(codes) > 25
    assert sorted(code for code in codes if f"`{code}`" not in page("import-a-ct.md")) == []
