"""Golden trainees: one file for each pathway, reckoned by hand from the rule it cites.

Each case of `pathways/<id>.yaml` holds an enrolment, evidence and a day; the standing of each requirement
that it names must come out as written. `now` and `zone` stand for a day: that of the calendar there and then.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from angiosuite.assess.requirements import evaluate
from angiosuite.assess.standing import Standing, State
from angiosuite.assess.versions import move
from angiosuite.content.checker import check
from angiosuite.content.loader import load_library
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.programme import resolve
from angiosuite.kit.enrolment import Enrolment, Fte, Leave
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status

FOLDER = Path(__file__).parent / "pathways"
HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "new-pathway.md"
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
ALL = [(pathway, case) for pathway, whole in FILES.items() for case in whole["cases"]]
CASES = [pytest.param(pathway, case, id=f"{pathway}: {case['name']}") for pathway, case in ALL]
RESTED = [
    pytest.param(pathway, case, id=f"{pathway}: {case['name']}")
    for pathway, case in ALL
    if "leave" in case["enrolment"]
]


def pathway_item(identity: str) -> PathwayItem:
    """A shipped pathway."""
    item = load_library().get("pathways", identity).item
    assert isinstance(item, PathwayItem)
    return item


def enrolment_of(pathway: PathwayItem, said: dict[str, Any]) -> Enrolment:
    """The enrolment of a case."""
    fte = tuple(Fte(each["since"], each["fraction"]) for each in said.get("fte", ()))
    leave = tuple(
        Leave(each["since"], each["until"], each.get("kind", "other")) for each in said.get("leave", ())
    )
    rest = {name: value for name, value in said.items() if name not in ("fte", "leave")}
    return Enrolment("e", "trainee", pathway.id, pathway.version, fte=fte, leave=leave, **rest)


def evidence_of(said: list[dict[str, Any]]) -> list[Evidence]:
    """The evidence of a case; `times` and `every_days` repeat a piece. What has a signer is signed."""
    made: list[Evidence] = []
    for piece in said:
        known = {k: v for k, v in piece.items() if k not in ("day", "times", "every_days")}
        known["kind"] = EvidenceKind(known["kind"])
        known["terms"] = tuple(known.get("terms", ()))
        known["status"] = Status(known.get("status", "signed"))
        if "role" in known:
            known["role"] = CaseRole(known["role"])
        for number in range(piece.get("times", 1)):
            on = piece["day"] + timedelta(days=number * piece.get("every_days", 1))
            made.append(Evidence(id=f"x{len(made):05d}", owner="trainee", **{**known, "on": on}))
    return made


def day_of(case: dict[str, Any]) -> date:
    """The day that a case looks at, in the trainee's own calendar."""
    if "now" in case:
        return datetime.fromisoformat(case["now"]).astimezone(ZoneInfo(case["zone"])).date()
    day: date = case["as_of"]
    return day


def standings(pathway: str, case: dict[str, Any]) -> dict[str, Standing]:
    """What the evaluator says, by requirement."""
    item = pathway_item(case.get("pathway", pathway))
    enrolment = enrolment_of(item, case["enrolment"])
    found = evaluate(item, enrolment, evidence_of(case.get("evidence", [])), day_of(case))
    return {standing.requirement: standing for standing in found}


@pytest.mark.parametrize(("pathway", "case"), CASES)
def test_every_requirement_stands_as_reckoned_by_hand(pathway: str, case: dict[str, Any]) -> None:
    found = standings(pathway, case)
    assert case["reckoning"]
    for requirement, wanted in case["expect"].items():
        standing = found[requirement]
        seen = f"{requirement}: {standing}"
        assert standing.state == wanted["state"], seen
        if "value" in wanted:
            assert standing.value == pytest.approx(wanted["value"], abs=0.05), seen
        if "due" in wanted:
            assert standing.due == wanted["due"], seen
        assert standing.arithmetic


@pytest.mark.parametrize("pathway", sorted(FILES))
def test_the_cases_of_a_pathway_show_all_five_states(pathway: str) -> None:
    shown = {wanted["state"] for case in FILES[pathway]["cases"] for wanted in case["expect"].values()}
    assert shown == {state.value for state in State}


def test_every_pathway_that_is_in_force_has_its_golden_trainee() -> None:
    items = (loaded.item for loaded in load_library().items["pathways"].values())
    current = {item.id for item in items if isinstance(item, PathwayItem) and item.status == "current"}
    assert current == set(FILES)


@pytest.mark.parametrize(("pathway", "case"), RESTED)
def test_leave_alone_puts_nothing_at_risk(pathway: str, case: dict[str, Any]) -> None:
    rested = {**case, "enrolment": {k: v for k, v in case["enrolment"].items() if k != "leave"}}
    before, after = standings(pathway, rested), standings(pathway, case)
    bad = (State.AT_RISK, State.OVERDUE)
    for requirement, standing in after.items():
        assert standing.state not in bad or before[requirement].state in bad, standing


def test_moving_to_the_exam_of_june_2025_keeps_the_pass_and_all_evidence() -> None:
    before, after = pathway_item("uk-ir-2b-until-2025"), pathway_item("uk-ir")
    said = [
        {"kind": "exam", "day": date(2024, 6, 10), "terms": ["frcr2a"], "result": "pass"},
        {"kind": "exam", "day": date(2025, 3, 20), "terms": ["frcr2b"], "result": "pass"},
        {"kind": "observation", "day": date(2024, 9, 1), "terms": ["mini-ipx"], "rater": "c1"},
    ]
    evidence = evidence_of(said)
    enrolment = enrolment_of(before, {"start": date(2020, 8, 5)})
    change = move(before, after, enrolment, evidence, date(2025, 6, 1))
    assert (change.enrolment.pathway, change.enrolment.version) == ("uk-ir", "2025-06")
    assert change.evidence == len(evidence)
    assert change.no_longer_used == ()
    (exam,) = [moved for moved in change.moved if moved.after == "frcr2b"]
    assert (exam.before, exam.relation) == ("frcr2b-rapid-reporting-era", "exact")
    assert exam.was is not None
    assert exam.becomes is not None
    assert exam.was.state == exam.becomes.state == State.MET


def test_moving_to_the_exams_of_2029_says_what_is_new_and_what_is_open() -> None:
    before, after = pathway_item("us-integrated"), pathway_item("us-integrated-2029")
    evidence = evidence_of(
        [{"kind": "exam", "day": date(2029, 6, 10), "terms": ["abr-core"], "result": "pass"}]
    )
    enrolment = enrolment_of(before, {"start": date(2026, 7, 1), "from_stage": "clinical-year"})
    change = move(before, after, enrolment, evidence, date(2029, 7, 1))
    by_id = {moved.after: moved for moved in change.moved}
    assert by_id["dr-certifying-oral"].relation == "new"
    computer, core = by_id["irdr-certifying-computer"].becomes, by_id["abr-core"].becomes
    assert computer is not None
    assert core is not None
    assert computer.state is State.UNKNOWN
    assert core.state is State.MET
    assert change.enrolment.from_stage == "clinical-year"
    assert change.no_longer_used == ()


@pytest.mark.parametrize("pathway", sorted({*FILES, "uk-ir-2b-until-2025", "us-integrated-2029"}))
def test_what_nobody_has_read_is_unknown_whatever_the_evidence(pathway: str) -> None:
    item = pathway_item(pathway)
    enrolment = enrolment_of(item, {"start": date(2024, 2, 29)})
    unread = {each.id for each in item.requirements if each.basis != "read"}
    found = evaluate(item, enrolment, [], date(2026, 11, 29))
    assert {each.requirement for each in found if each.state is State.UNKNOWN} >= {
        each.requirement for each in found if each.requirement in unread
    }


def test_the_pathway_of_the_how_to_is_one_and_its_figures_are_reckoned_with(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text("utf-8"), flags=re.DOTALL)
    folder = tmp_path / "pathways" / "riverside-integrated"
    folder.mkdir(parents=True)
    (folder / "pathway.yaml").write_text(text, "utf-8")
    assert check([tmp_path]) == []
    own = load_library([tmp_path]).get("pathways", "riverside-integrated").item
    assert isinstance(own, PathwayItem)
    whole = resolve(own, pathway_item)
    enrolment = enrolment_of(whole, {"start": date(2026, 7, 1), "from_stage": "clinical-year"})
    found = {each.requirement: each for each in evaluate(whole, enrolment, [], date(2026, 8, 1))}
    assert (found["procedures"].target, found["procedures"].basis) == (1000, "programme")
    assert found["procedures"].state is State.ON_TRACK
    assert found["case-log"].due == date(2027, 6, 30)
    assert "journal-club" in found
