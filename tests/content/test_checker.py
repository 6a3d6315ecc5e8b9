"""The checker prints every fault as file:line: field: what is wrong (got …); try …"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml

from angiosuite.content import KINDS, check, load_library
from angiosuite.content.faults import Fault
from angiosuite.content.item_file import read_item
from angiosuite.content.kinds import template_text
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import WrongUse

SENTENCE = re.compile(
    r"^(?P<file>.+):(?P<line>\d+): ((?P<field>[\w.\[\]-]+): )?(?P<problem>.+); try (?P<way_out>.+)$"
)


def patient(pack: Path, text: str | None = None, **replace: str) -> Path:
    """A patient in a pack, with lines of the template replaced: `seed="seed: x"`."""
    path = new("patient", "someone", pack) / "patient.yaml"
    lines = path.read_text("utf-8").splitlines() if text is None else text.splitlines()
    for name, line in replace.items():
        lines = [line if old.startswith(f"{name}:") else old for old in lines]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def line_of(path: Path, start: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return 1 + next(i for i, line in enumerate(lines) if line.startswith(start))


def one(faults: list[Fault]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_everything_that_is_installed_is_without_fault() -> None:
    assert [str(fault) for fault in check()] == []


@pytest.mark.parametrize(
    ("field", "line", "words"),
    [
        ("seed", "seed: -1", ["seed", "got -1", "from 0"]),
        ("seed", "seed: 1.5", ["seed", "got 1.5", "a whole number"]),
        ("seed", "seed: many", ["seed", "got 'many'"]),
        ("seed", "seed: true", ["seed", "got True"]),
        ("sed", "seed: 1", []),
        ("habitus", "habitus: obees", ["habitus", "got 'obees'", "try 'obese'"]),
        ("habitus", "habitus: 3", ["habitus", "one of slim, average, overweight, obese"]),
        ("habitus", "habitus: obese", ["habitus", "body-mass index of 23.9", "29 to 50"]),
        ("height_cm", "height_cm: 16.5", ["height_cm", "got 16.5", "from 145 to 200"]),
        ("height_cm", "height_cm: .nan", ["height_cm"]),
        ("height_cm", "height_cm: .inf", ["height_cm"]),
        ("height_cm", "height_cm: 2026-01-01", ["height_cm", "got '2026-01-01'"]),
        (
            "height_cm",
            "hight_cm: 165",
            ["hight_cm", "not a known field", "try 'height_cm'", "height_cm: is missing"],
        ),
        ("mass_kg", "bmi: 45", ["habitus", "index of 45.0"]),
        ("mass_kg", "# none", ["mass_kg", "exactly one"]),
        ("id", "id: someone-else", ["id", "folder's name", "got 'someone-else'"]),
        ("id", "id: Someone", ["id", "kebab-case"]),
        ("title", "title:", ["title"]),
        ("title", "title: ''", ["title"]),
        ("quality", "quality: reviewed", ["quality", "two named clinicians"]),
        ("quality", "quality: good", ["quality", "draft"]),
        ("seed", "seed: 99999999999999999999999", ["seed"]),
        ("seed", "seed: !!python/object:os.system x", ["seed", "tag"]),
        ("age_years", "compare_with: [nobody]", ["compare_with[0]", "got 'nobody'", "age_years: is missing"]),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_a_way_out(
    tmp_path: Path, field: str, line: str, words: list[str]
) -> None:
    path = patient(tmp_path, **{field: line})
    faults = check([tmp_path])
    text = "\n".join(map(str, faults))
    assert all(word in text for word in words), text
    assert bool(faults) == bool(words)
    for fault in faults:
        found = SENTENCE.match(str(fault))
        assert found, str(fault)
        assert found["file"] == str(path)
        assert found["way_out"].strip()


def test_the_line_is_the_line_of_the_field(tmp_path: Path) -> None:
    path = patient(tmp_path, height_cm="height_cm: 900")
    assert one(check([path])).line == line_of(path, "height_cm")


def test_every_fault_is_printed_at_once(tmp_path: Path) -> None:
    """Wrong fields do not hide broken rules between other fields, nor dangling references."""
    path = patient(
        tmp_path,
        quality="quality: reviewed",
        sex="sex: femal",
        seed="sead: 1",
        height_cm="height_cm: 900",
        age_years="age_years: 55\ncompare_with: [nobody]",
    )
    fields = [fault.field for fault in check([path])]
    assert sorted(fields) == ["compare_with[0]", "height_cm", "quality", "sead", "seed", "sex"]


def test_a_rule_that_read_a_wrong_field_is_not_guessed_at(tmp_path: Path) -> None:
    path = patient(tmp_path, height_cm="height_cm: 900", habitus="habitus: obese")
    assert [fault.field for fault in check([path])] == ["height_cm"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("# only a word\n", "empty"),
        ("- a\n- b\n", "not a mapping"),
        ("id: [1, 2\ntitle: x\n", "not YAML"),
        ("id: a\n  title: b\n", "not YAML"),
        ("id: a\nid: b\n", "given twice"),
        ("a: &a [*a]\n", "not YAML"),
        ("? [a, b]\n: c\n", "a key must be a word"),
        ("\t: tab\n", "not YAML"),
    ],
)
def test_what_is_not_a_mapping_in_yaml_is_a_fault_with_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = patient(tmp_path, text)
    faults = check([path])
    assert any(problem in str(fault) for fault in faults), [str(fault) for fault in faults]
    assert all(SENTENCE.match(str(fault)) for fault in faults)


def test_aliases_that_multiply_are_stopped(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    assert "repeated too often" in str(check([patient(tmp_path, "\n".join(lines))])[0])


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    path = patient(tmp_path)
    path.write_bytes(b"id: someone\ntitle: \xff\xfe\n")
    assert str(one(check([path]))).startswith(f"{path}:2: is not UTF-8")


def test_a_misspelt_file_folder_or_kind_is_named(tmp_path: Path) -> None:
    path = patient(tmp_path)
    path.rename(path.with_name("pateint.yaml"))
    assert "renaming 'pateint.yaml' to patient.yaml" in str(one(check([tmp_path])))
    path.with_name("pateint.yaml").rename(path)
    new("equipment", "room", tmp_path)
    assert check([tmp_path]) == []
    (tmp_path / "equipment").rename(tmp_path / "equipmnt")
    assert "try 'equipment'" in str(one(check([tmp_path])))


def test_an_id_that_is_taken_is_named_with_who_has_it(tmp_path: Path) -> None:
    first = new("patient", "twin", tmp_path / "a")
    second = new("patient", "twin", tmp_path / "b")
    fault = one(check([tmp_path / "a", tmp_path / "b"]))
    assert fault.path.parent == second
    assert str(first) in str(fault)


def test_a_reference_between_two_packs_is_found(tmp_path: Path) -> None:
    new("patient", "twin", tmp_path / "a")
    path = patient(tmp_path / "b", age_years="age_years: 55\ncompare_with: [twn]")
    assert "try 'twin'" in str(one(check([tmp_path / "a", tmp_path / "b"])))
    path.write_text(path.read_text("utf-8").replace("[twn]", "[twin]"), "utf-8")
    assert check([tmp_path / "a", tmp_path / "b"]) == []
    assert check([tmp_path / "b"], directories=[tmp_path / "a"]) == []


def test_a_path_without_content_is_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(WrongUse, match="no content"):
            check([path])


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_items_give_sentences_and_never_a_traceback(tmp_path: Path, kind: str, size: str) -> None:
    """Values exchanged, removed, nested or made nonsense: each fault has file, line and a way out."""
    path = new(kind, "someone", tmp_path) / KINDS[kind].file
    lines = path.read_text("utf-8").splitlines()
    odd = [
        "",
        "null",
        "[]",
        "{}",
        "-1",
        "1e400",
        "'x'",
        "yes",
        "[[1], {a: 2}]",
        "0x1F",
        "1_000",
        "=",
        "<<: 3",
        "!x y",
        "{1: 2}",
    ]
    for seed in range({"everyday": 100, "ci": 250, "long": 5000}[size]):
        rng = random.Random(seed)
        changed = list(lines)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(changed))
            name, colon, _ = changed[at].partition(":")
            action = rng.randrange(5)
            if action == 0:
                del changed[at]
            elif action == 1 and colon:
                changed[at] = f"{name}: {rng.choice(odd)}"
            elif action == 2 and colon:
                changed[at] = f"{name}x{changed[at][len(name) :]}"
            elif action == 3:
                changed[at] = changed[at].replace(": ", ":  ").replace("0", "7")
            else:
                cut = rng.randrange(len(changed[at]) + 1)
                changed[at] = changed[at][:cut] + rng.choice("[]{}:,&*!|>'\"%@`#-\x07") + changed[at][cut:]
        path.write_text("\n".join(changed), "utf-8")
        for fault in read_item(path.parent, KINDS[kind]).faults:
            assert SENTENCE.match(str(fault).replace("\n", " ")), str(fault)
            assert 1 <= fault.line <= len(changed) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_is_checked(tmp_path: Path, kind: str) -> None:
    """Each scalar of the template turned into a list is a fault on its own line."""
    path = new(kind, "someone", tmp_path) / KINDS[kind].file
    lines = path.read_text("utf-8").splitlines()
    plain = [
        i
        for i, line in enumerate(lines)
        if re.match(r" *[a-z_]+: [^>{\[\s]", line) and not line.lstrip().startswith("#")
    ]
    assert len(plain) > 5
    for i in plain:
        name, _, _ = lines[i].partition(":")
        path.write_text("\n".join([*lines[:i], f"{name}: [[x]]", *lines[i + 1 :]]), "utf-8")
        faults = read_item(path.parent, KINDS[kind]).faults
        assert [fault.line for fault in faults if fault.line == i + 1], (lines[i], [str(f) for f in faults])
    assert yaml.safe_load(template_text(KINDS[kind]))["id"] == "ID-OF-THE-ITEM"


def test_faulty_items_are_left_out_and_the_others_still_load(tmp_path: Path) -> None:
    patient(tmp_path, seed="seed: x")
    new("patient", "other", tmp_path)
    library = load_library([tmp_path])
    assert "other" in library.items["patients"]
    assert "someone" not in library.items["patients"]
    assert [fault.field for fault in library.faults if tmp_path in fault.path.parents] == ["seed"]
