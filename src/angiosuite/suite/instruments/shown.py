"""What page and log are told of a session's instruments."""

from __future__ import annotations

from math import degrees
from typing import TYPE_CHECKING, Any

from angiosuite.content.catheter import Catheter

from .feeling import grip_n
from .instrument import Instrument
from .stack import Lying, Stack

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

    from .instruments import Instruments

__all__ = ["observed", "parts"]


def parts(session: Session) -> dict[str, Any]:
    """Part of the visible state; none where the patient has no vessels."""
    if not session.room.has_vessels:
        return {}
    mine = session.instruments
    return {
        "instruments": {
            "accesses": [
                {"id": one.id, "title": one.title, "system": one.system, "sheath_f": mine.sheath_f(one)}
                for one in mine.accesses.values()
                if one.id not in mine.sheaths_out
            ]
            if mine.table.was_used
            else [],
            "table": [_on_table(one) for one in mine.table.items.values()],
            "stacks": {name: _stack(mine, stack) for name, stack in mine.stacks.items() if stack.lying},
            "aid": mine.aid,
        }
    }


def observed(instruments: Instruments) -> dict[str, Any]:
    """The stacks as the log has them."""
    return {name: _seen(instruments, stack) for name, stack in instruments.stacks.items() if stack.lying}


def _on_table(one: Instrument) -> dict[str, Any]:
    part = one.device.part
    return {
        "tool": one.id,
        "device": one.device.id,
        "title": one.device.title,
        "kind": part.kind,
        "family": part.family if isinstance(part, Catheter) else None,
        "length_mm": one.length_mm if one.is_rod else None,
        "outer_mm": round(one.thickness_mm, 3) if one.is_rod else None,
        "flushed": one.is_flushed,
        "wet": one.is_wet,
        "coat": one.coat,
        "shapeable": bool(getattr(part, "shapeable", False)),
        "shaped": one.shaped is not None,
    }


def _stack(instruments: Instruments, stack: Stack) -> dict[str, Any]:
    backs = stack.backs_mm
    return {
        "tools": [_lying(instruments, stack, k, one, float(backs[k])) for k, one in enumerate(stack.lying)],
        "wall_n": round(sum(one.wall_n for one in stack.lying), 2),
        "tip_n": 0.0 if stack.felt is None else round(float(stack.felt.tip_n.max()), 2),
        "sheath_mm": round(stack.access.sheath_mm, 1),
    }


def _lying(instruments: Instruments, stack: Stack, k: int, one: Lying, back_mm: float) -> dict[str, Any]:
    device, part = one.instrument.device, one.instrument.device.part
    return {
        "tool": one.instrument.id,
        "device": device.id,
        "title": device.title,
        "kind": part.kind,
        "family": part.family if isinstance(part, Catheter) else None,
        "length_mm": one.instrument.length_mm,
        "outer_mm": round(one.instrument.thickness_mm, 3),
        "depth_mm": round(one.depth_mm, 1),
        "back_mm": round(back_mm, 1),
        "turn_deg": round(degrees(one.turn), 1),
        "drive_mm_s": one.mm_s,
        "drive_deg_s": round(degrees(one.rad_s), 1),
        "pinned": one.pinned,
        "torquer": one.torquer,
        "push_n": round(one.push_n, 2),
        "push_most_n": round(grip_n(one.instrument, one.torquer), 2),
        "torque_nmm": round(one.torque_nmm, 1),
        "wall_n": round(one.wall_n, 2),
        "stalled": one.stalled,
        "kinked": instruments.left_share(one.instrument.id) < 1.0,
        **instruments.lumens.show(one.instrument.id),
        "coat": one.instrument.coat,
        "wet": one.instrument.is_wet,
        "connected": one.instrument.id == instruments.connected,
        "where": instruments.where(stack, k) if instruments.aid else None,
    }


def _seen(instruments: Instruments, stack: Stack) -> list[dict[str, Any]]:
    told = []
    for k, one in enumerate(stack.lying):
        point, vessel, at_mm = instruments.whereabouts.tip(stack, k)
        told.append(
            {
                "tool": one.instrument.id,
                "depth_mm": round(one.depth_mm, 2),
                "turn_deg": round(degrees(one.turn), 1),
                "tip_mm": [round(float(c), 2) for c in point],
                "vessel": vessel,
                "at_mm": round(at_mm, 1),
                "push_n": round(one.push_n, 3),
                "torque_nmm": round(one.torque_nmm, 2),
                "wall_n": round(one.wall_n, 3),
                "tip_n": 0.0 if stack.felt is None else round(float(stack.felt.tip_n[k]), 3),
            }
        )
    return told
