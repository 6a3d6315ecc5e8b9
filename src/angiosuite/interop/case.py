"""Competency frameworks as 1EdTech CASE 1.1 packages: what is written; `case_reading` reads them back.

A package holds one document, its items and the associations between them. Every identifier is derived from
our ids: the same framework gives the same package on every machine, and a package that names an item of
another framework names it as that framework's own package does. What CASE has no place for stands in
`extensions.angiosuite`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from angiosuite.content.framework import FrameworkEntry, FrameworkItem, Link

NAMESPACE = uuid.UUID("2f9a0d1e-6f0b-5c55-8f39-0b8b1f1d7a42")
"""Root of all identifiers of our packages; never changes."""
VERSION = "1.1"
OURS = "angiosuite"
"""Key of our own fields within `extensions`."""
ASSOCIATIONS = {"exact": "exactMatchOf"}
"""Type of the association for a relation of a crosswalk; any other relation is `isRelatedTo`."""
ITEM_TYPES = {
    "domain": "Domain",
    "subcompetency": "Subcompetency",
    "epa": "Entrustable professional activity",
    "cip": "Capability in practice",
    "topic": "Topic",
    "module": "Module",
}


def identifier(*names: str) -> str:
    """The identifier of a framework, one of its items, or an association, from ids alone."""
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


def package(framework: FrameworkItem) -> dict[str, Any]:
    """A framework as a CFPackage of plain JSON values.

    Parameters
    ----------
    framework : FrameworkItem
        Any; what its text policy keeps out of the item is kept out of the package.
    """
    changed = f"{_changed(framework).isoformat()}T00:00:00Z"
    titles = {entry.id: entry.title for entry in framework.items}
    document = _link(framework.title, framework.id)
    associations = [
        *_parents(framework, titles, document, changed),
        *(_crossing(framework.id, link, titles, changed) for link in framework.crosswalks),
    ]
    return {
        "CFDocument": _document(framework, changed),
        "CFItems": [_item(framework, entry, changed) for entry in framework.items],
        "CFAssociations": associations,
        "CFDefinitions": {
            "CFItemTypes": _item_types(framework.items, changed),
            "CFLicenses": [_licence(framework, changed)],
        },
    }


def _document(framework: FrameworkItem, changed: str) -> dict[str, Any]:
    address = next((source.url for source in framework.sources if source.url is not None), None)
    own = framework.model_dump(
        mode="json",
        include={"id", "text_policy", "basis", "source", "order", "scales", "sources"},
        exclude_none=True,
    )
    made: dict[str, Any] = {
        **_named("document", framework.id),
        "creator": framework.publisher,
        "publisher": framework.publisher,
        "title": framework.title,
        "description": framework.summary or None,
        "notes": framework.notice or None,
        "version": framework.version,
        "language": "en",
        "frameworkType": "Competency framework",
        "caseVersion": VERSION,
        "adoptionStatus": "Draft" if framework.quality == "draft" else "Adopted",
        "statusStartDate": _day(framework.valid_from),
        "statusEndDate": _day(framework.valid_to),
        "officialSourceURL": address,
        "licenseURI": _uri(framework.licence, "licence", framework.id),
        "lastChangeDateTime": changed,
        "extensions": {OURS: own},
    }
    return {name: value for name, value in made.items() if value is not None}


def _item(framework: FrameworkItem, entry: FrameworkEntry, changed: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        **_named("item", framework.id, entry.id),
        "fullStatement": entry.title,
        "humanCodingScheme": entry.code,
        "notes": entry.hint or None,
        "language": "en",
        "CFItemType": ITEM_TYPES[entry.kind],
        "CFItemTypeURI": _uri(ITEM_TYPES[entry.kind], "item-type", entry.kind),
        "lastChangeDateTime": changed,
        "extensions": {OURS: {"id": entry.id, "kind": entry.kind, "scale": entry.scale}},
    }
    return {name: value for name, value in made.items() if value is not None}


def _parents(
    framework: FrameworkItem, titles: dict[str, str], document: dict[str, str], changed: str
) -> list[dict[str, Any]]:
    found = []
    for number, entry in enumerate(framework.items, 1):
        above = document if entry.parent is None else _link(titles[entry.parent], framework.id, entry.parent)
        found.append(
            {
                **_named("parent", framework.id, entry.id),
                "associationType": "isChildOf",
                "sequenceNumber": number,
                "originNodeURI": _link(entry.title, framework.id, entry.id),
                "destinationNodeURI": above,
                "lastChangeDateTime": changed,
            }
        )
    return found


def _crossing(framework: str, link: Link, titles: dict[str, str], changed: str) -> dict[str, Any]:
    return {
        **_named("crosswalk", framework, link.item, link.framework, link.other),
        "associationType": ASSOCIATIONS.get(link.relation, "isRelatedTo"),
        "originNodeURI": _link(titles[link.item], framework, link.item),
        "destinationNodeURI": _link(f"{link.framework}: {link.other}", link.framework, link.other),
        "notes": link.note,
        "lastChangeDateTime": changed,
        "extensions": {OURS: {"framework": link.framework, "other": link.other, "relation": link.relation}},
    }


def _item_types(entries: Iterable[FrameworkEntry], changed: str) -> list[dict[str, Any]]:
    used = {entry.kind for entry in entries}
    return [
        {
            **_named("item-type", kind),
            "title": title,
            "description": title,
            "hierarchyCode": str(number),
            "lastChangeDateTime": changed,
        }
        for number, (kind, title) in enumerate(ITEM_TYPES.items(), 1)
        if kind in used
    ]


def _licence(framework: FrameworkItem, changed: str) -> dict[str, Any]:
    text = framework.licence
    return {
        **_named("licence", framework.id),
        "title": text,
        "licenseText": text,
        "lastChangeDateTime": changed,
    }


def _named(*names: str) -> dict[str, str]:
    made = identifier(*names)
    return {"identifier": made, "uri": f"urn:uuid:{made}"}


def _uri(title: str, *names: str) -> dict[str, str]:
    return {"title": title, **_named(*names)}


def _link(title: str, framework: str, entry: str | None = None) -> dict[str, str]:
    """A node of an association: a document, or one of its items."""
    names = ("document", framework) if entry is None else ("item", framework, entry)
    return {**_uri(title, *names), "targetType": "CASE"}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _changed(framework: FrameworkItem) -> date:
    """The latest day that the framework itself names."""
    named = [framework.valid_from, *(source.read_on for source in framework.sources)]
    return max((day for day in named if day is not None), default=date(2000, 1, 1))
