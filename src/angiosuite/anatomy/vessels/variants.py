"""Where people are built differently: one variant of each site, drawn by published prevalence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from angiosuite.content.vessel_template import SiteEntry, VesselTemplateItem
from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.kit.randomness import generator

__all__ = ["draw_variants", "sites_of"]


def sites_of(items: Iterable[VesselTemplateItem]) -> dict[str, SiteEntry]:
    """All sites of templates, by id."""
    return {site.id: site for item in items for site in item.sites}


def draw_variants(
    sites: Mapping[str, SiteEntry], seed: int, chosen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variant of each site in one patient.

    Parameters
    ----------
    sites : mapping of id to SiteEntry
    seed : int
        The patient's.
    chosen : mapping of site to variant, optional
        What the patient's content says; the other sites are drawn.

    Raises
    ------
    RefusedInput
        When a chosen site or variant is not known.

    Notes
    -----
    **Model** each site has a stream of its own, so that a new site or a choice at one leaves the others
    as they were; sites are independent of one another. **Source** prevalence: each variant's entry.
    Held by ``tests/anatomy/vessels/test_variants.py`` (chi-square over 10 000 seeds).
    """
    chosen = chosen or {}
    for site, variant in chosen.items():
        known = [v.id for v in sites[site].variants] if site in sites else []
        if variant not in known:
            raise RefusedInput(
                f"Site '{site}' has no variant '{variant}'" if known else f"No site is called '{site}'",
                code="variant-unknown",
                where="variants",
                value=f"{site}: {variant}",
                way_out=did_you_mean(variant, known) if known else did_you_mean(site, sites),
            )
    return {name: chosen.get(name) or _drawn(site, seed) for name, site in sites.items()}


def _drawn(site: SiteEntry, seed: int) -> str:
    place = float(generator(seed, f"anatomy-variant-{site.id}").random())
    for variant in site.variants:
        place -= variant.share
        if place < 0.0:
            return variant.id
    return site.variants[-1].id
