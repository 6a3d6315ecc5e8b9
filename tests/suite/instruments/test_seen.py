"""Instruments in pictures of a room: restored exactly, shown in every picture, moved with the patient."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.layers import Phase
from angiosuite.suite import machine
from angiosuite.suite.circulation.catheter_seen import CatheterSeen
from angiosuite.suite.collimator import Collimator
from angiosuite.suite.instruments.drawn import drawn_of
from angiosuite.suite.instruments.seen import InstrumentsSeen, ToolSeen
from angiosuite.suite.moment import Moment, plain_moment, restored_moment
from angiosuite.suite.pose import Pose, beam_geometry
from angiosuite.suite.room import Room

WIRE, TUBE = "wire-hydrophilic-035-angled-180", "cobra-2-5f"


def device(name: str) -> DeviceItem:
    item = load_library().get("devices", name).item
    assert isinstance(item, DeviceItem)
    return item


def course(to_mm: float, at_mm: tuple[float, float, float] = (40.0, 0.0, 0.0)) -> NDArray[np.float64]:
    z = np.arange(-90.0, to_mm, 3.0)
    return np.stack([np.full_like(z, at_mm[0]), np.full_like(z, at_mm[1]), z + at_mm[2]], axis=1)


def lying(middle: NDArray[np.float64]) -> InstrumentsSeen:
    along = course(60.0)
    wire = ToolSeen(middle + along, drawn_of(device(WIRE)), around_g_cm3=np.linspace(0.0, 0.1, len(along)))
    return InstrumentsSeen((wire, ToolSeen(middle + course(20.0), drawn_of(device(TUBE)), 0.3, 0.1, 0.05)))


def test_they_are_restored_as_they_were_even_through_a_checkpoint(small_room: Room) -> None:
    seen = lying(small_room.reference_mm)
    text = json.dumps(seen.plain())
    again = InstrumentsSeen.restored(json.loads(text))
    assert len(text) < 8000, "some of them are in every checkpoint"
    for one, other in zip(seen.tools, again.tools, strict=True):
        assert one.points_mm.dtype == np.float32 and np.array_equal(one.points_mm, other.points_mm)
        assert one.drawn == other.drawn
        assert (one.iodine_g_cm3, one.gas_share) == (other.iodine_g_cm3, other.gas_share)
        assert np.array_equal(one.around_g_cm3, other.around_g_cm3)


def test_a_moment_keeps_them_and_an_older_one_has_none(small_room: Room) -> None:
    moment = Moment(3.0, 0.4, instruments=lying(small_room.reference_mm))
    plain = json.loads(json.dumps(plain_moment(moment)))
    again = restored_moment(plain)
    assert again.instruments is not None and plain_moment(again) == plain
    del plain["instruments"]
    assert restored_moment(plain).instruments is None


@pytest.mark.parametrize("rotation_deg", [0.0, 60.0])
def test_picture_and_measure_show_them_where_they_are(small_room: Room, rotation_deg: float) -> None:
    middle, rays = small_room.reference_mm, beam(75.0, 0.1)
    geometry = beam_geometry(Pose(rotation_deg=rotation_deg), middle, 226.0, 256)
    bare, shown = Moment(), Moment(instruments=lying(middle))
    before, metered_before = small_room.paths.signal_and_measure(geometry, rays, bare, "full")
    after, metered = small_room.paths.signal_and_measure(geometry, rays, shown, "full")
    changed = np.log(before / after)
    for at_mm, least in (((40.0, 0.0, -30.0), 0.3), ((40.0, 0.0, 40.0), 0.3)):
        row, column = np.rint(geometry.project_points(middle + np.array(at_mm))).astype(int)
        assert changed[row, column - 1 : column + 2].max() > least
        assert np.abs(np.delete(changed[row], np.s_[column - 8 : column + 9])).max() < 1e-5
    lost, lost_there = float((before - after).mean()), float((metered_before - metered).mean())
    assert lost > 0 and lost_there == pytest.approx(lost, rel=0.35), "its cells take the mean path"


def test_they_move_with_a_patient_who_moves(small_room: Room) -> None:
    middle, rays = small_room.reference_mm, beam(75.0, 0.1)
    geometry = beam_geometry(Pose(), middle, 226.0, 256)
    seen, shift = lying(middle), (0.0, 0.0, 8.0)
    changed = [
        np.log(
            small_room.paths.signal(geometry, rays, Moment(shift_mm=by), "full")
            / small_room.paths.signal(geometry, rays, Moment(shift_mm=by, instruments=seen), "full")
        )
        for by in ((0.0, 0.0, 0.0), shift)
    ]
    tips = [int(np.flatnonzero(one.max(axis=1) > 0.2)[0]) for one in changed]
    there = [
        geometry.project_points(seen.tools[0].points_mm[-1] + np.array(by))[0] for by in ((0, 0, 0), shift)
    ]
    assert tips[0] - tips[1] == pytest.approx(there[0] - there[1], abs=1.0) and tips[0] - tips[1] > 5


def test_a_held_picture_drawn_later_shows_what_lay_there(small_room: Room) -> None:
    held = []
    for instruments in (None, lying(small_room.reference_mm)):
        picture, settings = small_room.picture(0), small_room.default_settings()
        picture.begin(0)
        for number in range(3):
            picture.expose(
                t_us=number * 66_667, pose=Pose(), settings=settings, collimator=Collimator(),
                order=machine.fluoroscopy(small_room.equipment, settings, False),
                moment=Moment(instruments=instruments), quality="full", frame=number + 1, drawn=False,
            )  # fmt: skip
        found = picture.hold(settings)
        assert found is not None
        held.append(np.asarray(found.raw, np.float64))
    assert np.abs(held[1] / held[0] - 1.0).max() > 0.1


def test_a_catheter_that_was_put_down_is_restored_and_one_of_an_older_release_too() -> None:
    points = course(20.0)
    seen = CatheterSeen(points, np.zeros(len(points)), ("",) * len(points), drawn_of(device(TUBE)), 0.2)
    again = CatheterSeen.restored(json.loads(json.dumps(seen.plain())))
    assert again.drawn == seen.drawn and np.array_equal(again.points_mm, points)
    shown = again.shown({}, Phase())
    assert shown.iodine_g_cm3 == 0.2 and np.allclose(shown.points_mm, points, atol=1e-4)
    node = np.arange(len(points)) - 1
    lies = CatheterSeen(points, np.zeros(len(points)), ("",) * len(points), drawn_of(device(TUBE)), 0.2, node)
    lies = CatheterSeen.restored(json.loads(json.dumps(lies.plain())))
    held = np.linspace(0.1, 0.2, len(points), dtype=np.float32)
    around = np.asarray(lies.shown({}, Phase(), held).around_g_cm3)
    assert around[0] == 0.0 and np.array_equal(around[1:], held[:-1])
    old = {**seen.plain(), "radii": [0.8, 0.5]}
    del old["drawn"]
    (section,) = CatheterSeen.restored(old).drawn.sections
    assert (section.outer_mm, section.bore_mm) == (0.8, 0.5)
