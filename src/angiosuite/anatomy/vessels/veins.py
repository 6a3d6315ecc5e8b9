"""Veins, portal and pulmonary vessels and ducts: templates carried to the patient, with their directions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import yaml

from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.anchors import Anchors
from angiosuite.anatomy.vessels.arteries import _carried
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.graph import Vessel
from angiosuite.anatomy.vessels.laying import lay
from angiosuite.anatomy.vessels.reference import REFERENCE_FOLDER, Reference, reference
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.templates import vessels_of
from angiosuite.anatomy.vessels.variants import draw_variants, sites_of
from angiosuite.content.vessel_template import VesselTemplateItem

__all__ = ["TRUNKS_AWAY", "carried_veins", "vein_reference", "vein_templates", "vein_variants"]

#: Portal vessels in which blood runs from the first point to the last; the others feed the portal vein.
TRUNKS_AWAY = (
    "portal-vein", "right-portal", "left-portal", "right-anterior",
    "right-posterior", "left-medial", "left-lateral",
)  # fmt: skip
#: Sacs: half width (mm) at even shares of the length.
SACS: Mapping[str, tuple[float, ...]] = {
    "gallbladder": (2.0, 7.0, 9.5, 11.0, 11.5, 11.0, 8.5, 2.0),
    "right-renal-pelvis": (2.0, 4.5, 6.0, 5.5),
    "left-renal-pelvis": (2.0, 4.5, 6.0, 5.5),
    "urinary-bladder": (4.0, 20.0, 27.0, 30.0, 30.0, 27.0, 19.0, 3.0),
}


@lru_cache(maxsize=1)
def vein_reference() -> Reference:
    """The reference body's landmarks and lines, with those of veins and ducts."""
    told = json.loads((REFERENCE_FOLDER / "veins.json").read_text(encoding="utf-8"))
    own = {name: np.asarray(line, np.float64) for name, line in told["lines_mm"].items()}
    known = reference()
    return replace(known, lines_mm={**known.lines_mm, **own})


@lru_cache(maxsize=1)
def vein_templates() -> tuple[VesselTemplateItem, ...]:
    """The shipped templates of everything but arteries, parents' regions first."""
    folder = REFERENCE_FOLDER.parent / "_veins"
    items = [
        VesselTemplateItem.model_validate_json(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8"))))
        for path in sorted(folder.glob("*/template.yaml"))
    ]
    return tuple(sorted(items, key=lambda item: (item.order, item.id)))


def vein_variants(
    parameters: PatientParameters,
    variants: Mapping[str, str],
    items: Sequence[VesselTemplateItem] | None = None,
) -> dict[str, str]:
    """The variants that are known, and for the veins' sites that are not among them what the seed draws."""
    sites = sites_of(vein_templates() if items is None else items)
    known = {site: variant for site, variant in variants.items() if site in sites}
    return {**variants, **draw_variants(sites, parameters.seed, known)}


def carried_veins(
    parameters: PatientParameters,
    carrier: Carrier,
    variants: Mapping[str, str],
    items: Sequence[VesselTemplateItem] | None = None,
    bones: Clearance | None = None,
) -> dict[str, Vessel]:
    """Every vein, portal and pulmonary vessel and duct that a template names, parents before children.

    Notes
    -----
    **Model** the course of the labelled vein where the label map has one, else a drawn course; direction by
    system: away in pulmonary arteries and from the portal vein onwards, back to the heart (or out) elsewhere.
    **Source** SPL abdominal atlas, modified, for the labelled ones; the rest as its template says.
    **Valid for** patients grown from the reference body. Held by tests/anatomy/vessels/test_veins.py.
    """
    items = vein_templates() if items is None else items
    drawn = vein_variants(parameters, variants, items)
    placed = [p for p in vessels_of(items, parameters.sex, drawn) if p.entry.system != "artery"]
    anchors = Anchors(vein_reference(), items, parameters.seed)
    laid = lay(placed, anchors, (bones or Clearance.of_bones(),), parameters.seed, parameters.age_years)
    vessels: dict[str, Vessel] = {}
    for each in laid.values():
        vessel = _carried(each, vessels, laid, carrier, parameters)
        vessel = replace(vessel, away=_is_away(vessel))
        vessels[vessel.id] = _widened(vessel, carrier) if vessel.id in SACS else vessel
    return vessels


def _is_away(vessel: Vessel) -> bool:
    if vessel.system == "portal":
        return vessel.id.startswith(TRUNKS_AWAY)
    return vessel.system in ("artery", "pulmonary-artery")


def _widened(vessel: Vessel, carrier: Carrier) -> Vessel:
    """A sac: points evenly spaced, with the radii of the table."""
    widths = SACS[vessel.id]
    share = np.linspace(0.0, 1.0, 24)
    at = share * vessel.length_mm
    points = np.stack([np.interp(at, vessel.arc_mm, vessel.points_mm[:, k]) for k in range(3)], axis=1)
    radius = carrier.calibre * np.interp(share, np.linspace(0.0, 1.0, len(widths)), widths)
    moves = np.interp(at, vessel.arc_mm, vessel.share)
    return replace(vessel, points_mm=points, radius_mm=radius, share=moves)
