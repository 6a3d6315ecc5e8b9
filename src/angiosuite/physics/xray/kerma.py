"""Air kerma along the beam: inverse square, reference point, kerma-area product."""

from __future__ import annotations

from angiosuite.physics.xray.beam import Technique, beam

REFERENCE_TO_ISOCENTRE_MM = 150.0
"""The patient entrance reference point lies on the central ray, 15 cm from the isocentre toward the tube."""
LIMIT_BEFORE_RECEPTOR_MM = 300.0
"""Where the kerma rate of a C-arm is limited: 30 cm before the image receptor."""


def kerma_at_ugy(technique: Technique, distance_mm: float, table_transmission: float = 1.0) -> float:
    """Air kerma of one pulse without backscatter at a distance from the focus, µGy.

    **Model**: K = y(kV, Cu) mAs (1 m / d)². **Source**: inverse square law; yields from SpekPy.
    Held by ``tests/physics/xray/test_kerma.py``.
    """
    yield_1m = beam(technique.kv, technique.filter_cu_mm).kerma_ugy_per_mas_1m
    return yield_1m * technique.mas * (1000.0 / distance_mm) ** 2 * table_transmission


def reference_kerma_ugy(technique: Technique, source_isocentre_mm: float) -> float:
    """Air kerma of one pulse at the patient entrance reference point, µGy.

    **Source**: IEC 60601-2-43, 203.6.4.5 and its definition of the reference point; 21 CFR 1020.32(k)(4):
    C-arm, 15 cm from the isocentre toward the source. Free in air: neither table nor patient.
    """
    return kerma_at_ugy(technique, source_isocentre_mm - REFERENCE_TO_ISOCENTRE_MM)


def kerma_area_ugy_m2(
    technique: Technique, field_area_mm2: float, source_detector_mm: float, mean_relative: float = 1.0
) -> float:
    """Air kerma-area product of one pulse, µGy m²; the same at any distance.

    Parameters
    ----------
    technique : Technique
        The pulse.
    field_area_mm2 : float
        Open field at the detector's plane, mm².
    source_detector_mm : float
        Focus to that plane, mm.
    mean_relative : float
        Mean over the open field of kerma relative to the central ray (heel, wedges).
    """
    kerma = kerma_at_ugy(technique, source_detector_mm)
    return kerma * field_area_mm2 * 1e-6 * mean_relative


def limit_point_kerma_ugy(technique: Technique, source_detector_mm: float) -> float:
    """Air kerma of one pulse 30 cm before the receptor, µGy (21 CFR 1020.32(d)(3))."""
    return kerma_at_ugy(technique, source_detector_mm - LIMIT_BEFORE_RECEPTOR_MM)
