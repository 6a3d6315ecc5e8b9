"""Veins, portal and pulmonary vessels and ducts: direction, place beside arteries and labels, drains."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.labelsource import BaseBody
from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.drains import drains_of, drains_table
from angiosuite.anatomy.vessels.graph import Bed, Vessel
from angiosuite.anatomy.vessels.reference import reference as shipped
from angiosuite.anatomy.vessels.veins import carried_veins, vein_reference, vein_templates

VENOUS_BLOOD = 8
USUAL = {"left-renal-vein": "usual", "vena-cava": "usual"}


@pytest.fixture(scope="module")
def veins() -> dict[str, Vessel]:
    parameters = PatientParameters()
    return carried_veins(parameters, Carrier(physique_of(parameters), shipped().midline_mm), USUAL)


def test_blood_runs_to_the_heart_in_veins_and_away_from_the_portal_vein(veins: dict[str, Vessel]) -> None:
    away = {vessel.id for vessel in veins.values() if vessel.away}
    assert {"portal-vein", "right-portal-vein", "left-lateral-portal-vein", "right-pulmonary-artery"} <= away
    into = {
        "superior-mesenteric-vein",
        "splenic-vein",
        "inferior-vena-cava",
        "common-bile-duct",
        "left-ureter",
    }
    assert not into & away
    assert all(not vessel.away for vessel in veins.values() if vessel.system == "vein")


def test_roots_are_those_that_the_graph_names(veins: dict[str, Vessel]) -> None:
    roots = {vessel.id for vessel in veins.values() if vessel.parent is None}
    assert roots == {
        "superior-vena-cava", "inferior-vena-cava", "coronary-sinus", "portal-vein", "pulmonary-trunk",
        "right-superior-pulmonary-vein", "right-inferior-pulmonary-vein", "left-superior-pulmonary-vein",
        "left-inferior-pulmonary-vein", "common-bile-duct", "urethra",
    }  # fmt: skip


def test_every_lumen_begins_on_its_parents_middle(veins: dict[str, Vessel]) -> None:
    for vessel in veins.values():
        if vessel.parent is not None:
            point, radius = veins[vessel.parent.vessel].at(vessel.parent.at_mm)
            assert np.linalg.norm(vessel.points_mm[0] - point) < 0.3, vessel.id
            sac = vessel.id in ("gallbladder", "urinary-bladder") or vessel.id.endswith("renal-pelvis")
            assert vessel.radius_mm[0] <= radius + 1e-6 or sac, vessel.id


def test_veins_narrow_outwards(veins: dict[str, Vessel]) -> None:
    for vessel in veins.values():
        if vessel.system in ("vein", "portal", "pulmonary-vein"):
            assert (np.diff(vessel.radius_mm) <= 1e-9).all(), vessel.id


@pytest.mark.parametrize(
    "name", ["inferior-vena-cava", "portal-vein", "superior-mesenteric-vein", "splenic-vein",
             "left-renal-vein", "right-renal-vein", "right-hepatic-vein", "left-common-iliac-vein",
             "right-external-iliac-vein"],
)  # fmt: skip
def test_a_labelled_vein_runs_in_the_labels_blood(name: str, reference: BaseBody) -> None:
    line = vein_reference().lines_mm[name]
    line = line[(line[:, 2] > 20.0) & (line[:, 2] < 290.0)]
    index = np.rint((line - reference.origin_mm) / reference.spacing_mm).astype(int)
    near = np.zeros(len(index), bool)
    for k, j, i in np.ndindex(3, 3, 3):
        at = (index[:, 2] + k - 1, index[:, 1] + j - 1, index[:, 0] + i - 1)
        near |= reference.labels[at] == VENOUS_BLOOD
    assert near.mean() > 0.85


def test_the_left_renal_vein_crosses_in_front_of_the_aorta(veins: dict[str, Vessel]) -> None:
    parameters = PatientParameters()
    aorta = Carrier(physique_of(parameters), shipped().midline_mm).world(shipped().lines_mm["aorta"])
    vein = veins["left-renal-vein"].points_mm
    here = aorta[np.abs(aorta[:, 2] - vein[:, 2].mean()).argmin()]
    crossing = vein[np.abs(vein[:, 0] - here[0]).argmin()]
    assert crossing[1] < here[1] - 10.0


@pytest.mark.parametrize("variant", ["usual", "retroaortic", "circumaortic"])
def test_left_renal_veins_lie_where_their_variant_says(variant: str) -> None:
    parameters = PatientParameters()
    carrier = Carrier(physique_of(parameters), shipped().midline_mm)
    found = carried_veins(parameters, carrier, {"left-renal-vein": variant, "vena-cava": "usual"})
    aorta = carrier.world(shipped().lines_mm["aorta"])

    def behind(name: str) -> bool:
        vein = found[name].points_mm
        here = aorta[np.abs(aorta[:, 2] - vein[:, 2].mean()).argmin()]
        return bool(vein[np.abs(vein[:, 0] - here[0]).argmin(), 1] > here[1] + 9.0)

    assert behind("left-renal-vein") is (variant == "retroaortic")
    assert ("posterior-left-renal-vein" in found) is (variant == "circumaortic")
    if variant == "circumaortic":
        joins = found["posterior-left-renal-vein"].joins
        assert behind("posterior-left-renal-vein") and joins is not None and joins.vessel == "left-renal-vein"


def test_a_second_vena_cava_takes_the_left_leg() -> None:
    parameters = PatientParameters()
    carrier = Carrier(physique_of(parameters), shipped().midline_mm)
    found = carried_veins(parameters, carrier, {"left-renal-vein": "usual", "vena-cava": "double"})
    parent = found["left-common-iliac-vein"].parent
    assert parent is not None and parent.vessel == "left-inferior-vena-cava"


def test_the_portal_vein_lies_in_front_of_the_vena_cava(veins: dict[str, Vessel]) -> None:
    cava, portal = veins["inferior-vena-cava"].points_mm, veins["portal-vein"].points_mm
    level = cava[np.abs(cava[:, 2] - portal[-1, 2]).argmin()]
    assert portal[-1, 1] < level[1] - 5.0


def test_a_womans_veins_are_narrower_than_a_mans_of_her_height(veins: dict[str, Vessel]) -> None:
    woman = PatientParameters(sex="female", height_cm=175.0)
    hers = carried_veins(woman, Carrier(physique_of(woman), shipped().midline_mm), USUAL)
    assert hers["inferior-vena-cava"].radius_mm[0] < veins["inferior-vena-cava"].radius_mm[0]


def test_the_table_of_drains_names_known_veins(veins: dict[str, Vessel]) -> None:
    named = {vein for drains in drains_table().values() for vein in drains}
    assert named <= set(veins)


def test_an_unknown_bed_drains_into_the_nearest_vein_of_its_system_and_side(veins: dict[str, Vessel]) -> None:
    line = np.array([[-60.0, 0.0, 20.0], [-90.0, -20.0, -150.0]])
    feeder = Vessel("x", "x", "artery", None, line, np.ones(2), True, "still", np.zeros(2), bed="right-knee")
    spleen = Bed("accessory-spleen", "x", "spleen", 5.0, 4.0, ("x",), ())
    knee = Bed("right-knee", "x", "muscle", 5.0, 4.0, ("x",), ())
    found = drains_of({b.id: b for b in (knee, spleen)}, {**veins, "x": feeder})
    assert found["right-knee"].drains[0].startswith("right-") and "femoral" in found["right-knee"].drains[0]
    assert veins[found["accessory-spleen"].drains[0]].system == "portal"


def test_the_templates_hold_no_bed_that_an_artery_should_name() -> None:
    assert all(vessel.bed is None for item in vein_templates() for vessel in item.vessels)


def test_gallbladder_and_bladder_are_sacs(veins: dict[str, Vessel]) -> None:
    for name, low, high in (("gallbladder", 15.0, 50.0), ("urinary-bladder", 70.0, 200.0)):
        vessel = veins[name]
        steps = np.diff(vessel.arc_mm)
        r0, r1 = vessel.radius_mm[:-1], vessel.radius_mm[1:]
        volume = float((np.pi / 3.0 * steps * (r0 * r0 + r0 * r1 + r1 * r1)).sum() * 1e-3)
        assert low < volume < high, name
