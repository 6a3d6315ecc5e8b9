"""The data of a study: nobody is named, what was not agreed to stays at home, and the notebook reads it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from angiosuite.bench.attempt_sample import AttemptSample, sample_case
from angiosuite.content.loader import Library
from angiosuite.kit.errors import RefusedInput, WrongUse
from angiosuite.kit.home import Home
from angiosuite.practice.attempts import Attempts
from angiosuite.practice.debrief import Debrief
from angiosuite.practice.study import COLUMNS, Participant, export, read_participants

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "study" / "analysis.ipynb"
ANNA, BERT, LOCAL = "person-anna-4711", "person-bert-4712", "person-local-1"
CONSENT = date(2026, 11, 20)
Made = Callable[..., AttemptSample]


def done(
    made: Made,
    number: int,
    owner: str,
    on: str = "2026-11-29T08:30:00+00:00",
    off_mm: float = 3.0,
    judged: bool = True,
    **facts: object,
) -> None:
    """One attempt with one look, finished; a first look without centring comes before it."""
    sample = made(f"20261129-120000-{number:04x}", on=on, **facts)
    sample.held(22.0)
    sample.held(off_mm)
    sample.answer("before")
    sample.finish()
    session = sample.attempt.session
    kept = json.loads(session.path.joinpath("session.json").read_text("utf-8"))
    session.path.joinpath("session.json").write_text(json.dumps(kept | {"owner": owner}), encoding="utf-8")
    if judged:
        sample.attempt.write("self", {"answers": {}, "text": f"I am {owner}", "skipped": False, "on": on})
        sample.attempt.write("notes", [{"id": 1, "t_us": 0, "text": "secret words", "by": owner, "on": on}])
        Debrief(sample.attempt).judged()


def exported(home: Home, people: list[Participant], target: Path) -> tuple[dict[str, int], dict[str, str]]:
    """What was counted, and the files of the zip as text."""
    attempts = Attempts(home, lambda: Library({}, []))
    counts = export(home, attempts, people, LOCAL, target)
    with zipfile.ZipFile(target) as archive:
        return counts, {name: archive.read(name).decode() for name in archive.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_data_name_nobody_and_no_day_and_hold_no_free_text(
    home: Home, made: Made, tmp_path: Path
) -> None:
    done(made, 1, ANNA, "2026-11-25T08:00:00+00:00")
    done(made, 2, ANNA, "2026-11-28T09:00:00+00:00", patient="built-in-slim")
    done(made, 3, BERT)
    people = [Participant(ANNA, "novice", CONSENT), Participant(BERT, "expert", CONSENT)]
    counts, files = exported(home, people, tmp_path / "data.zip")
    assert (counts["participants"], counts["attempts"]) == (2, 3)
    assert sorted(files) == ["about.json", "attempts.csv", "measures.csv"]
    whole = "\n".join(files.values())
    for word in (ANNA, BERT, "20261129-", "2026-11", "secret", "I am"):
        assert word not in whole
    told = rows(files["attempts.csv"])
    assert tuple(told[0]) == COLUMNS
    assert {one["participant"] for one in told} == {"P001", "P002"}
    novice = [one for one in told if one["group"] == "novice"]
    assert [(one["occasion"], one["day"], one["patient"]) for one in novice] == [
        ("1", "0", "built-in-adult"),
        ("2", "3", "built-in-slim"),
    ]
    kept = {(one["participant"], one["occasion"]) for one in rows(files["measures.csv"])}
    assert kept == {(one["participant"], one["occasion"]) for one in told}


def test_scripts_branches_the_unfinished_others_and_what_was_before_consent_stay_at_home(
    home: Home, made: Made, tmp_path: Path
) -> None:
    done(made, 1, ANNA)
    done(made, 2, ANNA, operator="reference")
    done(made, 3, ANNA, branched_from={"attempt": "x", "t_us": 5})
    done(made, 4, ANNA, judged=False)
    done(made, 5, ANNA, "2026-11-19T23:59:00+00:00")
    done(made, 6, BERT)
    counts, files = exported(home, [Participant(ANNA, "novice", CONSENT)], tmp_path / "data.zip")
    assert counts["attempts"] == 1
    assert [one["score"] for one in rows(files["attempts.csv"])] == ["100.0"]


def test_sessions_without_an_owner_are_those_of_the_local_person(
    home: Home, made: Made, tmp_path: Path
) -> None:
    done(made, 1, "")
    done(made, 2, LOCAL)
    counts, _ = exported(home, [Participant("local", "novice", CONSENT)], tmp_path / "data.zip")
    assert counts == {"participants": 1, "attempts": 2, "measures": counts["measures"]}


def test_a_case_names_its_procedure_person_and_level_and_a_drill_names_none(
    home: Home, made: Made, tmp_path: Path
) -> None:
    done(made, 1, "", of=sample_case("leg-pain", "first", "guided"))
    done(made, 2, "", on="2026-11-30T08:30:00+00:00")
    _, files = exported(home, [Participant("local", "novice", CONSENT)], tmp_path / "data.zip")
    case, drill = rows(files["attempts.csv"])
    assert (case["procedure"], case["variant"], case["level"]) == ("leg-pain", "first", "guided")
    assert drill["procedure"] == drill["variant"] == drill["level"] == ""


def test_the_data_never_lie_in_the_home_folder(home: Home, made: Made) -> None:
    done(made, 1, ANNA)
    with pytest.raises(WrongUse) as told:
        exported(home, [Participant(ANNA, "novice", CONSENT)], home.root / "data.zip")
    assert told.value.code == "study-target"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("anna,novice,yesterday", 3),
        ("anna,novice", 3),
        (",novice,2026-11-29", 3),
        ("anna,,2026-11-29", 3),
        ("first,expert,2026-11-29", 3),
    ],
)
def test_a_bad_line_of_the_list_is_refused_by_its_number(tmp_path: Path, line: str, number: int) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"person,group,agreed_on\nfirst,novice,2026-11-01\n{line}\n", encoding="utf-8")
    with pytest.raises(RefusedInput) as told:
        read_participants(file)
    assert told.value.code == "participants-line"
    assert f"{file}:{number}" in str(told.value)


def test_a_list_that_is_empty_missing_or_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    with pytest.raises(RefusedInput):
        read_participants(file)
    file.write_bytes(b"\xff\xfe\x00person")
    with pytest.raises(RefusedInput):
        read_participants(file)
    file.write_text("person,group,agreed_on\n", encoding="utf-8")
    with pytest.raises(WrongUse):
        read_participants(file)


def test_the_list_that_the_study_kit_ships_is_read() -> None:
    assert [one.person for one in read_participants(NOTEBOOK.with_name("participants.csv"))] == ["local"]


def run_notebook(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the notebook's cells in one namespace, as a notebook does; what it printed."""
    monkeypatch.setenv("STUDY_DATA", str(data))
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names: dict[str, object] = {}
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    return capsys.readouterr().out


@pytest.mark.ci
def test_the_notebook_finds_the_groups_apart_and_says_how_many_runs_it_takes(
    home: Home,
    made: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people, number = [], 0
    for person in range(20):
        expert = person >= 10
        people.append(Participant(f"p-{person}", "expert" if expert else "novice", CONSENT))
        for occasion in range(2):
            number += 1
            on = (datetime(2026, 11, 21, 8) + timedelta(days=occasion, minutes=person)).isoformat() + "+00:00"
            missed = (person + occasion) % 5 == 0 if expert else person % 3 > 0
            done(made, number, f"p-{person}", on, off_mm=9.0 if missed else 3.0)
    exported(home, people, tmp_path / "data.zip")
    told = run_notebook(tmp_path / "data.zip", monkeypatch, capsys)
    assert "20 people, 40 attempts" in told
    assert re.search(r"mark \d+\.\d", told)
    assert "expert below it 20% of 10" in told
    assert re.search(r"20 of 20 people, first 2 runs each: G of one run 0\.\d\d", told)


@pytest.mark.ci
def test_with_few_people_the_notebook_says_so_instead_of_a_number(
    home: Home,
    made: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done(made, 1, ANNA, off_mm=9.0)
    done(made, 2, BERT)
    people = [Participant(ANNA, "novice", CONSENT), Participant(BERT, "expert", CONSENT)]
    exported(home, people, tmp_path / "data.zip")
    told = run_notebook(tmp_path / "data.zip", monkeypatch, capsys)
    assert "no mark: There are too few" in told
    assert "at least 10 people" in told
    assert "needs two people with two runs each" in told
