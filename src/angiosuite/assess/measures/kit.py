"""The measure of a kit: whether each piece goes through, over and beyond the others, by real numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter

from angiosuite.assess.session_log import SessionLog
from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import Fit, exchanges, fits, leads, outlasts, rides_over, seals
from angiosuite.content.device import Part
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.needle import Needle
from angiosuite.content.sheath import Sheath

from .reading import MEASURES, Asked, Found, not_done
from .windows import moment_of

BEYOND_CM = 10.0
"""A microcatheter is to leave its parent's end by so much, and its wire to go ahead by the same."""
CHECKS = 10
_PART: TypeAdapter[Part] = TypeAdapter(Part)
One = TypeVar("One")
BRINGS = ("balloon", "stent-system", "aspiration")
"""Families of catheters that bring something: no parent of a microcatheter."""


def _on_table(log: SessionLog) -> list[Part]:
    """What was picked and not put back, as the log describes it."""
    there: dict[str, Part] = {}
    events = [*log.event("instrument-picked"), *log.event("instrument-returned")]
    for entry in sorted(events, key=lambda one: one.seq):
        tool = str(entry.data["tool"])
        if entry.name == "instrument-returned":
            there.pop(tool, None)
        elif isinstance(entry.data.get("part"), Mapping):
            there[tool] = _PART.validate_json(json.dumps(entry.data["part"]))
    return list(there.values())


def _only(found: list[One]) -> One | None:
    return found[0] if len(found) == 1 else None


@MEASURES.enter("kit-fits")
def kit_fits(log: SessionLog, asked: Asked) -> Found:
    """Share of ten checks of needle, sheath, wire, catheter, microcatheter and its wire that hold.

    Notes
    -----
    **Model** of each there is one on the table, of wires two; the thicker one goes through the needle, the
    sheath's dilator and the catheter, and is long enough to change the catheter; the catheter goes through
    the sheath, whose valve holds it; the microcatheter goes through the catheter and leaves its end by 10 cm;
    the thinner wire goes through it and leads it by 10 cm. What is missing, or there twice, fails its checks.
    **Source** the arithmetic of `angiosuite.content.compatibility`.
    """
    parts = _on_table(log)
    if not parts:
        return not_done("nothing was picked")
    told = _checks(parts)
    bad = [words for holds, words in told if not holds]
    assert len(told) == CHECKS
    why = bad[0] if bad else "each piece goes through, over and beyond the others"
    share = (CHECKS - len(bad)) / CHECKS
    return Found(share, (moment_of(log, log.last_seq, log.end_us, why),))


def _checks(parts: list[Part]) -> list[tuple[bool, str]]:
    """Each check: whether it holds, and its words."""
    needle = _only([one for one in parts if isinstance(one, Needle)])
    sheath = _only([one for one in parts if isinstance(one, Sheath)])
    tubes = [one for one in parts if isinstance(one, Catheter) and one.family not in BRINGS]
    micro = _only([one for one in tubes if one.family == "microcatheter"])
    parent = _only([one for one in tubes if one.family != "microcatheter"])
    wires = sorted((one for one in parts if isinstance(one, GuideWire)), key=lambda one: one.diameter_mm)
    thin, thick = wires if len(wires) == 2 else (None, None)

    def said(fit: Fit | None, missing: str) -> tuple[bool, str]:
        return (False, missing) if fit is None else (fit.fits, fit.words)

    both = "there is not one of each to compare"
    return [
        said(fits(thick, needle) if thick and needle else None, f"wire and needle: {both}"),
        said(rides_over(sheath, thick) if thick and sheath else None, f"wire and sheath: {both}"),
        said(fits(thick, parent) if thick and parent else None, f"wire and catheter: {both}"),
        said(exchanges(thick, parent) if thick and parent else None, f"wire and catheter: {both}"),
        said(fits(parent, sheath) if parent and sheath else None, f"catheter and sheath: {both}"),
        said(seals(sheath, parent) if parent and sheath else None, f"catheter and sheath: {both}"),
        said(fits(micro, parent) if micro and parent else None, f"microcatheter and catheter: {both}"),
        said(outlasts(micro, parent, BEYOND_CM) if micro and parent else None, f"microcatheter: {both}"),
        said(fits(thin, micro) if thin and micro else None, f"microcatheter and its wire: {both}"),
        said(
            leads(thin, micro, BEYOND_CM) if thin and micro else None, f"microcatheter and its wire: {both}"
        ),
    ]
