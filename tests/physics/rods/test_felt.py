"""What walls feel of each tool: a force belongs to the skin that it presses on."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.felt import gather

ARC_MM = np.arange(0.0, 21.0)
TUBE_MM, WIRE_MM = 10.0, 20.0


def felt(pressed_at_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """Forces at the ends and on the whole of a wire and the tube over it, N, while 1 N presses at a place."""
    n = len(ARC_MM)
    zeros = np.zeros((n, 3))
    skin = np.where(ARC_MM <= TUBE_MM, 1, 0)
    pressed = (pressed_at_mm == ARC_MM).astype(float)
    wall, held, tip, bent, cover = (np.empty(2) for _ in range(5))
    gather(
        np.array([WIRE_MM, TUBE_MM]), np.zeros(2), 0, 0.02, 3.0, zeros, zeros, zeros, pressed, pressed, skin,
        ARC_MM, np.zeros(n), wall, held, tip, bent, cover, np.empty(2, np.int64), np.empty(n),
    )  # fmt: skip
    return tip, wall


@pytest.mark.parametrize(
    ("at_mm", "wire_n", "tube_n"),
    [
        (6.0, 0.0, 0.0),
        (9.0, 0.0, 1.0),
        (10.0, 0.0, 1.0),
        (11.0, 0.0, 0.0),
        (12.0, 0.0, 0.0),
        (19.0, 1.0, 0.0),
    ],
)
def test_a_tubes_end_feels_its_own_skin_and_no_wire_ahead_of_it(
    at_mm: float, wire_n: float, tube_n: float
) -> None:
    tip, wall = felt(at_mm)
    assert tip.tolist() == [wire_n, tube_n]
    assert wall.sum() == 1.0 and wall[1 if at_mm <= TUBE_MM else 0] == 1.0
