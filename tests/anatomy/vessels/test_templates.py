"""Templates: sides, levels and variants are filled in; faults are found before anything is grown."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from angiosuite.anatomy.vessels.templates import filled, templates, vessels_of
from angiosuite.anatomy.vessels.variants import sites_of
from angiosuite.content import check
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import RefusedInput

ITEMS = templates()


def test_sides_and_levels_are_filled_in() -> None:
    assert filled("{side}-lumbar-artery-{level}", "left", "l2") == "left-lumbar-artery-l2"
    assert filled("{Side} lumbar artery {LEVEL}", "left", "l2") == "Left lumbar artery L2"


def test_parents_come_first_and_names_once() -> None:
    usual = {site: entry.variants[0].id for site, entry in sites_of(ITEMS).items()}
    for sex in ("female", "male"):
        placed = vessels_of(ITEMS, sex, usual)
        seen: set[str] = set()
        for each in placed:
            assert each.id not in seen
            assert each.entry.parent is None or each.text(each.entry.parent) in seen
            seen.add(each.id)
        assert len(seen) > 150


def test_a_vessel_without_its_parent_is_refused() -> None:
    with pytest.raises(RefusedInput):
        vessels_of([item for item in ITEMS if item.id == "thigh"], "male", {})


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return new("vessels", "my-region", tmp_path)


def faults(pack: Path, **changes: object) -> list[str]:
    """What the checker says of the scaffolded template after changes to its first vessel."""
    path = pack / "template.yaml"
    told = yaml.safe_load(path.read_text("utf-8"))
    told["vessels"][0].update(changes)
    path.write_text(yaml.safe_dump(told), "utf-8")
    return [str(fault) for fault in check([pack])]


def test_the_template_for_new_regions_is_without_fault(pack: Path) -> None:
    assert check([pack]) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"diameter_mm": [1.0, 2.0]}, "grows outwards"),
        ({"course": []}, "missing"),
        ({"joins": "abdominal-aorta"}, "one far end"),
        ({"when": {"example-site": ["strange"]}}, "strange"),
        ({"radius_mm": 2.0}, "radius_mm"),
        ({"sides": False}, "does not fit the id"),
        ({"parent": "abdominal-aorte"}, "try 'abdominal-aorta'"),
        ({"bed": "{side}-example-bad"}, "is in no template"),
    ],
)
def test_faults_of_a_template_are_found(pack: Path, changes: dict[str, object], told: str) -> None:
    assert any(told in fault for fault in faults(pack, **changes))


@pytest.mark.parametrize(
    ("variants", "told"),
    [({"hepatic": "usual"}, None), ({"hepatik": "usual"}, "hepatic"), ({"hepatic": "usuall"}, "usual")],
)
def test_a_patient_can_only_choose_variants_that_there_are(
    tmp_path: Path, variants: dict[str, str], told: str | None
) -> None:
    folder = new("patients", "some-patient", tmp_path)
    path = folder / "patient.yaml"
    patient = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**patient, "variants": variants}), "utf-8")
    found = [str(fault) for fault in check([folder])]
    assert (found == []) if told is None else (len(found) == 1 and told in found[0])
