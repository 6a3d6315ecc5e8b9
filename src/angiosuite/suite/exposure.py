"""What one exposure gives: the picture as shown and as stored, facts of it, and the pulse that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .watchers import PulseTaken

Image = NDArray[np.float32]

NOT_DRAWN: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
"""In place of the picture of a pulse that was not drawn."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One picture: as shown (uint8), as stored (12 bits; None for a fluoroscopy frame), and facts of it.

    `own_view` tells that a viewer showed it in its own way (subtracted, under a roadmap).
    """

    image: NDArray[np.uint8]
    raw: NDArray[np.uint16] | None
    facts: Mapping[str, Any]
    own_view: bool = False
    pulse: PulseTaken | None = None
    """The pulse that made it; None of a held image."""
    read: Image | None = None
    """The detector's frame in units of the wanted signal, float32 (rows, columns); None when not drawn."""
    rows: int = 0
    """Rows and columns that the picture has, or would have if it were drawn."""

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.image.size > 0
