"""Competency frameworks out of 1EdTech CASE packages, 1.0 or 1.1: read with bounds, refused with reasons.

Titles come in; longer statements come in only when the package's licence lets others use them (Creative
Commons or public domain). A package keeps its tree (`isChildOf`), children after their parent, and, when we
wrote it, everything else; what has no place here is named in `Reading.left_out`. Field names are those of the
standard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from angiosuite.content.framework import FrameworkItem
from angiosuite.interop.case import ITEM_TYPES, OURS, identifier
from angiosuite.kit.errors import RefusedInput

MOST_ITEMS = 2000
MOST_ASSOCIATIONS = 10_000
TITLE_LENGTH = 200
HINT_LENGTH = 4000
OPEN_LICENCE = re.compile(
    r"creative\s*commons|\bcc[\s-]?(by|0|zero)\b|public\s*domain|creativecommons\.org", re.IGNORECASE
)

Text = Annotated[str, Field(max_length=20_000)]
Extensions = dict[str, JsonValue]


class Lenient(BaseModel):
    """A mapping of a package; fields that are not used here are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class NodeLink(Lenient):
    """What an association joins."""

    identifier: Text
    title: Text = ""


class LicenceLink(Lenient):
    """The licence that a document names."""

    title: Text = ""
    uri: Text = ""


class CaseDocument(Lenient):
    """Head of a package."""

    identifier: Text
    title: Text
    creator: Text | None = None
    publisher: Text | None = None
    description: Text | None = None
    notes: Text | None = None
    version: Text | None = None
    officialSourceURL: Text | None = None
    statusStartDate: Text | None = None
    statusEndDate: Text | None = None
    licenseURI: LicenceLink | Text | None = None
    extensions: Extensions | None = None


class CaseItem(Lenient):
    """One statement."""

    identifier: Text
    fullStatement: Text
    abbreviatedStatement: Text | None = None
    humanCodingScheme: Text | None = None
    CFItemType: Text | None = None
    notes: Text | None = None
    extensions: Extensions | None = None


class CaseAssociation(Lenient):
    """What two nodes have to do with each other."""

    identifier: Text
    associationType: Text
    originNodeURI: NodeLink
    destinationNodeURI: NodeLink
    sequenceNumber: int | None = None
    notes: Text | None = None
    extensions: Extensions | None = None


class CasePackage(Lenient):
    """A CFPackage, as far as it is read."""

    CFDocument: CaseDocument
    CFItems: Annotated[tuple[CaseItem, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    CFAssociations: Annotated[tuple[CaseAssociation, ...], Field(max_length=MOST_ASSOCIATIONS)] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A package that was read.

    Parameters
    ----------
    item : dict
        Values of a `FrameworkItem`, valid.
    left_out : tuple of str
        What of the package has no place in it.
    """

    item: dict[str, Any]
    left_out: tuple[str, ...] = ()


def read_package(package: CasePackage, identity: str | None = None) -> Reading:
    """A package as the values of a framework item.

    Parameters
    ----------
    package : CasePackage
        Within its bounds.
    identity : str, optional
        Id of the new item; made of the title when left out.

    Raises
    ------
    RefusedInput
        When identifiers repeat, the tree has a circle, or what comes out is not a framework.
    """
    document, left_out = package.CFDocument, []
    known = _own(document.extensions)
    seen: set[str] = set()
    for item in package.CFItems:
        if item.identifier in seen:
            raise _refused("case-item-twice", "Two items have the same identifier", item.identifier)
        seen.add(item.identifier)
    licence = _licence_of(document)
    policy = known.get("text_policy") or ("full" if OPEN_LICENCE.search(licence) else "titles-only")
    if policy == "user-supplied" or (policy == "full" and not OPEN_LICENCE.search(licence)):
        policy = "titles-only"
    names = _names(package.CFItems)
    above, order = _tree(package, names)
    entries = [_entry(item, names, above, policy == "full") for item in order]
    links, lost = _links(package.CFAssociations, names)
    if lost:
        left_out.append(f"{lost} associations that are not a tree")
    if policy != "full" and any(_longer(item) for item in package.CFItems):
        left_out.append("statements beyond their titles, because no open licence is named")
    made: dict[str, Any] = {
        "id": identity or known.get("id") or _kebab(document.title) or "framework",
        "title": _line(document.title) or "Framework without a title",
        "summary": _plain(document.description or "")[:HINT_LENGTH],
        "quality": "draft",
        "publisher": _line(document.publisher or document.creator or "") or "not named",
        "version": _line(document.version or "") or "not named",
        "valid_from": _date(document.statusStartDate),
        "valid_to": _date(document.statusEndDate),
        "licence": _line(licence) or "not named",
        "text_policy": policy,
        "notice": _plain(document.notes or "")[:HINT_LENGTH] or _notice(document),
        "basis": known.get("basis") or "read",
        "source": known.get("source") or (None if known.get("basis") else "package"),
        "order": known.get("order") or 200,
        "scales": known.get("scales") or [],
        "items": entries,
        "crosswalks": links,
        "sources": known.get("sources") or [_source(document)],
    }
    made = {name: value for name, value in made.items() if value is not None}
    try:
        FrameworkItem.model_validate(made, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _refused(
            "case-not-a-framework", "The package is not a framework", f"{where}: {first['msg']}"
        ) from error
    return Reading(made, tuple(left_out))


def _names(items: Iterable[CaseItem]) -> dict[str, str]:
    """Our id for each identifier: our own when we wrote it, else the code, else one made of it."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for item in items:
        own = str(_own(item.extensions).get("id") or "")
        stem = _kebab(own) or _kebab(item.humanCodingScheme or "") or f"i-{identifier(item.identifier)[:8]}"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem[:58]}-{number}", number + 1
        taken.add(name)
        names[item.identifier] = name
    return names


def _tree(package: CasePackage, names: dict[str, str]) -> tuple[dict[str, str], list[CaseItem]]:
    """The parent of each item that has one, and the items with parents first."""
    above: dict[str, str] = {}
    place: dict[str, tuple[int, int]] = {}
    for number, link in enumerate(package.CFAssociations):
        child, parent = link.originNodeURI.identifier, link.destinationNodeURI.identifier
        if link.associationType == "isChildOf" and child in names and child not in place:
            place[child] = (link.sequenceNumber if link.sequenceNumber is not None else number, number)
            if parent in names:
                above[child] = parent
    last = (len(package.CFAssociations) + MOST_ITEMS, 0)
    waiting = sorted(package.CFItems, key=lambda item: place.get(item.identifier, last))
    children: dict[str | None, list[CaseItem]] = {}
    for item in waiting:
        children.setdefault(above.get(item.identifier), []).append(item)
    order: list[CaseItem] = []
    ahead = list(reversed(children.get(None, [])))
    while ahead:
        item = ahead.pop()
        order.append(item)
        ahead += reversed(children.get(item.identifier, []))
    if len(order) < len(package.CFItems):
        circle = next(item for item in package.CFItems if item not in order)
        raise _refused("case-circle", "An item is its own ancestor", circle.fullStatement[:80])
    return {names[child]: names[parent] for child, parent in above.items()}, order


def _entry(item: CaseItem, names: dict[str, str], above: dict[str, str], whole: bool) -> dict[str, Any]:
    own, name = _own(item.extensions), names[item.identifier]
    kinds = {title.lower(): kind for kind, title in ITEM_TYPES.items()}
    guessed = kinds.get((item.CFItemType or "").lower())
    kind = own.get("kind") or guessed or ("domain" if name in above.values() else "topic")
    hint = ""
    if own:
        hint = item.notes or ""
    elif whole:
        hint = "\n\n".join(text for text in (item.fullStatement if _longer(item) else "", item.notes) if text)
    made = {
        "id": name,
        "code": _line(item.humanCodingScheme or "") or None,
        "title": _title(item),
        "parent": above.get(name),
        "kind": kind,
        "scale": own.get("scale"),
        "hint": _plain(hint)[:HINT_LENGTH],
    }
    return {key: value for key, value in made.items() if value not in (None, "")}


def _links(
    associations: Iterable[CaseAssociation], names: dict[str, str]
) -> tuple[list[dict[str, Any]], int]:
    links, lost = [], 0
    for link in associations:
        own = _own(link.extensions)
        if own and link.originNodeURI.identifier in names and link.associationType != "isChildOf":
            item = names[link.originNodeURI.identifier]
            note = {"note": link.notes} if link.notes else {}
            links.append(
                {"item": item, **{k: own.get(k) for k in ("framework", "other", "relation")}, **note}
            )
        elif link.associationType != "isChildOf":
            lost += 1
    return links, lost


def _own(extensions: Extensions | None) -> dict[str, Any]:
    """What we wrote into a mapping's extensions."""
    found = (extensions or {}).get(OURS)
    return found if isinstance(found, dict) else {}


def _licence_of(document: CaseDocument) -> str:
    named = document.licenseURI
    if isinstance(named, LicenceLink):
        return " ".join(
            part for part in (named.title, "" if named.uri.startswith("urn:") else named.uri) if part
        )
    return named or ""


def _notice(document: CaseDocument) -> str:
    owner = _line(document.publisher or document.creator or "") or "its publisher"
    return f"The statements belong to {owner}; their titles came in with an exchange file."


def _source(document: CaseDocument) -> dict[str, str]:
    made = {"key": "package", "citation": f"CASE package {document.identifier[:64]}: {_line(document.title)}"}
    address = _line(document.officialSourceURL or "")
    return {**made, "url": address} if address else made


def _longer(item: CaseItem) -> bool:
    """Whether a statement says more than its title."""
    return _title(item) != _line(item.fullStatement) or bool(item.notes and not _own(item.extensions))


def _title(item: CaseItem) -> str:
    """The short statement, or the beginning of the long one."""
    text = _plain(item.abbreviatedStatement or item.fullStatement).replace("\n", " ")
    if len(text) <= TITLE_LENGTH:
        return _line(text) or "Without words"
    return text[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _plain(text: str) -> str:
    """A text without control characters."""
    return "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    ).strip()


def _line(text: str) -> str:
    return " ".join(_plain(text).split())[:TITLE_LENGTH]


def _kebab(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")


def _date(text: str | None) -> str | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}", text or "")
    return found.group() if found else None


def _refused(code: str, what: str, value: str) -> RefusedInput:
    way_out = "Export the package again, or mend it; nothing was kept."
    return RefusedInput(what, code=code, where="package", value=value[:200], way_out=way_out)
