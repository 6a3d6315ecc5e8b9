"""Frameworks over HTTP: listed, exchanged, taken in whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from angiosuite.web.configuration import ServerSettings


def listed(client: TestClient) -> dict[str, dict[str, Any]]:
    """The frameworks of the list by id."""
    return {entry["id"]: entry for entry in client.get("/api/frameworks").json()["frameworks"]}


def left(settings: ServerSettings) -> list[Path]:
    """What is below the home's own pack and its scratch folder."""
    assert settings.home is not None
    places = (settings.home / "content" / "frameworks", settings.home / "tmp")
    return [entry for place in places if place.is_dir() for entry in place.iterdir()]


def test_every_framework_is_listed_with_its_terms_of_use(client: TestClient) -> None:
    found = listed(client)
    assert found["acgme-ir-milestones-2"]["items"] == 6 + 31
    assert found["acgme-ir-milestones-2"]["text_policy"] == "titles-only"
    assert "Accreditation Council" in found["acgme-ir-milestones-2"]["notice"]
    assert found["angiosuite-ir-epa"]["licence"] == "CC-BY-4.0"


def test_one_framework_comes_with_items_scales_and_crosswalks(client: TestClient) -> None:
    whole = client.get("/api/frameworks/angiosuite-ir-epa").json()
    assert len([entry for entry in whole["entries"] if entry["kind"] == "epa"]) == 20
    assert [scale["id"] for scale in whole["scales"]] == ["entrustment", "zwisch", "performance"]
    assert {link["framework"] for link in whole["crosswalks"]} == {"acgme-ir-milestones-2", "degir-modules"}


def test_an_exported_package_comes_in_under_another_name_and_goes_again(
    client: TestClient, settings: ServerSettings
) -> None:
    sent = client.get("/api/frameworks/degir-modules/case").json()
    again = client.post("/api/frameworks/case", json=sent)
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "framework-there"
    taken = client.post("/api/frameworks/case?id=our-modules", json=sent)
    assert taken.status_code == 201
    assert taken.json()["framework"]["imported"] is True
    assert listed(client)["our-modules"]["items"] == 6
    assert client.get("/api/frameworks/our-modules/case").status_code == 200
    assert client.delete("/api/frameworks/our-modules").status_code == 204
    assert "our-modules" not in listed(client)
    assert left(settings) == []


def test_what_came_with_the_product_cannot_be_removed(client: TestClient) -> None:
    refused = client.delete("/api/frameworks/degir-modules")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "framework-fixed"
    assert client.delete("/api/frameworks/nothing").status_code == 404


def test_a_refused_package_leaves_nothing_behind(client: TestClient, settings: ServerSettings) -> None:
    sent = client.get("/api/frameworks/degir-modules/case").json()
    circle = {**sent, "CFAssociations": [{**sent["CFAssociations"][0]}]}
    circle["CFAssociations"][0]["destinationNodeURI"] = circle["CFAssociations"][0]["originNodeURI"]
    refused = client.post("/api/frameworks/case?id=circle", json=circle)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "case-circle")
    assert refused.json()["error"]["way_out"]
    assert client.post("/api/frameworks/case?id=empty", json={**sent, "CFItems": []}).status_code == 422
    assert client.post("/api/frameworks/case?id=../../x", json=sent).status_code == 422
    assert left(settings) == []


def test_a_framework_without_items_says_that_it_has_nothing_to_exchange(client: TestClient) -> None:
    answer = client.get("/api/frameworks/acgme-ir-independent-milestones-2/case")
    assert answer.status_code == 422
    assert "your own copy" in answer.json()["error"]["way_out"]
    assert client.get("/api/frameworks/nothing/case").status_code == 404
