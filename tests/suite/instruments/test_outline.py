"""Outlines of instruments at rest: their lengths, their arcs, and which way they run."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.content.shaft import Bend
from angiosuite.suite.instruments.outline import curve_mm, outline_mm, with_curve

DEVICES = {name: loaded.item for name, loaded in load_library().items["devices"].items()}
COURSE = np.stack([np.zeros(31), np.zeros(31), np.linspace(-30.0, 30.0, 31)], axis=1)


def device(name: str) -> DeviceItem:
    item = DEVICES[name]
    assert isinstance(item, DeviceItem)
    return item


def bends(*given: float | list[float]) -> tuple[Bend, ...]:
    return tuple(Bend.model_validate(one) for one in given)


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_every_instrument_has_an_outline_and_what_has_no_shaft_none(name: str) -> None:
    part = device(name).part
    outline = outline_mm(device(name))
    if part.kind not in ("guide-wire", "catheter", "sheath", "dilator", "needle"):
        assert outline == []
        return
    points = np.array(outline)
    curve = sum(bend.length_mm for bend in getattr(part, "rest_shape", ()))
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    whole = min(max(120.0, curve + 60.0), 10.0 * part.length_cm)
    assert length == pytest.approx(whole, rel=0.003)
    assert outline[0] == [0.0, 0.0] and points[1, 0] == 0.0 and points[1, 1] > 0.0, "up from the origin"
    turned = sum(bend.turn_deg or 0.0 for bend in getattr(part, "rest_shape", ()))
    last = points[-1] - points[-2]
    heading = np.rad2deg(np.arctan2(last[0], last[1]))
    assert abs((heading - turned + 180.0) % 360.0 - 180.0) < 6.0, "the tip looks where all its bends turn it"
    assert outline_mm(device(name)) == outline


def test_a_pigtail_is_a_circle_of_its_radius() -> None:
    part = device("pigtail-5f").catheter
    points = np.array(outline_mm(device("pigtail-5f")))
    radius = part.rest_shape[1].radius_mm
    assert radius is not None
    arc = points[2:-2] - (points[1] + np.array([radius, 0.0]))
    assert np.linalg.norm(arc, axis=1) == pytest.approx(radius, abs=0.02)


def test_what_fingers_gave_a_tip_takes_the_place_of_its_curve() -> None:
    bare = np.array(outline_mm(device("microwire-014-shapeable-190")))
    shaped = np.array(outline_mm(device("microwire-014-shapeable-190"), bends([3.0, 60.0])))
    assert np.ptp(bare[:, 0]) == 0.0
    assert np.ptp(shaped[:, 0]) == pytest.approx(3.0 * (1.0 - np.cos(np.deg2rad(60.0))), abs=0.02)


def test_a_curve_lies_on_its_arcs_and_begins_along_z() -> None:
    shape = curve_mm(bends(4.0, [6.0, 180.0]))
    assert np.array_equal(shape[0], np.zeros(3)) and not shape[:, 1].any()
    assert np.linalg.norm(np.diff(shape, axis=0), axis=1).max() <= 2.0
    arc = shape[shape[:, 2] > 1e-6] - np.array([6.0, 0.0, 0.0])
    assert np.linalg.norm(arc, axis=1) == pytest.approx(6.0, abs=1e-6)
    assert shape[-1] == pytest.approx([12.0, 0.0, -4.0], abs=1e-6), "half a turn, then 4 mm back"


def test_a_curve_goes_on_where_the_shaft_ends_and_turns_with_it() -> None:
    shape = curve_mm(bends([6.0, 330.0]))
    whole = with_curve(COURSE, shape, roll_deg=90.0)
    assert len(whole) == len(COURSE) + len(shape) - 1
    ahead = whole[len(COURSE)] - COURSE[-1]
    assert ahead / np.linalg.norm(ahead) == pytest.approx([0, 0, 1.0], abs=0.1)
    assert np.ptp(whole[:, 0]) < 1e-6 and np.ptp(whole[:, 1]) == pytest.approx(12.0, abs=0.1)
