"""Names: by order on the arch, by level and side below; mirrored sides swap, extra branches keep numbers."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.candidates import Line
from angiosuite.anatomy.vessels.extraction.naming import named

#: An arch from the front (ascending) to the back, then down to z = -250.
AORTA = np.concatenate(
    [
        np.stack([np.zeros(30), np.full(30, -60.0), np.linspace(0.0, 58.0, 30)], 1),
        np.stack(
            [
                np.zeros(31),
                -30.0 - 30.0 * np.cos(np.linspace(0.0, np.pi, 31)),
                60.0 + 30.0 * np.sin(np.linspace(0.0, np.pi, 31)),
            ],
            1,
        ),
        np.stack([np.zeros(155), np.zeros(155), np.linspace(58.0, -250.0, 155)], 1),
    ]
)


def _line(
    start: list[float], way: list[float], length: float, zone: str, parent: int = -1, radius: float = 3.0
) -> Line:
    at = np.linspace(0.0, length, int(length) + 1)[:, None]
    points = np.array(start) + at * np.array(way) / np.linalg.norm(way)
    return Line(points, np.full(len(points), radius), parent, 0.0, zone)


def _arch(y: float) -> list[float]:
    return [0.0, y, 60.0 + float(np.sqrt(max(900.0 - (y + 30.0) ** 2, 0.0))) + 12.0]


def test_three_rising_branches_of_the_arch_are_named_in_order() -> None:
    lines = [
        _line(_arch(-12.0), [0.2, 0, 1], 60.0, "arch"),
        _line(_arch(-50.0), [-0.3, 0, 1], 60.0, "arch", radius=6.0),
        _line(_arch(-30.0), [0, 0, 1], 60.0, "arch"),
        _line([12.0, -30.0, 80.0], [1, 0, 0.1], 40.0, "arch"),
    ]
    assert named(lines, AORTA) == {
        1: "brachiocephalic-trunk",
        2: "left-common-carotid",
        0: "left-subclavian-artery",
    }


def test_two_rising_branches_share_a_trunk() -> None:
    lines = [
        _line(_arch(-12.0), [0, 0, 1], 60.0, "arch"),
        _line(_arch(-50.0), [0, 0, 1], 60.0, "arch"),
    ]
    assert named(lines, AORTA) == {1: "brachiocephalic-trunk", 0: "left-subclavian-artery"}


@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_visceral_trunks_go_by_level_and_renal_arteries_by_side(mirror: float) -> None:
    lines = [
        _line([0.0, -12.0, -100.0], [0, -1, -0.2], 20.0, "abdomen"),
        _line([0.0, -12.0, -115.0], [0, -1, -1], 80.0, "abdomen"),
        _line([-11.0 * mirror, 0.0, -125.0], [-mirror, 0, 0], 40.0, "abdomen"),
        _line([11.0 * mirror, 0.0, -128.0], [mirror, 0, 0], 40.0, "abdomen"),
        _line([11.0 * mirror, 0.0, -140.0], [mirror, 0, 0], 40.0, "abdomen", radius=1.5),
        _line([2.0, -10.0, -165.0], [0.3, -1, -1], 50.0, "abdomen"),
        _line([0.0, -32.0, -104.0], [-1, 0, 0], 40.0, "abdomen", parent=0),
        _line([0.0, -32.0, -104.0], [1, 0, 0], 60.0, "abdomen", parent=0),
    ]
    sides = ("right-renal-artery", "left-renal-artery")[:: int(mirror)]
    assert named(lines, AORTA) == {
        0: "coeliac-trunk",
        1: "superior-mesenteric-artery",
        2: sides[0],
        3: sides[1],
        5: "inferior-mesenteric-artery",
        6: "common-hepatic-artery",
        7: "splenic-artery",
    }


def test_without_branches_nothing_is_named() -> None:
    assert named([], AORTA) == {}
