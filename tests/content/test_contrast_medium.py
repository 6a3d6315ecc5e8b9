"""Contrast media as content: laws between their figures, and faults that are named."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.contrast_medium import ContrastItem, GasMedium, IodinatedMedium
from angiosuite.content.scaffold import new

ITEMS = [one.item for one in load_library().items["contrast"].values() if isinstance(one.item, ContrastItem)]
MEDIA = {item.id: item.medium for item in ITEMS if isinstance(item.medium, IodinatedMedium)}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("viscosity_37_mpa_s: 6.3", "viscosity_37_mpa_s: 13", "medium.viscosity_37_mpa_s", "not below"),
        ("agent: iodine", "agent: gadolinium", "medium.agent", "iodine, gas"),
        ("agent: iodine", "agent: gas", "medium.iodine_mg_ml", "not a known field"),
        ("iodine_mg_ml: 300", "iodine_mg_ml: 30", "medium.iodine_mg_ml", "from 100"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("medium", "someone", tmp_path) / "medium.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def test_of_one_substance_more_iodine_is_thicker_denser_and_no_less_salty() -> None:
    for substance in {medium.substance for medium in MEDIA.values()}:
        row = sorted((m for m in MEDIA.values() if m.substance == substance), key=lambda m: m.iodine_mg_ml)
        for weak, strong in pairwise(row):
            assert strong.viscosity_20_mpa_s > weak.viscosity_20_mpa_s
            assert strong.viscosity_37_mpa_s > weak.viscosity_37_mpa_s
            assert strong.density_g_ml > weak.density_g_ml
            assert strong.osmolality_mosm_kg >= weak.osmolality_mosm_kg


@pytest.mark.parametrize("identity", MEDIA)
def test_density_is_what_so_much_iodine_makes_of_water(identity: str) -> None:
    """Every gram of iodine adds close to a gram and a sixth: water, and a molecule that is half iodine."""
    medium = MEDIA[identity]
    assert medium.density_g_ml == pytest.approx(0.993 + 1.14 * medium.iodine_mg_ml / 1000, abs=0.035)


def test_strengths_reach_from_240_to_400_and_gas_is_light() -> None:
    strengths = {medium.iodine_mg_ml for medium in MEDIA.values()}
    assert min(strengths) <= 240 and max(strengths) >= 400
    (gas,) = (item.medium for item in ITEMS if isinstance(item.medium, GasMedium))
    assert gas.density_kg_m3 == pytest.approx(44.01e-3 * 101325 / (8.314 * 310.15), rel=0.01)
    assert gas.viscosity_mpa_s < min(m.viscosity_37_mpa_s for m in MEDIA.values()) / 200
