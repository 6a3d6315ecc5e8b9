"""Quiet steps of a session at once, with the very numbers that one step at a time gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from angiosuite.kit import clock as ticks
from angiosuite.kit.clock import next_multiple

if TYPE_CHECKING:
    from .session import Session

BASE_S = ticks.BASE_STEP_US * 1e-6


def glide(session: Session, until_us: int, checkpoint_us: int) -> None:
    """Advance the patient up to the next moment at which something may happen, and the clock with them.

    Hands act on their raster, pulses and injections fall when due, the state is kept at `checkpoint_us`; a
    beat, an order that begins and a movement are left to an ordinary step. Only where no traces are drawn.
    Held by ``tests/suite/test_headless.py``.
    """
    now = session.clock.now_us
    limit_us = min(until_us, next_multiple(now, ticks.HAND_STEP_US))
    due_us = session.xrays.waits_until_us
    if due_us is not None:
        limit_us = min(limit_us, due_us)
    steps = min(-(-(limit_us - now) // ticks.BASE_STEP_US), (checkpoint_us - now - 1) // ticks.BASE_STEP_US)
    if steps <= 0 or session.movement.waiting:
        return
    heart, before = session.heart, session.heart.state()
    steps = heart.glide(BASE_S, steps)
    quiet = session.breathing.glide(BASE_S, steps)
    if quiet < steps:
        heart.restore(before)
        heart.glide(BASE_S, quiet)
    session.movement.advance(quiet * BASE_S)
    session.clock.now_us += quiet * ticks.BASE_STEP_US
