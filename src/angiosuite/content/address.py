"""Addresses of the product in content: where a link of a text or a thing to do leads.

``suite``, ``evidence`` … name a page; ``guide:<id>``, ``glossary:<id>``, ``field:<id>``, ``pathway:<id>``
and ``practice:<drill or procedure>`` name an item; ``evidence:add:<kind>`` opens the form for one kind of
evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from angiosuite.content.case_id import CASE_MARK
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
    "guide": ("guide",),
    "glossary": ("glossary",),
    "field": ("field",),
    "pathway": ("pathways",),
    "practice": ("drills", "procedures"),
}
"""First word of an address that names an item, and the kinds of content of which it may be."""


def item_of(address: str) -> tuple[tuple[str, ...], str] | None:
    """Kinds and id of the item that an address names; None when it names no item."""
    word, colon, identity = address.partition(":")
    return (ITEMS[word], identity) if colon and word in ITEMS else None


def form_problem(address: str) -> tuple[str, str] | None:
    """What is wrong with the form of an address and the way out; None when it is well formed."""
    if address in PAGES or (item_of(address) or ((), ""))[1]:
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
    kinds, identity = named
    ids = [each for kind in kinds for each in known.get(kind, ())]
    return None if identity in ids else not_there(kinds, identity, ids)


def not_there(kinds: Sequence[str], identity: str, ids: Sequence[str]) -> tuple[str, str]:
    """What is said of an id that no item of some kinds has, and the way out."""
    problem = f"no item of {' or '.join(kinds)} has this id"
    return problem, nearest(identity, ids) or "an id below " + " or ".join(f"{kind}/" for kind in kinds)


def practised(identity: str) -> str:
    """Address of a drill's page, or of a case, `procedure.variant.level`, on the page of its procedure."""
    return "practice:" + identity.replace(CASE_MARK, "/")
