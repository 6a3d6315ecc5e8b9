"""How much blood each bed of a patient gets at rest: cardiac output, shared out by organ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.graph import Bed

__all__ = ["ORGAN_SHARE", "cardiac_output_ml_min", "rescaled"]

#: Cardiac output of the reference man (175 cm, 24 kg/m2, 55 years), ml/min, and his body surface, m2.
REFERENCE_OUTPUT_ML_MIN, REFERENCE_SURFACE_M2, REFERENCE_AGE = 5750.0, 1.89, 55
#: Loss of output a year.
AGEING = 0.003
#: Share of the output by kind of bed; the kinds that are not named here take what is left.
ORGAN_SHARE: Mapping[str, float] = {
    "kidney": 0.19, "brain": 0.12, "bowel": 0.14, "liver": 0.065, "heart": 0.04, "spleen": 0.03,
    "stomach": 0.01, "pancreas": 0.01, "adrenal": 0.003,
}  # fmt: skip


def cardiac_output_ml_min(parameters: PatientParameters) -> float:
    """Cardiac output at rest, ml/min.

    Notes
    -----
    **Model** in proportion to body surface (Mosteller), 0.3 % less a year of age, between 4 and 7.5 l/min.
    **Source** output and organ shares: reference-man table (ICRP style, 6.5 l/min), rescaled to 5.75 l/min;
    slope with age from memory. **Valid for** adults at rest. Held by tests/anatomy/vessels/test_perfusion.py.
    """
    mass = parameters.index * (parameters.height / 100.0) ** 2
    surface = (parameters.height * mass / 3600.0) ** 0.5
    age = 1.0 - AGEING * (parameters.age_years - REFERENCE_AGE)
    return float(min(max(REFERENCE_OUTPUT_ML_MIN * surface / REFERENCE_SURFACE_M2 * age, 4000.0), 7500.0))


def rescaled(beds: Mapping[str, Bed], parameters: PatientParameters) -> dict[str, Bed]:
    """The beds with flows that add up to the cardiac output, organ by organ.

    Within an organ each bed keeps its part. Beds that pulmonary arteries feed are not part of the
    systemic output and keep what they have.
    """
    output = cardiac_output_ml_min(parameters)
    systemic = {name: bed for name, bed in beds.items() if not is_pulmonary(bed)}
    total: dict[str, float] = {}
    for bed in systemic.values():
        kind = bed.kind if bed.kind in ORGAN_SHARE else "rest"
        total[kind] = total.get(kind, 0.0) + bed.flow_ml_min
    wanted = {kind: output * ORGAN_SHARE[kind] for kind in total if kind != "rest"}
    wanted["rest"] = output - sum(wanted.values())
    result = dict(beds)
    for name, bed in systemic.items():
        kind = bed.kind if bed.kind in ORGAN_SHARE else "rest"
        result[name] = replace(bed, flow_ml_min=bed.flow_ml_min * wanted[kind] / total[kind])
    return result


def is_pulmonary(bed: Bed) -> bool:
    """Whether a bed lies between pulmonary arteries and pulmonary veins."""
    return bed.id in ("right-lung", "left-lung")
