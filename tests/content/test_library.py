"""Packs, items and the scaffolder: a new patient or machine needs no line of code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from angiosuite.content import KINDS, check, load_library
from angiosuite.content.packs import directories_of, find_packs
from angiosuite.content.patient import PatientItem
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import RefusedInput, WrongUse
from angiosuite.kit.home import Home

BUILTIN = [(kind, identity) for kind, items in load_library().items.items() for identity in items]


def test_every_item_loads_and_is_honest_about_itself() -> None:
    library = load_library()
    for kind, identity in BUILTIN:
        loaded = library.get(kind, identity)
        assert loaded.item.id == identity == loaded.folder.name
        assert loaded.item.sources
        assert loaded.item.quality == "draft" or len(loaded.item.reviewers) >= 2
        assert len(loaded.content_hash) == 64


def test_each_item_is_checked_by_itself_as_among_all() -> None:
    for kind in KINDS:
        loaded = next(iter(load_library().items[kind].values()))
        assert check([loaded.folder]) == []


def test_a_kind_is_read_when_it_is_asked_for_and_a_file_once() -> None:
    first, second = load_library(), load_library()
    assert first.items["patients"] is first.items["patients"]
    for kind in KINDS:
        for identity, loaded in first.items[kind].items():
            assert second.items[kind][identity].item is loaded.item


def test_there_is_a_patient_and_a_machine() -> None:
    assert {kind for kind, _ in BUILTIN} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_item_passes_the_checker_and_joins_the_library(tmp_path: Path, kind: str) -> None:
    folder = new(KINDS[kind].singular, "brand-new", tmp_path / "pack")
    assert folder == tmp_path / "pack" / kind / "brand-new"
    assert (
        check([folder])
        == check([folder.parent])
        == check([tmp_path / "pack"])
        == check([folder / KINDS[kind].file])
        == []
    )
    loaded = load_library([tmp_path / "pack"]).get(kind, "brand-new")
    assert loaded.item.title == "Brand new"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["brand-new"]


def test_a_new_item_never_writes_over_another(tmp_path: Path) -> None:
    path = new("patient", "one", tmp_path) / "patient.yaml"
    path.write_text("mine", "utf-8")
    with pytest.raises(RefusedInput, match="exists already"):
        new("patient", "one", tmp_path)
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize("identity", ["One", "a b", "../x", "", "a--b", "-a", "x" * 65, "a/b", "ä"])
def test_an_id_that_is_not_kebab_case_is_wrong_use(tmp_path: Path, identity: str) -> None:
    with pytest.raises(WrongUse, match="kebab"):
        new("patient", identity, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_or_item_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="Did you mean 'patient'"):
        new("pateint", "x", tmp_path)
    new("patient", "female-55", tmp_path)
    with pytest.raises(WrongUse, match="Did you mean 'female-55'"):
        load_library([tmp_path]).patient("femal-55")
    with pytest.raises(WrongUse, match="angiosuite list equipment"):
        load_library().equipment("zzz")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(RefusedInput, match="cannot be written"):
        new("patient", "one", tmp_path / "file")


def test_a_pack_that_is_named_but_missing_is_a_fault_not_an_end(tmp_path: Path) -> None:
    packs, faults = find_packs([tmp_path / "gone"])
    assert packs[0].name == "angiosuite_content"
    assert "not there" in str(faults[0])


def test_an_installed_pack_joins_through_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A distribution as pip leaves it: a package folder and its metadata on the path."""
    package = tmp_path / "hinterwald_pack"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('packs are data and are not run')", "utf-8")
    new("patient", "of-hinterwald", package)
    info = tmp_path / "hinterwald_pack-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hinterwald-pack\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[angiosuite.content]\nhinterwald = hinterwald_pack\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    loaded = load_library().get("patients", "of-hinterwald")
    assert (loaded.pack, loaded.folder) == ("hinterwald_pack", package / "patients" / "of-hinterwald")


def test_the_hash_follows_the_values_and_not_the_comments(tmp_path: Path) -> None:
    path = new("patient", "one", tmp_path) / "patient.yaml"
    first = load_library([tmp_path]).get("patients", "one").content_hash
    path.write_text("# a word\n" + path.read_text("utf-8"), "utf-8")
    assert load_library([tmp_path]).get("patients", "one").content_hash == first
    path.write_text(path.read_text("utf-8").replace("seed: 1", "seed: 2"), "utf-8")
    assert load_library([tmp_path]).get("patients", "one").content_hash != first


def test_mass_and_index_give_each_other() -> None:
    facts = {"id": "a", "title": "A", "sources": ("own",), "sex": "male", "age_years": 50, "height_cm": 180.0,
             "habitus": "average", "seed": 1}  # fmt: skip
    by_mass = PatientItem(**facts, mass_kg=72.9)
    by_index = PatientItem(**facts, bmi=22.5)
    assert by_mass.bmi_kg_m2 == pytest.approx(22.5)
    assert by_index.body_mass_kg == pytest.approx(72.9)
    with pytest.raises(ValidationError, match="exactly one"):
        PatientItem(**facts)


def test_packs_named_in_the_settings_are_found_and_a_broken_file_says_so(home: Path, tmp_path: Path) -> None:
    opened = Home(home).open()
    assert directories_of(opened) == []
    opened.settings_file.write_text(
        json.dumps({"page": {}, "content": [str(tmp_path / "pack"), "beside"]}), "utf-8"
    )
    assert directories_of(opened) == [tmp_path / "pack", home / "beside"]
    for text in ("{", "[]", '{"content": "x"}', '{"content": [3]}'):
        opened.settings_file.write_text(text, "utf-8")
        with pytest.raises(RefusedInput, match="settings file"):
            directories_of(opened)
