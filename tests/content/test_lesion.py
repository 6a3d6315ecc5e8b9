"""Lesions as content: every kind has an example, numbers are drawn from the seed, faults are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content import check, load_library
from angiosuite.content.drawn import Spread
from angiosuite.content.lesion import LesionItem
from angiosuite.content.lesion_kinds import Lesion
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import WrongUse

LESIONS: dict[str, LesionItem] = {
    identity: loaded.item
    for identity, loaded in load_library().items["lesions"].items()
    if isinstance(loaded.item, LesionItem)
}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("diameter_percent: [60, 75]", "diameter_percent: [60, 99]", "lesion.diameter_percent", "1 to 95"),
        ("length_mm: [15, 30]", "length_mm: [30, 15]", "lesion.length_mm.low", "above the range's end"),
        ("kind: stenosis", "kind: stenossis", "lesion.kind", "try 'stenosis'"),
        ("kind: stenosis", "kind: thrombus", "lesion.fills_percent", "is missing"),
        (
            "{vessel: left-common-iliac-artery, percent_along: [30, 60]}",
            "{vessel: left-common-iliac-artery}",
            "places[0].percent_along",
            "is missing of a vessel",
        ),
        (
            "{vessel: left-common-iliac-artery, percent_along: [30, 60]}",
            "{bed: liver}",
            "places[0].bed",
            "no place for stenosis",
        ),
        ("  calcium_percent: [10, 60]\n", "", "lesion.calcium_percent", "is missing"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("lesion", "someone", tmp_path) / "lesion.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


@pytest.mark.parametrize(
    ("lesion", "field", "words"),
    [
        ("{kind: bleeding, rate_ml_min: 20, into: belly}", "lesion.gives_ml_mmhg", "presses back"),
        (
            "{kind: bleeding, rate_ml_min: 20, into: bowel, gives_ml_mmhg: 20}",
            "lesion.gives_ml_mmhg",
            "not used",
        ),
        ("{kind: bleeding, rate_ml_min: 20, into: bowel, bleeds_s: 20}", "lesion.rests_s", "intermittent"),
        ("{kind: aneurysm, form: saccular, sac_mm: 9, thrombus_percent: 0}", "lesion.neck_mm", "saccular"),
        ("{kind: pseudoaneurysm, sac_mm: 9, neck_mm: 9, neck_length_mm: 4}", "lesion.neck_mm", "wide as"),
    ],
)
def test_each_kind_asks_for_what_it_needs(tmp_path: Path, lesion: str, field: str, words: str) -> None:
    path = new("lesion", "someone", tmp_path) / "lesion.yaml"
    text = path.read_text("utf-8")
    begin, end = text.index("lesion:\n"), text.index("look:")
    path.write_text(f"{text[:begin]}lesion: {lesion}\n\n{text[end:]}", "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def test_there_is_an_example_of_every_kind_and_an_intermittent_bleeding() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Lesion)[0])}
    assert {item.lesion.kind for item in LESIONS.values()} == kinds
    assert any("bleeds_s" in item.plain(0) for item in LESIONS.values())


@pytest.mark.parametrize("identity", LESIONS)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_seed_is_one_lesion_within_its_ranges(identity: str, seed: int) -> None:
    item = LESIONS[identity]
    plain = item.plain(seed)
    assert plain == item.plain(seed) == json.loads(json.dumps(plain))
    assert ("vessel" in plain) != ("bed" in plain)
    for name in type(item.lesion).model_fields:
        spread = getattr(item.lesion, name)
        if isinstance(spread, Spread):
            assert spread.low <= plain[name] <= spread.high


def test_seeds_differ_and_take_every_place() -> None:
    for item in LESIONS.values():
        drawn = [item.plain(seed) for seed in range(60)]
        assert len({one.get("vessel") or one.get("bed") for one in drawn}) == len(item.places)
        assert len({json.dumps(one) for one in drawn}) > 20


def test_a_drill_may_put_it_elsewhere_and_make_it_tighter() -> None:
    item = LESIONS["renal-stenosis"]
    told = item.plain(
        5, {"vessel": "left-renal-artery", "from_wall_mm": 4.0, "numbers": {"diameter_percent": 20.0}}
    )
    assert told["vessel"] == "left-renal-artery" and told["from_wall_mm"] == 4.0
    assert told["diameter_percent"] == 20.0 and told["length_mm"] == item.plain(5)["length_mm"]
    elsewhere = item.plain(5, {"vessel": "splenic-artery", "percent_along": 50.0})
    assert "from_wall_mm" not in elsewhere and elsewhere["percent_along"] == 50.0
    tumour = LESIONS["liver-tumour"].plain(5, {"bed": "liver-left-lateral"})
    assert tumour["bed"] == "liver-left-lateral" and "vessel" not in tumour
    with pytest.raises(WrongUse, match="diameter_percent"):
        item.plain(5, {"numbers": {"diameter_procent": 20.0}})
