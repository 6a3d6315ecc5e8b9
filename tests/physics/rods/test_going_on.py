"""Where a step's passes begin changes how many there are, not where they end."""

from __future__ import annotations

import numpy as np

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.stepping import FED
from angiosuite.physics.rods.tool import Bent, Stretch, Tool

from .cases import iliac_to_arch, push, wire


def _fed(mm: float, per_mm: float = 0.0) -> tuple[Chain, Chain]:
    """Twins, a wire with a soft end in a catheter, that were fed evenly so far."""
    soft = [Stretch(60.0, 2.0, 2.0), Stretch(61.0, 150.0, 100.0)]
    kit = [Tool(soft, [Bent(15.0, per_mm)], friction=0.2), wire(60.0, 60.0, outer_mm=0.83)]
    twins = [Chain(kit, [40.0, 5.0], wall=iliac_to_arch()) for _ in range(2)]
    push(twins[0], mm)
    twins[1].restore(twins[0].state())
    return twins[0], twins[1]


def _forget(chain: Chain) -> None:
    """Of its speed what tells that it was fed alike: a node in the sheath, which moves nothing else."""
    chain.velocity[FED] = 0.0


def test_a_step_ends_in_the_same_place_wherever_its_passes_begin() -> None:
    goes_on, begins = _fed(280.0, 0.03)
    _forget(begins)
    told = [chain.advance([0.6, 0.6], stop_mm=1e-7, most=60) for chain in (goes_on, begins)]
    assert told[0].moved_mm != told[1].moved_mm
    assert np.abs(goes_on.x - begins.x).max() < 1e-3


def test_a_step_after_a_leap_begins_at_the_slide_alone() -> None:
    goes_on, begins = _fed(280.0)
    _forget(begins)
    for chain in (goes_on, begins):
        chain.velocity[20:30, 1] = 100.0
    told = [chain.advance([0.6, 0.6]) for chain in (goes_on, begins)]
    assert told[0].passes == told[1].passes
    assert np.abs(goes_on.x - begins.x).max() < 1e-4


def test_what_was_fed_otherwise_before_begins_at_the_slide_alone() -> None:
    goes_on, begins = _fed(280.0)
    _forget(begins)
    told = [chain.advance([-0.6, -0.6]) for chain in (goes_on, begins)]
    assert told[0].passes == told[1].passes
    assert np.abs(goes_on.x - begins.x).max() < 1e-4
