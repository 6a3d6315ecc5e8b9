"""Variants come as often as published, one site at a time, and every one of them grows a whole tree."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.reference import reference
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import draw_variants, sites_of
from angiosuite.kit.errors import RefusedInput

ITEMS = templates()
SITES = sites_of(ITEMS)
EACH = [(site.id, variant.id) for site in SITES.values() for variant in site.variants]


@pytest.mark.parametrize("site", sorted(SITES))
def test_variants_are_as_frequent_as_their_sources_say(site: str) -> None:
    """Seeds 10 000 to 19 999; of five blocks of ten thousand at four sites, one of twenty misses p = 0.01."""
    only = {site: SITES[site]}
    drawn = Counter(draw_variants(only, seed)[site] for seed in range(10_000, 20_000))
    shares = {variant.id: variant.share for variant in SITES[site].variants}
    seen = [drawn[name] for name in shares]
    assert sum(seen) == 10_000
    assert chisquare(seen, [10_000 * share for share in shares.values()]).pvalue > 0.01


def test_a_choice_at_one_site_leaves_the_others_as_drawn() -> None:
    free = draw_variants(SITES, 7)
    chosen = draw_variants(SITES, 7, {"hepatic": "both"})
    assert chosen == {**free, "hepatic": "both"}


@pytest.mark.parametrize("choice", [{"hepatic": "bovine"}, {"no-site": "usual"}])
def test_a_strange_choice_is_refused_with_a_way_out(choice: dict[str, str]) -> None:
    with pytest.raises(RefusedInput) as refused:
        draw_variants(SITES, 1, choice)
    assert refused.value.code == "variant-unknown"


@pytest.mark.parametrize(("site", "variant"), EACH)
def test_every_variant_grows_a_tree_whose_beds_are_all_fed(site: str, variant: str) -> None:
    person = PatientParameters(seed=3)
    carrier = Carrier(physique_of(person), reference().midline_mm)
    drawn = draw_variants(SITES, 3, {site: variant})
    vessels, beds = grow_arteries(person, carrier, ITEMS, drawn, ())
    usual, usual_beds = grow_arteries(
        person, carrier, ITEMS, {s: v.variants[0].id for s, v in SITES.items()}, ()
    )
    assert set(beds) == set(usual_beds)
    assert set(usual) - set(vessels) <= {"brachiocephalic-trunk"}
    assert all(np.isfinite(vessel.points_mm).all() for vessel in vessels.values())


def test_a_replaced_right_hepatic_artery_comes_from_the_superior_mesenteric_behind_the_portal_vein() -> None:
    person = PatientParameters()
    carrier = Carrier(physique_of(person), reference().midline_mm)
    drawn = draw_variants(SITES, 1, {"hepatic": "right-from-superior-mesenteric"})
    vessels, _ = grow_arteries(person, carrier, ITEMS, drawn, ())
    artery = vessels["right-hepatic-artery"]
    assert artery.parent is not None
    assert artery.parent.vessel == "superior-mesenteric-artery"
    root = vessels["superior-mesenteric-artery"].parent
    assert root is not None
    _, wall_mm = vessels[root.vessel].at(root.at_mm)
    beyond_mm = artery.parent.at_mm - wall_mm  # 27.3 (SD 6.8) mm; lumen 3.3 (1.2) mm: Staskiewicz 2015
    assert abs(beyond_mm - 27.3) < 6.8
    assert abs(2.0 * artery.radius_mm[0] - 3.3) < 1.2
    assert vessels["right-posterior-hepatic-artery"].parent.vessel == "right-hepatic-artery"
