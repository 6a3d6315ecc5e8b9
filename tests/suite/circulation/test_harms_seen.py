"""Harms in the picture: a spasm is drawn thinner, a false lumen beside the true one, a hole with a cloud."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.suite.circulation.beside import side_of
from angiosuite.suite.circulation.harm import Dissection, Perforation, Spasm
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.moment import Moment
from angiosuite.suite.pose import Pose, beam_geometry
from angiosuite.suite.session import Session

RENAL = "right-renal-artery"
AT_MM = 25.0
Floats = NDArray[np.float64]


def injected(session: Session) -> None:
    session.blood.place("cobra-2-5f", RENAL, 8.0, "free")
    session.blood.puff(4.0, 3.0)
    session.advance(session.clock.now_us + 1_200_000)


def looked(session: Session) -> BloodSeen:
    """What is seen now, looked at afresh."""
    assert session.blood.seeing is not None
    session.blood.seeing._last = (-1, None)
    seen = session.blood.seen()
    assert seen is not None
    return seen


def view(session: Session) -> BeamGeometry:
    """A magnified view from in front, the harmed place in its middle."""
    point, _ = session.blood.patient.drawn.vessels[RENAL].at(AT_MM)
    return beam_geometry(Pose(), point, 90.0, 256)


def drawn(session: Session, seen: BloodSeen) -> Floats:
    """How much darker the picture is for the contrast in it, without the catheter."""
    rays, geometry, paths = beam(75.0, 0.1), view(session), session.room.paths
    paths.show_vessels(session.blood.patient.drawn, session.blood.seeing.lumens)  # type: ignore[union-attr]
    bare = paths.signal(geometry, rays, Moment(), "full").astype(np.float64)
    full = paths.signal(geometry, rays, Moment(blood=replace(seen, catheter=None)), "full")
    return np.asarray(np.log(bare / full))


def across(session: Session, image: Floats, at_mm: float) -> tuple[Floats, Floats]:
    """The picture along a line across the vessel at a place: mm from its middle, to the side; darkness."""
    vessel, geometry = session.blood.patient.drawn.vessels[RENAL], view(session)
    point, _ = vessel.at(at_mm)
    side = side_of(vessel, np.array([at_mm]))[0]
    off = np.linspace(-9.0, 9.0, 361)
    places = np.array([geometry.project_points(point + d * side) for d in off])
    rows, columns = np.rint(places).astype(int).T
    return off, image[rows, columns]


def width_mm(off: Floats, dark: Floats) -> float:
    """Full width at half of the darkest."""
    return float(np.ptp(off[dark > 0.5 * dark.max()]))


def test_a_vessel_in_spasm_is_thinner_where_it_is_narrow_and_as_dense_as_before(flowing: Session) -> None:
    injected(flowing)
    before = looked(flowing)
    image = drawn(flowing, before)
    flowing.blood.harms.apply(Spasm(RENAL, AT_MM, 16.0, 0.2, 1.0, 600.0, 60.0))
    flowing.blood.harms.narrowed.spasms[0].strength = 1.0
    flowing.blood.harms.narrowed.version += 1
    after = looked(flowing)
    assert after.width is not None and after.width.min() == pytest.approx(0.2**0.5, abs=0.05)
    assert np.array_equal(before.lumens_g_cm3, after.lumens_g_cm3), "the blood holds what it held"
    narrow = drawn(flowing, after)
    wide, thin = (width_mm(*across(flowing, one, AT_MM)) for one in (image, narrow))
    assert thin == pytest.approx(0.2**0.5 * wide, rel=0.25)
    beyond = [width_mm(*across(flowing, one, AT_MM - 14.0)) for one in (image, narrow)]
    assert beyond[1] == pytest.approx(beyond[0], abs=0.2)


def test_what_left_through_a_hole_stays_beside_the_vessel(flowing: Session) -> None:
    injected(flowing)
    flowing.blood.harms.apply(Perforation(RENAL, AT_MM, 0.8, 1.0, 5.0, 900.0))
    flowing.blood.puff(4.0, 3.0)
    flowing.advance(flowing.clock.now_us + 1_500_000)
    assert flowing.blood.harms.outside
    flowing.advance(flowing.clock.now_us + 8_000_000)
    seen = looked(flowing)
    cloud = np.concatenate([one.points_mm for one in seen.beside])
    vessel = flowing.blood.patient.drawn.vessels[RENAL]
    point, radius = vessel.at(AT_MM)
    away = np.linalg.norm(cloud - point, axis=1)
    assert away.min() > radius and away.max() < 30.0, "outside the lumen, by the hole"
    off, dark = across(flowing, drawn(flowing, seen), AT_MM)
    assert off[int(dark.argmax())] > radius, "the vessel has washed out, the cloud stays"


def test_a_false_lumen_lies_beside_the_true_one_and_keeps_contrast(flowing: Session) -> None:
    injected(flowing)
    flowing.blood.harms.apply(Dissection(RENAL, 12.0, 28.0, True, 0.35, 0.35, 0.5, 1.5, False))
    flowing.blood.puff(4.0, 3.0)
    flowing.advance(flowing.clock.now_us + 1_200_000)
    full = looked(flowing)
    assert full.aside_mm is not None and len(full.beside) == 2
    vessel = flowing.blood.patient.drawn.vessels[RENAL]
    _, radius = vessel.at(AT_MM)
    assert np.linalg.norm(full.aside_mm, axis=1).max() == pytest.approx(radius * (1.0 - 0.35**0.5), rel=0.2)
    true = drawn(flowing, replace(full, beside=()))
    off, dark = across(flowing, true, AT_MM)
    assert (off * dark).sum() / dark.sum() < -0.2 * radius, "the true lumen touches the wall across"
    off, both = across(flowing, drawn(flowing, full), AT_MM)
    assert ((both - dark) * off).sum() / (both - dark).sum() > 0.0, "the false one lies on its other side"


def test_what_is_seen_of_harms_is_restored_exactly(flowing: Session) -> None:
    injected(flowing)
    flowing.blood.harms.apply(Dissection(RENAL, 12.0, 28.0, True, 0.35, 0.35, 0.5, 1.5, False))
    flowing.blood.harms.apply(Perforation(RENAL, AT_MM, 0.8, 1.0, 5.0, 900.0))
    flowing.blood.puff(4.0, 3.0)
    flowing.advance(flowing.clock.now_us + 1_200_000)
    seen = looked(flowing)
    again = BloodSeen.of(json.loads(json.dumps(seen.plain())))
    assert again.width is not None and np.array_equal(again.width, seen.width)
    assert again.aside_mm is not None and np.array_equal(again.aside_mm, seen.aside_mm)
    assert [one.shape for one in again.beside] == [one.shape for one in seen.beside]
    assert [one.iodine_g_cm3 for one in again.beside] == [one.iodine_g_cm3 for one in seen.beside]
