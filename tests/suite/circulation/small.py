"""A small patient's vessels: aorta, two kidneys, a gut with its portal vein, a leg, the lungs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from angiosuite.anatomy.vessels.graph import Bed, Junction, System, Vessel, VesselGraph
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import settle
from angiosuite.suite.room import Room

PLUMBED = {"mass_kg": 75.0, "dome_z_mm": 200.0, "groin_z_mm": -20.0}


def vessel(
    name: str,
    system: System,
    parent: Junction | None,
    begin: tuple[float, float, float],
    end: tuple[float, float, float],
    radius_mm: float,
    *,
    away: bool,
    bed: str | None = None,
    last_mm: float | None = None,
) -> Vessel:
    """A straight vessel."""
    count = max(2, int(np.linalg.norm(np.subtract(end, begin)) / 2.0))
    along = np.linspace(0.0, 1.0, count)[:, None]
    points = np.asarray(begin) * (1.0 - along) + np.asarray(end) * along
    radius = np.linspace(radius_mm, last_mm or 0.95 * radius_mm, count)
    share = np.zeros(count)
    return Vessel(name, name.replace("-", " "), system, parent, points, radius, away, "still", share, bed)


def small_graph() -> VesselGraph:
    """Eleven vessels of blood and six beds."""
    on = Junction
    vessels = [
        vessel("aorta", "artery", None, (0, 0, 300), (0, 0, 0), 11.0, away=True, last_mm=8.0),
        vessel(
            "head-artery", "artery", on("aorta", 20.0), (0, 0, 280), (0, 0, 380), 5.0, away=True, bed="head"
        ),
        vessel(
            "coeliac-trunk",
            "artery",
            on("aorta", 140.0),
            (0, 0, 160),
            (0, -60, 160),
            4.0,
            away=True,
            bed="gut",
        ),
        vessel(
            "hepatic-artery",
            "artery",
            on("coeliac-trunk", 30.0),
            (0, -30, 160),
            (-70, -30, 170),
            2.5,
            away=True,
            bed="liver",
        ),
        vessel(
            "right-renal-artery",
            "artery",
            on("aorta", 180.0),
            (0, 0, 120),
            (-45, 5, 118),
            2.8,
            away=True,
            bed="right-kidney",
        ),
        vessel(
            "left-renal-artery",
            "artery",
            on("aorta", 178.0),
            (0, 0, 122),
            (42, 5, 120),
            2.8,
            away=True,
            bed="left-kidney",
        ),
        vessel(
            "right-common-femoral-artery",
            "artery",
            on("aorta", 300.0),
            (0, 0, 0),
            (-60, -40, -150),
            4.0,
            away=True,
            bed="leg",
        ),
        vessel("inferior-vena-cava", "vein", None, (-20, 0, 290), (-20, 0, 0), 11.0, away=False, last_mm=9.0),
        vessel(
            "right-common-femoral-vein",
            "vein",
            on("inferior-vena-cava", 290.0),
            (-20, 0, 0),
            (-70, -35, -150),
            5.0,
            away=False,
            bed="leg",
        ),
        vessel(
            "hepatic-vein",
            "vein",
            on("inferior-vena-cava", 90.0),
            (-20, 0, 200),
            (-80, -20, 190),
            4.0,
            away=False,
            bed="liver",
        ),
        vessel(
            "right-renal-vein",
            "vein",
            on("inferior-vena-cava", 170.0),
            (-20, 0, 120),
            (-45, 8, 116),
            5.0,
            away=False,
            bed="right-kidney",
        ),
        vessel(
            "left-renal-vein",
            "vein",
            on("inferior-vena-cava", 168.0),
            (-20, 0, 122),
            (42, 8, 118),
            5.0,
            away=False,
            bed="left-kidney",
        ),
        vessel("portal-vein", "portal", None, (-60, -30, 165), (0, -25, 130), 6.0, away=False, bed="gut"),
        vessel(
            "right-portal-vein",
            "portal",
            on("portal-vein", 0.0),
            (-60, -30, 165),
            (-90, -20, 170),
            5.0,
            away=True,
            bed="liver",
        ),
        vessel(
            "pulmonary-trunk",
            "pulmonary-artery",
            None,
            (0, -40, 320),
            (0, -10, 350),
            13.0,
            away=True,
            bed="lungs",
        ),
        vessel(
            "pulmonary-vein", "pulmonary-vein", None, (10, 0, 320), (60, 0, 340), 8.0, away=False, bed="lungs"
        ),
    ]
    beds = [
        Bed("head", "Head", "brain", 1100.0, 4.0, ("head-artery",), (), inside=False),
        Bed("gut", "Gut", "bowel", 1200.0, 6.0, ("coeliac-trunk",), ("portal-vein",)),
        Bed(
            "liver", "Liver", "liver", 400.0, 5.0, ("hepatic-artery", "right-portal-vein"), ("hepatic-vein",)
        ),
        Bed(
            "right-kidney",
            "Right kidney",
            "kidney",
            600.0,
            3.5,
            ("right-renal-artery",),
            ("right-renal-vein",),
        ),
        Bed("left-kidney", "Left kidney", "kidney", 600.0, 3.5, ("left-renal-artery",), ("left-renal-vein",)),
        Bed(
            "leg",
            "Leg",
            "muscle",
            1500.0,
            10.0,
            ("right-common-femoral-artery",),
            ("right-common-femoral-vein",),
            inside=False,
        ),
        Bed("lungs", "Lungs", "lung", 5400.0, 4.0, ("pulmonary-trunk",), ("pulmonary-vein",)),
    ]
    return VesselGraph({v.id: v for v in vessels}, {b.id: b for b in beds})


def flowing_in(
    body_room: Room, cache: Path | None = None, grow: Callable[[], VesselGraph] = small_graph
) -> Room:
    """A room of the small body with these vessels in it, at rest; a folder given keeps their walls."""
    room = Room(
        "small",
        "Small body",
        body_room.body,
        body_room.equipment,
        body_room.equipment_hash,
        {"mass_kg": 75.0, "egfr_ml_min": 60.0},
        grow_vessels=grow,
        cache=cache,
    )
    room._rest = settle(plumb(room.vessels, **room.plumbed), 68.0)
    return room
