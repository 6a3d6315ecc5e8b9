"""One stent in a vessel: how far it is open, how wide it stands, where its ends lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.suite.treating.site import Site

__all__ = ["Scaffold"]

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Scaffold:
    """A stent that has begun to open.

    Parameters
    ----------
    name : str
        Its own in the session: stent-1.
    device : str
    tool : str
        The delivery catheter that it came on.
    site : Site
        Where it lies, from its distal end on, as long as it is when open.
    open_share : float
        Of its length from the distal end that is open.
    is_free : bool
        Whether it has left its catheter.
    width_mm : ndarray
        At each place of its site.
    """

    name: str
    device: str
    tool: str
    site: Site
    open_share: float = 0.0
    is_free: bool = False
    width_mm: Floats = field(default_factory=lambda: np.zeros(0))
    gap_mm: float = 0.0
    """Most that it stands off the wall."""

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which places are open."""
        count = len(self.site.vessels)
        return np.arange(count) + 0.5 < self.open_share * count

    def state(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "name": self.name,
            "device": self.device,
            "tool": self.tool,
            "site": self.site.plain(),
            "open_share": self.open_share,
            "is_free": self.is_free,
            "width_mm": self.width_mm.tolist(),
            "gap_mm": self.gap_mm,
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Scaffold:
        """What :meth:`state` told of."""
        return cls(
            kept["name"], kept["device"], kept["tool"], Site.restored(kept["site"]), kept["open_share"],
            kept["is_free"], np.array(kept["width_mm"], np.float64), kept["gap_mm"],
        )  # fmt: skip
