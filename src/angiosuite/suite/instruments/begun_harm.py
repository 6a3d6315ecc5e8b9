"""A harm that a task begins with: it was done before the person came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from angiosuite.content.hazard_kinds import DissectionHazard, SpasmHazard
from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.suite.circulation.harm import Dissection, Harm, Spasm

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["KINDS", "begin_harm"]

WORDS = "Vessels as the task has them"
"""What the room says of it: what was done to which vessel is for the person to find out."""
KINDS: tuple[Literal["spasm", "dissection"], ...] = ("spasm", "dissection")


def begin_harm(session: Session, kind: str, vessel: str, percent_along: float) -> None:
    """Let a vessel of the patient be in spasm or dissected, with the middle figures of the content.

    Raises
    ------
    RefusedInput
        When the patient has not got the vessel, or the kind of harm is another.
    """
    graph, hazards = session.blood.graph, session.instruments.aftermath.consequences.hazards
    if vessel not in graph.vessels:
        raise RefusedInput(
            "This patient has not got the vessel that the task's harm is in",
            code="vessel-unknown",
            where="task.start.blood.harms",
            value=vessel,
            way_out=did_you_mean(vessel, graph.vessels) or "Choose another patient.",
        )
    whole_mm = graph.vessels[vessel].length_mm
    at_mm = 0.01 * percent_along * whole_mm
    harm: Harm | None = None
    if kind == "spasm" and (spasm := hazards.figures(SpasmHazard)) is not None:
        left, long, on, off = (
            0.5 * (one.low + one.high) for one in (spasm.left_share, spasm.length_mm, spasm.on_s, spasm.off_s)
        )
        harm = Spasm(vessel, at_mm, long, left, on, off, spasm.relaxed_off_s)
    elif kind == "dissection" and (torn := hazards.figures(DissectionHazard)) is not None:
        long = min(0.5 * (torn.length_mm.low + torn.length_mm.high), whole_mm - at_mm)
        harm = Dissection(
            vessel, at_mm, long, True, torn.with_flow_share, torn.against_flow_share, torn.false_share,
            torn.entry_mm2,
        )  # fmt: skip
    if harm is None:
        raise RefusedInput(
            f"No harm '{kind}' can be begun with",
            code="harm-unknown",
            where="task.start.blood.harms",
            value=kind,
            way_out=f"Choose one of: {', '.join(KINDS)}.",
        )
    session.instruments.aftermath.harms.apply(harm)
    data = {"tool": "", "device": "", "vessel": vessel, "at_mm": round(at_mm, 1), "begun": True}
    session.event(kind, data, WORDS)
