"""Measures of what instruments caused: each kind of harm, counted from the events of the log."""

from __future__ import annotations

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import counted
from .reading import MEASURES, Asked, Found
from .windows import moment_of

EMBOLI = ("embolus", "air-embolus", "clot-embolus")
BENT = ("kink", "knot")


def happened(log: SessionLog, *names: str) -> list[Entry]:
    """Events of some names, in order; also those that a task began with."""
    return sorted((entry for name in names for entry in log.event(name)), key=lambda entry: entry.seq)


def count(log: SessionLog, what: str, *names: str) -> Found:
    """How many events of some names there were that no task began with."""
    own = [entry for entry in happened(log, *names) if not entry.data.get("begun")]
    if not own:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none"),))
    return counted(log, own, what)


@MEASURES.enter("spasms")
def spasms(log: SessionLog, asked: Asked) -> Found:
    """Spasms."""
    return count(log, "the vessel closed down on it", "spasm")


@MEASURES.enter("dissections")
def dissections(log: SessionLog, asked: Asked) -> Found:
    """Dissections."""
    return count(log, "the intima was lifted", "dissection")


@MEASURES.enter("perforations")
def perforations(log: SessionLog, asked: Asked) -> Found:
    """Perforations."""
    return count(log, "through the wall", "perforation")


@MEASURES.enter("emboli")
def emboli(log: SessionLog, asked: Asked) -> Found:
    """Emboli of plaque, clot or air."""
    return count(log, "something was carried on with the blood", *EMBOLI)


@MEASURES.enter("kinks")
def kinks(log: SessionLog, asked: Asked) -> Found:
    """Kinks and knots."""
    return count(log, "bent for good", *BENT)
