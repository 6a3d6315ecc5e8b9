"""Targets of a drill: what its pictures, and the tips of its instruments, are judged on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from angiosuite.content.drawn import DrawnWord
from angiosuite.content.schema import Broken, Kebab, Strict

__all__ = ["FITTING", "Structure", "Target", "target_told"]

Structure = Annotated[
    str,
    StringConstraints(pattern=r"^((left|right)-femoral-head|l[2-4]-((left|right)-pedicle|body))$"),
]
FITTING: Mapping[str, tuple[str, ...]] = {
    "foreshortening": ("rod", "tubes", "vessel"),
    "tilt": ("pedicle",),
    "en-face-shape": ("pedicle",),
    "measurement-error": ("rod", "vessel"),
    "filled": ("vessel", "bed", "lesion"),
    "peak-iodine": ("vessel", "bed", "lesion"),
    "seen-late": ("vessel", "bed", "lesion"),
    "injected-and-filmed": ("vessel",),
    "tip-depth": ("vessel",),
    "tip-at-end": ("vessel",),
    "wire-at-end": ("vessel",),
    "crossed-over": ("vessel",),
    "path-ratio": ("vessel",),
    "balloon-ratio": ("vessel", "lesion"),
    "balloon-off-lesion": ("vessel", "lesion"),
    "waist-yielded": ("vessel", "lesion"),
    "inflation-time": ("vessel", "lesion"),
    "residual-stenosis": ("vessel", "lesion"),
    "stent-cover": ("vessel", "lesion"),
    "branch-jailed": ("vessel",),
    "gradient-before": ("vessel", "lesion"),
    "gradient-after": ("vessel", "lesion"),
    "systolic-gradient-before": ("vessel", "lesion"),
    "systolic-gradient-after": ("vessel", "lesion"),
    "filled-before-filter": ("vessel",),
    "filled-after-filter": ("vessel",),
    "mouth-before-filter": ("vessel",),
    "cava-width-error": ("vessel",),
    "filter-off-level": ("vessel",),
    "filled-before-snare": ("vessel",),
    "filter-decision": ("vessel",),
    "beats-to-clear": ("vessel",),
    "filled-after-agent": ("vessel",),
    "agent-in-target": ("bed", "lesion"),
    "agent-off-target": ("bed", "lesion"),
    "filmed-after-closing": ("vessel",),
    "vessel-closed": ("vessel", "lesion"),
    "bleeding-left": ("vessel", "lesion"),
    "coils-in-front": ("vessel", "lesion"),
    "coils-behind": ("vessel", "lesion"),
    "coils-off-target": ("vessel", "lesion"),
    "packing-density": ("vessel", "lesion"),
    "coil-ratio": ("vessel", "lesion"),
}
"""Measures that only some targets have."""


class Target(Strict):
    """What the pictures are judged on: an object of the drill, a structure of the body, tubes, or runs."""

    id: Kebab
    kind: Literal["object", "structure", "tubes", "run", "vessel", "bed", "lesion"]
    object: Kebab | None = None
    structure: Structure | None = None
    parts: tuple[Kebab, ...] = Field(default=(), description="tubes of the test phantom")
    vessel: DrawnWord | None = None
    along_mm: tuple[float, float] | None = Field(
        default=None, description="from where it leaves the lumen that it hangs on"
    )
    bed: DrawnWord | None = None
    lesion: Kebab | None = Field(default=None, description="one of the drill's lesions")

    def rules(self) -> Iterator[Broken]:
        """It names what its kind needs, and nothing else."""
        for kind, field in (
            ("object", "object"),
            ("structure", "structure"),
            ("tubes", "parts"),
            ("vessel", "vessel"),
            ("bed", "bed"),
            ("lesion", "lesion"),
        ):
            if bool(getattr(self, field)) != (self.kind == kind):
                problem = "belongs to another kind" if getattr(self, field) else "is missing of its kind"
                yield Broken((field,), problem, f"`kind: {kind}` with `{field}: …`", uses=("kind",))


def target_told(target: Target, words: Mapping[str, str]) -> dict[str, Any]:
    """A target as a task has it."""
    made: dict[str, Any] = {"id": target.id, "kind": target.kind}
    if target.object is not None:
        made["object"] = target.object
    if target.structure is not None:
        made["structure"] = target.structure
    if target.parts:
        made["parts"] = list(target.parts)
    if target.vessel is not None:
        made["vessel"] = target.vessel.drawn(words)
        if target.along_mm is not None:
            made["along_mm"] = list(target.along_mm)
    if target.bed is not None:
        made["bed"] = target.bed.drawn(words)
    if target.lesion is not None:
        made["lesion"] = target.lesion
    return made
