"""What carries: the live arrays of a network, as transport and gas read them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flowing"]

Floats = NDArray[np.float64]


class Flowing(Protocol):
    """What carries: the live arrays of a network."""

    @property
    def flow_ml_s(self) -> Floats:
        """At the middle of each edge, from a to b."""

    @property
    def volume_ml(self) -> Floats:
        """Of each node."""

    @property
    def sources_ml_s(self) -> Floats:
        """Injected (+) or lost (-) at each node."""
