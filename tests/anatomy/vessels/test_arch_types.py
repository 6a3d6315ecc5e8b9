"""Types of the aortic arch: how far below its top the trunk leaves, in widths of the left common carotid."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.reference import reference
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import sites_of

ITEMS = templates()
USUAL = {site: entry.variants[0].id for site, entry in sites_of(ITEMS).items()}
PEOPLE = {
    "adult": PatientParameters(bmi=24.0, seed=1),
    "woman": PatientParameters(sex="female", bmi=24.0, seed=4),
    "slim": PatientParameters(habitus="slim", bmi=19.0, seed=1),
}


def widths_below_top(person: PatientParameters, arch_type: str) -> float:
    """From the top of the arch's lumen down to where the trunk leaves it, over the left carotid's width."""
    carrier = Carrier(physique_of(person), reference().midline_mm)
    vessels, _ = grow_arteries(person, carrier, ITEMS, {**USUAL, "arch-type": arch_type}, None)
    trunk, arch, carotid = (
        vessels[name] for name in ("brachiocephalic-trunk", "aortic-arch", "left-common-carotid")
    )
    parent = vessels[trunk.parent.vessel]
    off = np.linalg.norm(trunk.points_mm[:, None] - parent.points_mm[None], axis=2)
    nearest = off.argmin(axis=1)
    outside = off.min(axis=1) > parent.radius_mm[nearest]
    leaves = trunk.points_mm[outside.argmax(), 2]
    top = float((arch.points_mm[:, 2] + arch.radius_mm).max())
    return (top - leaves) / (2.0 * float(carotid.radius_mm[0]))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("arch_type", "least", "most"), [("type-1", -2.0, 1.0), ("type-2", 1.0, 2.0), ("type-3", 2.0, 5.0)]
)
def test_an_arch_is_of_the_type_that_it_is_called(
    person: str, arch_type: str, least: float, most: float
) -> None:
    assert least < widths_below_top(PEOPLE[person], arch_type) <= most
