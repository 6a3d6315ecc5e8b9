"""Quick answers about a territory: the voxels of some beds, and which of them lies nearest to a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy  # scipy.spatial is loaded when it is first used
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.graph import Territory

__all__ = ["Lands"]

Floats = NDArray[np.float64]
#: Voxels that are searched for the nearest bed, at most.
SEARCHED = 12000


class Lands:
    """A territory with the box of each bed found once.

    Parameters
    ----------
    territory : Territory
    """

    def __init__(self, territory: Territory) -> None:
        self.territory = territory
        found = ndimage.find_objects(territory.number, max_label=len(territory.beds))
        self._boxes = {bed: box for bed, box in zip(territory.beds, found, strict=True) if box is not None}

    def part(
        self, names: Sequence[str], pad: int
    ) -> tuple[NDArray[np.uint8], tuple[float, float, float]] | None:
        """Bed numbers (z, y, x) about some beds, 0 elsewhere, and the centre of the first voxel, LPS mm."""
        boxes = [self._boxes[name] for name in names if name in self._boxes]
        if not boxes:
            return None
        cut = tuple(slice(min(b[k].start for b in boxes), max(b[k].stop for b in boxes)) for k in range(3))
        table = np.zeros(256, np.uint8)
        for name in names:
            if name in self._boxes:
                number = self.territory.beds.index(name) + 1
                table[number] = number
        numbers: NDArray[np.uint8] = np.pad(table[self.territory.number[cut]], pad)
        edge = self.territory.spacing_mm
        x, y, z = (self.territory.origin_mm[k] + edge * (cut[2 - k].start - pad) for k in range(3))
        return numbers, (x, y, z)

    def bed_at(self, points: Floats, names: Sequence[str]) -> list[str]:
        """Of some beds, the one whose tissue lies nearest to each point (n, 3)."""
        part = self.part(names, 0) if len(names) > 1 and len(points) else None
        if part is None:
            return [names[0]] * len(points)
        number, origin = part
        places = np.argwhere(number)
        places = places[:: max(1, len(places) // SEARCHED)]
        tree = scipy.spatial.cKDTree(np.asarray(origin) + self.territory.spacing_mm * places[:, ::-1])
        _, nearest = tree.query(points)
        found = number[tuple(places[nearest].T)]
        return [self.territory.beds[int(k) - 1] for k in found]
