"""What is told of a skin: its peak, its map, the levels that were reached, the question, what is due."""

from __future__ import annotations

from typing import Any

from .dose_notices import DoseNotices
from .skin_map import NO_PEAK, SkinMap


def told(skin: SkinMap, notices: DoseNotices) -> dict[str, Any]:
    """The part `skin` of the visible state, plain JSON; the same live and in a review."""
    peak = skin.peak()
    peak_gy = 0.0 if peak is None else peak.dose_mgy / 1000.0
    return {
        **(NO_PEAK if peak is None else peak.as_dict()),
        "map": skin.picture(),
        "levels": notices.levels(),
        "question": notices.question(),
        "decided": notices.decided,
        "due": notices.due(peak_gy),
        "reaction": notices.reaction(peak_gy),
    }
