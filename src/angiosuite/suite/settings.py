"""What a person has chosen: how to expose and how to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from angiosuite.imaging.display import DisplaySettings

_SHOWN = ("window", "level", "edge", "recursive", "harmonise", "invert")


@dataclass(frozen=True, slots=True)
class Settings:
    """Exposure settings (field, pulses, dose, grid, matrix) and display settings.

    `fov_cm` is the nominal field; `pulse_rate` pulses a second; `window` and `level` scale and shift
    the automatic window (1 and 0 leave it); `edge` is the gain of edge enhancement; `recursive` the
    strength of the filter over pictures; `harmonise` the share of slow brightness taken out; `invert` shows
    bone white.
    """

    fov_cm: float
    pulse_rate: float
    dose_level: str
    grid: bool
    frame_size: int
    window: float = 1.0
    level: float = 0.0
    edge: float = 0.8
    recursive: float = 0.5
    harmonise: float = 0.35
    invert: bool = False

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """A copy with some members replaced."""
        return replace(self, **changes)

    def displayed(self, changes: Mapping[str, Any]) -> Settings:
        """A copy with some display members replaced."""
        return replace(self, **{name: changes[name] for name in _SHOWN if name in changes})

    def as_exact(self) -> dict[str, Any]:
        """All members, for checkpoints."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def as_dict(self) -> dict[str, Any]:
        """The exposure settings."""
        return {name: value for name, value in self.as_exact().items() if name not in _SHOWN}

    def display_dict(self) -> dict[str, Any]:
        """The display settings."""
        return {name: getattr(self, name) for name in _SHOWN}

    @property
    def for_display(self) -> DisplaySettings:
        """The display settings as the display takes them."""
        return DisplaySettings(**self.display_dict())
