"""Measures of coils and plugs: where they lie at the end, how they fit, and whether it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import counted, shown
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .tools_seen import vessel_of
from .windows import moment_of

NO_COIL = "no coil was let go"
NOWHERE = "no picture says where the target lies"
NO_BLEEDING = "the log tells of no bleeding there"


@dataclass(frozen=True, slots=True)
class _Lies:
    """A coil or plug as the log last told where it lies: vessel, spans by vessel, and which entry."""

    vessel: str
    spans_mm: Mapping[str, Any]
    entry: Entry


def _lying(log: SessionLog) -> dict[str, _Lies]:
    """What lies in the patient at the end, by name."""
    found: dict[str, _Lies] = {}
    for one in happened(log, "coil-detached", "coil-migrated", "coil-retrieved"):
        name = str(one.data["coil"])
        if one.name == "coil-retrieved":
            found.pop(name, None)
        else:
            found[name] = _Lies(str(one.data["vessel"]), one.data.get("spans_mm", {}), one)
    return found


def _bleedings(log: SessionLog) -> list[tuple[Entry, Mapping[str, Any]]]:
    """What was told of all bleedings, each time that something of them changed."""
    return [(one, one.data["bleeding"]) for one in log.observation("treating") if one.data.get("bleeding")]


def _bleeding(log: SessionLog, target: str) -> tuple[str, Mapping[str, Any]] | None:
    """The bleeding that a target is, or that is in its vessel: its name and what was told of it first."""
    place = vessel_of(log, target)
    for _, told in _bleedings(log):
        for name, one in told.items():
            if place in (name, one["vessel"]):
                return name, one
    return None


def _vessel(log: SessionLog, target: str) -> str | None:
    """Vessel of a target; of a bleeding that in which it is."""
    there = _bleeding(log, target)
    return vessel_of(log, target) if there is None else str(there[1]["vessel"])


# ---- closed ----------------------------------------------------------------------------------------------


@MEASURES.enter("vessel-closed")
def vessel_closed(log: SessionLog, asked: Asked) -> Found:
    """1 when the target's vessel was closed, and what closed it has stayed.

    Notes
    -----
    **Model** the event of closure (less than 0.03 of the flow before, or 0.03 ml/s), with nothing migrated
    from that vessel or taken out of it since. **Source** own definition.
    """
    vessel = _vessel(log, asked.target)
    if vessel is None:
        return not_recorded(NOWHERE)
    closed = [one for one in happened(log, "vessel-occluded") if one.data["vessel"] == vessel]
    if not closed:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "blood still flows through it"),))
    for one in happened(log, "coil-migrated", "coil-retrieved"):
        if one.seq > closed[-1].seq and vessel in (one.data.get("from"), one.data["vessel"]):
            return Found(0.0, (shown(log, one, "what closed it did not stay"),))
    return Found(1.0, (shown(log, closed[-1], "closed from here on"),))


@MEASURES.enter("bleeding-left")
def bleeding_left(log: SessionLog, asked: Asked) -> Found:
    """What the target still loses at the end, ml/min.

    Notes
    -----
    **Model** the last loss that was told while it did not rest by itself: a bleeding that rests says nothing
    of what was done to it. **Source** own definition.
    """
    there = _bleeding(log, asked.target)
    if there is None:
        return not_recorded(NO_BLEEDING)
    active = [(e, told[there[0]]) for e, told in _bleedings(log) if not told[there[0]].get("rests")]
    if not active:
        return not_done("it rested all the time")
    entry, told = active[-1]
    ml_min = float(told["ml_min"])
    why = f"{ml_min:.1f} ml a minute" if ml_min > 0.0 else "it has stopped"
    return Found(ml_min, (shown(log, entry, why),))


# ---- where they lie --------------------------------------------------------------------------------------


def _beside(log: SessionLog, asked: Asked, *, behind: bool) -> Found:
    """Coils of the target's vessel whose middle lies on one side of the bleeding."""
    there = _bleeding(log, asked.target)
    if there is None:
        return not_recorded(NO_BLEEDING)
    vessel, at_mm = str(there[1]["vessel"]), float(there[1]["at_mm"])
    found = []
    for one in _lying(log).values():
        span = one.spans_mm.get(vessel)
        if span is not None and (0.5 * (float(span[0]) + float(span[1])) > at_mm) == behind:
            found.append(one.entry)
    where = "behind" if behind else "in front of"
    if not found:
        why = f"nothing lies {where} it"
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, why),))
    return counted(log, sorted(found, key=lambda one: one.seq), f"lies {where} it")


@MEASURES.enter("coils-in-front")
def coils_in_front(log: SessionLog, asked: Asked) -> Found:
    """Coils and plugs in the bleeding vessel that lie in front of the bleeding at the end."""
    return _beside(log, asked, behind=False)


@MEASURES.enter("coils-behind")
def coils_behind(log: SessionLog, asked: Asked) -> Found:
    """Coils and plugs in the bleeding vessel that lie behind the bleeding at the end: the back door."""
    return _beside(log, asked, behind=True)


@MEASURES.enter("coils-off-target")
def coils_off_target(log: SessionLog, asked: Asked) -> Found:
    """Coils and plugs that lie in another vessel than the target's at the end."""
    vessel = _vessel(log, asked.target)
    if vessel is None:
        return not_recorded(NOWHERE)
    lying = _lying(log)
    bad = sorted((one.entry for one in lying.values() if one.vessel != vessel), key=lambda one: one.seq)
    if not bad:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there is none"),))
    return counted(log, bad, "lies elsewhere")


@MEASURES.enter("packing-density")
def packing_density(log: SessionLog, asked: Asked) -> Found:
    """Share of the target's packed lumen that solid fills at the end."""
    vessel = _vessel(log, asked.target)
    if vessel is None:
        return not_recorded(NOWHERE)
    told = [one for one in log.observation("treating") if "coils" in one.data]
    if told:
        for one in told[-1].data["coils"]["vessels"]:
            if one["vessel"] == vessel:
                share = float(one["density"])
                return Found(share, (shown(log, told[-1], f"{100.0 * share:.0f} % of it is filled"),))
    return not_done("nothing lies in it")


# ---- how they fit ----------------------------------------------------------------------------------------


@MEASURES.enter("coil-ratio")
def coil_ratio(log: SessionLog, asked: Asked) -> Found:
    """Width of the first coil or plug that was let go in the target's vessel, over the vessel there.

    Notes
    -----
    **Model** diameter of the primary loop, or of the free plug, over the lumen's at the tip. Later coils lie
    within the first and may be smaller. **Source** own definition.
    """
    vessel = _vessel(log, asked.target)
    if vessel is None:
        return not_recorded(NOWHERE)
    here = [
        one for one in log.event("coil-detached") if one.data["vessel"] == vessel and "lumen_mm" in one.data
    ]
    if not here:
        return not_done("no coil was let go in it")
    wide, lumen = float(here[0].data["width_mm"]), float(here[0].data["lumen_mm"])
    return Found(wide / lumen, (shown(log, here[0], f"{wide:.1f} mm in {lumen:.1f} mm"),))


@MEASURES.enter("coil-prolapse")
def coil_prolapse(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of a coil that lay in the parent vessel as it was let go."""
    found = [one for one in log.event("coil-detached") if "prolapsed_share" in one.data]
    if not found:
        return not_done(NO_COIL)
    worst = max(found, key=lambda one: (float(one.data["prolapsed_share"]), -one.seq))
    share = float(worst.data["prolapsed_share"])
    return Found(share, (shown(log, worst, f"{100.0 * share:.0f} % of it in the parent vessel"),))


@MEASURES.enter("coils-migrated")
def coils_migrated(log: SessionLog, asked: Asked) -> Found:
    """How often the blood carried a coil or plug on."""
    found = log.event("coil-migrated")
    if not found:
        return _none(log)
    parts = [counted(log, [one], f"into the {one.data['vessel'].replace('-', ' ')}") for one in found]
    whole = counted(log, found, "")
    return Found(whole.value, tuple(one.moments[0] for one in parts), whole.course)


@MEASURES.enter("coils-jammed")
def coils_jammed(log: SessionLog, asked: Asked) -> Found:
    """How often a coil stuck in its catheter."""
    found = log.event("coil-jammed")
    return counted(log, found, "it sticks in the catheter") if found else _none(log)


@MEASURES.enter("coils-used")
def coils_used(log: SessionLog, asked: Asked) -> Found:
    """Coils and plugs that were let go."""
    found = log.event("coil-detached")
    return counted(log, found, "let go") if found else _none(log)


def _none(log: SessionLog) -> Found:
    return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none"),))
