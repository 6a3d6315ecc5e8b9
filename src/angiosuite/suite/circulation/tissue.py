"""What beds do to contrast: how much of it leaks into tissue, and what the kidneys filter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from angiosuite.physics.flow.exchange import Traits

from .plumbing import Plumbing

__all__ = ["traits_of"]

PLASMA_SHARE = 0.58
LEAK_SHARE: Mapping[str, float] = {"brain": 0.0, "lung": 0.05, "liver": 0.8, "spleen": 0.6, "kidney": 0.3}
"""Permeability times surface as a share of the plasma flow, by kind of bed (memory; draft)."""
OTHER_LEAK = 0.25
TISSUE_TIMES = 1.5
"""Tissue that contrast spreads into, as a multiple of the bed's blood volume (memory; draft)."""
FILTRATION = 0.2
"""Share of the plasma that a kidney filters (textbook; draft)."""


def traits_of(plumbing: Plumbing) -> Traits:
    """Leak and filtration of every bed edge."""
    count = len(plumbing.spec.edges)
    leak, tissue, filtered = np.zeros(count), np.zeros(count), np.zeros(count)
    for bed in plumbing.beds.values():
        kind = bed.kind
        for edge_name, flow_ml_s, portal in zip(bed.edges, bed.flow_ml_s, bed.portal, strict=True):
            edge = plumbing.edge[edge_name]
            leak[edge] = LEAK_SHARE.get(kind, OTHER_LEAK) * PLASMA_SHARE * flow_ml_s
            tissue[edge] = TISSUE_TIMES * plumbing.spec.bed_ml[edge]
            filtered[edge] = FILTRATION if kind == "kidney" and not portal else 0.0
    return Traits(leak, tissue, filtered)
