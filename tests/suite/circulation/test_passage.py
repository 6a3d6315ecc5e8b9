"""A bolus into a vein and the slices that show it, on a small body with a few vessels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.kit.errors import RefusedInput
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.room import Room
from angiosuite.suite.slices.passage import PHASES_S, passage
from angiosuite.suite.slices.slices import Slices


@pytest.fixture(scope="module")
def room(flowing_room: Room) -> Room:
    return flowing_room


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("passage")


@pytest.fixture(scope="module")
def seen(room: Room, cache: Path) -> dict[str, BloodSeen]:
    return passage(room, cache)


def mean_mg_ml(room: Room, seen: BloodSeen, vessel: str) -> float:
    first = 0
    for one in lumens_of(room.vessels, room.body).lumens:
        count = len(one.nodes_mm)
        if one.name == vessel:
            return 1e3 * float(seen.lumens_g_cm3[first : first + count].mean())
        first += count
    raise KeyError(vessel)


def test_arteries_are_bright_first_and_the_portal_vein_later(room: Room, seen: dict[str, BloodSeen]) -> None:
    # CT of the abdomen: aorta some 300 HU and more at 35 s, less than half of that at 70 s; the portal vein
    # has gained on it by then (Bae, Radiology 256:32, 2010, for the courses; 26 HU a mg/ml)
    aorta = [mean_mg_ml(room, seen[phase], "aorta") for phase in ("arterial", "portal")]
    portal = [mean_mg_ml(room, seen[phase], "portal-vein") for phase in ("arterial", "portal")]
    assert 6.0 < aorta[0] < 30.0
    assert aorta[1] < 0.6 * aorta[0]
    assert portal[1] / aorta[1] > 1.1 * portal[0] / aorta[0]


def test_a_passage_that_is_kept_is_the_one_that_was_found(
    room: Room, cache: Path, seen: dict[str, BloodSeen]
) -> None:
    again = passage(room, cache)
    for phase in PHASES_S:
        assert np.array_equal(again[phase].lumens_g_cm3, seen[phase].lumens_g_cm3)
        assert np.array_equal(again[phase].beds_g_cm3, seen[phase].beds_g_cm3)


def test_slices_have_planes_phases_and_pictures(room: Room, cache: Path, seen: dict[str, BloodSeen]) -> None:
    slices = Slices(room, cache)
    ct = slices.describe()["modalities"][0]
    middle = ct["planes"]["axial"]["count"] // 2
    for phase in (one["id"] for one in ct["phases"]):
        picture = slices.picture("ct", "axial", middle, phase, "soft-tissue")
        assert picture.shape == (512, 512) and picture.dtype == np.uint8
    with pytest.raises(RefusedInput):
        slices.picture("ct", "axial", 10_000, "native", "soft-tissue")
