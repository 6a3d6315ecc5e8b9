"""What a session remembers of its frames: enough to store, measure and annotate; the log has the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from angiosuite.kit.errors import WrongUse

KEPT = (
    "index", "mode", "pose", "pixel_mm_iso", "size", "fov_cm", "blades", "run", "run_frame", "run_t_us",
    "phantom", "breath_mm", "cardiac_phase", "shift_mm",
)  # fmt: skip
"""Facts that stay in memory; an hour of fluoroscopy has tens of thousands of frames."""


class FramesSeen:
    """Facts of every frame so far, by index. Not part of a checkpoint: read from the log again."""

    def __init__(self) -> None:
        self._facts: dict[int, dict[str, Any]] = {}

    def __contains__(self, index: int) -> bool:
        return index in self._facts

    def remember(self, facts: Mapping[str, Any]) -> None:
        """Keep what is needed of one frame; equal poses and blades of neighbours are one object."""
        kept = {name: facts[name] for name in KEPT if name in facts}
        before = self._facts.get(facts["index"] - 1)
        for name in ("pose", "blades"):
            if before is not None and before[name] == kept[name]:
                kept[name] = before[name]
        self._facts[facts["index"]] = kept

    def learn(self, frames: Iterable[Mapping[str, Any]]) -> None:
        """Remember the frames that a log names."""
        for facts in frames:
            self.remember(facts)

    def facts(self, index: int) -> Mapping[str, Any]:
        """What is known of one frame.

        Raises
        ------
        WrongUse
            When there is none with this index.
        """
        if index not in self._facts:
            raise WrongUse(
                "No picture has this index",
                code="frame-unknown",
                value=index,
                way_out=f"The session has {len(self._facts)} pictures.",
            )
        return self._facts[index]
