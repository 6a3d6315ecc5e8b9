"""Pathways and enrolments over HTTP, for two people who know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Role

from .conftest import BASE

ON = "2027-03-01"


@dataclass(frozen=True, slots=True)
class Person:
    """One person's client, and the name under which records know them."""

    client: TestClient
    principal: Any

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """An answer with the status that was expected."""
        answer = self.client.request(method, f"/api/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()


def person(client: TestClient, name: str) -> Person:
    """A new trainee of this server."""
    services = client.app.state.services  # type: ignore[attr-defined]
    _, key = services.records.people.add(services.local, name, {Role.TRAINEE})
    principal = services.identify(key)
    own = TestClient(
        client.app, base_url=BASE, headers={"X-Angiosuite-Token": key}, raise_server_exceptions=False
    )
    return Person(own, principal)


@pytest.fixture
def ann(client: TestClient) -> Iterator[Person]:
    """The first."""
    return person(client, "ann")


@pytest.fixture
def bo(client: TestClient) -> Iterator[Person]:
    """The second."""
    return person(client, "bo")


def enrolled(who: Person, pathway: str = "us-integrated", **fields: Any) -> dict[str, Any]:
    """On a pathway since July 2025."""
    made: dict[str, Any] = who.ask(
        "POST", "enrolments", {"pathway": pathway, "start": "2025-07-01", **fields}, 201
    )
    return made


def add_cases(who: Person, number: int, since: date = date(2026, 1, 1)) -> None:
    """Signed cases, one every third day."""
    store = who.client.app.state.services.records.evidence  # type: ignore[attr-defined]
    store.add_all(
        who.principal,
        [
            Evidence(
                id="",
                owner="",
                kind=EvidenceKind.REAL_CASE,
                on=since + timedelta(days=3 * i),
                terms=("arterial-embolisation",),
                role=CaseRole.FIRST_SUPERVISED,
                status=Status.SIGNED,
            )
            for i in range(number)
        ],
    )


def requirement(standing: dict[str, Any], identity: str) -> dict[str, Any]:
    """One requirement of an answer."""
    return next(one for one in standing["requirements"] if one["requirement"] == identity)


def test_every_pathway_of_the_list_can_be_read_and_compared(ann: Person) -> None:
    listed = ann.ask("GET", "pathways")["pathways"]
    assert [one["status"] for one in listed] == sorted(
        (one["status"] for one in listed), key=["current", "draft", "superseded"].index
    )
    for one in listed:
        whole = ann.ask("GET", f"pathways/{one['id']}")
        assert whole["id"] == one["id"]
        assert all(asked["figure"] is not None for asked in whole["requirements"])
        rows = ann.ask("GET", f"pathways/compare?a={listed[0]['id']}&b={one['id']}")["rows"]
        assert rows


def test_a_pathway_that_is_not_there_is_not_known(ann: Person) -> None:
    assert ann.ask("GET", "pathways/nowhere", status=404)["error"]["code"] == "pathway-not-known"
    ann.ask("POST", "enrolments", {"pathway": "nowhere", "start": ON}, 404)


def test_everybody_can_stand_on_every_pathway_from_every_stage(ann: Person) -> None:
    for one in ann.ask("GET", "pathways")["pathways"]:
        whole = ann.ask("GET", f"pathways/{one['id']}")
        for variant in whole["variants"] or [
            {"id": None, "stages": [each["id"] for each in whole["stages"]]}
        ]:
            stages = variant["stages"]
            made = enrolled(ann, one["id"], variant=variant["id"], from_stage=stages[-1])
            told = ann.ask("GET", f"enrolments/{made['id']}/standing?on={ON}")
            assert [each["id"] for each in told["stages"]] == stages
            assert told["timeline"]["today"] == ON


def test_a_figure_that_somebody_sets_is_judged_and_another_version_of_it_is_kept(ann: Person) -> None:
    made = enrolled(ann)
    add_cases(ann, 20)
    before = requirement(ann.ask("GET", f"enrolments/{made['id']}/standing?on={ON}"), "procedures")
    assert before["state"] == "unknown"
    ann.ask(
        "PATCH",
        f"enrolments/{made['id']}",
        {"overrides": {"procedures": {"target": 20, "source": "handbook"}}},
    )
    after = requirement(ann.ask("GET", f"enrolments/{made['id']}/standing?on={ON}"), "procedures")
    assert (after["basis"], after["source"], after["target"]) == ("programme", "handbook", 20)
    assert set(before) == set(after)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"overrides": {"nothing": {"target": 1}}}, "enrolment-overrides-not-possible"),
        ({"overrides": {"procedures": {"tarket": 1}}}, "override-not-readable"),
        ({"overrides": {"procedures": {"level": "5"}}}, "override-field-not-fitting"),
        ({"variant": "nothing"}, "enrolment-variant-not-possible"),
        ({"from_stage": "nothing"}, "enrolment-from-stage-not-possible"),
        ({"leave": [{"since": "2026-02-01", "until": "2026-01-01"}]}, "enrolment-leave-not-possible"),
        ({"fte": [{"since": "2026-02-01", "fraction": 0}]}, "invalid-request"),
        ({"ended": "2020-01-01"}, "enrolment-ended-not-possible"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    ann: Person, change: dict[str, Any], code: str
) -> None:
    made = enrolled(ann)
    assert ann.ask("PATCH", f"enrolments/{made['id']}", change, 422)["error"]["code"] == code
    assert ann.ask("GET", f"enrolments/{made['id']}") == made


def test_leave_part_time_and_extension_move_the_stages(ann: Person) -> None:
    made = enrolled(ann)
    path = f"enrolments/{made['id']}"
    ends = [ann.ask("GET", f"{path}/standing?on={ON}")["timeline"]["end"]]
    for change in (
        {"leave": [{"since": "2026-01-01", "until": "2026-06-30", "kind": "parental", "why": "a child"}]},
        {"fte": [{"since": "2026-09-01", "fraction": 0.6}]},
        {"extension_months": 6},
    ):
        ann.ask("PATCH", path, change)
        ends.append(ann.ask("GET", f"{path}/standing?on={ON}")["timeline"]["end"])
    assert ends == sorted(ends)
    assert len(set(ends)) == 4


def test_what_if_keeps_nothing_and_moves_the_end(ann: Person) -> None:
    made = enrolled(ann)
    path = f"enrolments/{made['id']}"
    now = ann.ask("GET", f"{path}/standing?on={ON}")
    would = ann.ask("POST", f"{path}/what-if?on={ON}", {"pause_months": 6, "fte": 0.5, "pace": 1.5})
    assert set(would) == set(now)
    assert would["timeline"]["end"] > now["timeline"]["end"]
    assert ann.ask("GET", path) == made
    same = ann.ask("POST", f"{path}/what-if?on={ON}", {"pause_months": 6, "from": "2028-01-01"})
    assert same["timeline"]["end"] > now["timeline"]["end"]


def test_the_projection_begins_at_what_is_there_and_widens(ann: Person) -> None:
    made = enrolled(ann, "eu-cirse", from_stage=None)
    add_cases(ann, 60)
    count = ann.ask("GET", f"enrolments/{made['id']}/standing?on={ON}")["timeline"]["count"]
    assert count["points"][-1] == {"date": ON, "n": 60.0}
    band = count["projection"]
    assert band[0]["low"] == band[0]["high"] == 60
    widths = [one["high"] - one["low"] for one in band]
    assert widths == sorted(widths)
    assert all(one["low"] <= one["mid"] <= one["high"] for one in band)


def test_a_move_to_the_version_of_2029_is_told_first_and_loses_no_evidence(ann: Person) -> None:
    made = enrolled(ann)
    add_cases(ann, 5)
    path = f"enrolments/{made['id']}"
    assert ann.ask("GET", f"{path}/standing?on={ON}")["newer"] == "2029"
    told = ann.ask("POST", f"{path}/version", {"version": "2029", "dry": True})
    assert told["evidence"] == 5
    assert ann.ask("GET", path) == made
    assert ann.ask("POST", f"{path}/version", {"version": "2029"})["moved"] == told["moved"]
    assert ann.ask("GET", path)["pathway"] == "us-integrated-2029"
    wrong = ann.ask("POST", f"{path}/version", {"version": "1999"}, 422)
    assert wrong["error"]["code"] == "version-not-offered"


def test_exams_from_2029_are_unknown_for_those_in_between(ann: Person) -> None:
    made = enrolled(ann, from_stage="ir-core")
    exams = ann.ask("GET", f"enrolments/{made['id']}/exams?on={ON}")["exams"]
    assert {one["exam"] for one in exams} >= {"abr-core"}
    assert all(one["words"] for one in exams)
    assert all(one["sure"] in ("known", "unknown") for one in exams)


def test_an_end_is_said_and_nothing_is_removed(ann: Person) -> None:
    made = enrolled(ann)
    path = f"enrolments/{made['id']}"
    assert ann.ask("DELETE", f"{path}?on=2026-06-30")["ended"] == "2026-06-30"
    assert ann.ask("GET", f"{path}/standing?on={ON}")["on"] == "2026-06-30"
    assert ann.ask("PATCH", path, {"ended": None})["ended"] is None


def test_nobody_sees_anothers_enrolment(ann: Person, bo: Person) -> None:
    made = enrolled(ann)
    assert bo.ask("GET", "enrolments")["enrolments"] == []
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"extension_months": 1}),
        ("DELETE", "", None),
        ("GET", "/standing", None),
        ("GET", "/exams", None),
        ("POST", "/what-if", {"pace": 1.0}),
        ("POST", "/version", {"version": "2029"}),
    ):
        theirs = bo.ask(method, f"enrolments/{made['id']}{path}", body, 404)["error"]
        absent = bo.ask(method, f"enrolments/{'0' * 16}{path}", body, 404)["error"]
        assert theirs | {"value": None} == absent | {"value": None}


def test_hours_are_checked_and_not_kept(ann: Person) -> None:
    rules = ann.ask("GET", "hours/rules")["rules"]
    weeks = [{"begins": f"2026-06-{day:02d}", "hours": 81.0, "free_days": 1} for day in (1, 8, 15, 22)]
    for rule in rules:
        found = ann.ask("POST", "hours/check", {"rule": rule, "weeks": weeks})["findings"]
        assert [one["clause"]["id"] for one in found] == [one["id"] for one in rules[rule]]
    first = ann.ask("POST", "hours/check", {"rule": "us-acgme", "weeks": weeks})["findings"][0]
    assert first["outcome"] == "not-kept"
