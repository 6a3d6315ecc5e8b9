"""Addresses of the product in content: where a link of a text or a thing to do leads.

``suite``, ``evidence`` … name a page; ``guide:<id>``, ``glossary:<id>``, ``field:<id>``, ``pathway:<id>``
and ``practice:<drill>`` name an item; ``evidence:add:<kind>`` opens the form for one kind of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from angiosuite.content.faults import nearest
from angiosuite.kit.evidence import EvidenceKind

PAGES = (
    "home",
    "room",
    "suite",
    "guide",
    "glossary",
    "reflection",
    "field",
    "pathway",
    "evidence",
    "practice",
    "settings",
)
"""Pages that an address may name by itself."""

ITEMS = {
    "guide": "guide",
    "glossary": "glossary",
    "field": "field",
    "pathway": "pathways",
    "practice": "drills",
}
"""First word of an address that names an item, and the kind of content it belongs to."""


def item_of(address: str) -> tuple[str, str] | None:
    """Kind and id of the item that an address names; None when it names no item."""
    word, colon, identity = address.partition(":")
    return (ITEMS[word], identity) if colon and word in ITEMS else None


def form_problem(address: str) -> tuple[str, str] | None:
    """What is wrong with the form of an address and the way out; None when it is well formed."""
    if address in PAGES or (item_of(address) or ("", ""))[1]:
        return None
    kinds = [kind.value for kind in EvidenceKind]
    if address.startswith("evidence:"):
        kind = address.removeprefix("evidence:add:")
        if kind in kinds:
            return None
        return "is not a kind of evidence", nearest(kind, kinds) or "evidence:add:real-case"
    known = [*PAGES, *(f"{word}:<id>" for word in ITEMS)]
    return "is not an address", nearest(address, known) or "one of " + ", ".join(known)


def problem(address: str, known: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """What is wrong with an address and the way out; None when it leads somewhere.

    Parameters
    ----------
    address : str
        As written in a text or in `do_now`.
    known : dict of kind to ids
        The items that exist.
    """
    wrong = form_problem(address)
    if wrong is not None:
        return wrong
    named = item_of(address)
    if named is None:
        return None
    kind, identity = named
    ids = list(known.get(kind, ()))
    if identity in ids:
        return None
    return f"no item of {kind} has this id", nearest(identity, ids) or f"an id below {kind}/"
