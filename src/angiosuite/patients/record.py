"""What a page, a list or a session needs to know of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient of the store.

    Parameters
    ----------
    id : str
        Name of its folder.
    title : str
        What the page shows.
    kind : {"builtin", "imported"}
        Grown from content, or made from a CT.
    is_ready : bool
        Whether a body is there; a built-in patient may still have to be built.
    quality : str
        "draft", "reviewed" or "validated"; imported ones are draft.
    grid : (z, y, x) or None
        Voxels of the finest body.
    spacing_mm : float or None
        Voxel edge of the finest body, mm.
    content_hash : str or None
        Hash of the finest body, as the log of a session names it.
    sex, age_years, age_band, height_cm, mass_kg, bmi, habitus, egfr_ml_min
        As far as known.
    conditions : tuple of str
        Of the chart, that make walls weaker.
    phase : str or None
        Contrast phase of an imported CT, as far as known.
    notices : tuple of str
        What the page must say, such as a coarser grid.
    sources : tuple of str
        Citations of a built-in patient.
    disk_bytes : int
        What it occupies.
    summary : str
        One paragraph.
    compare_with : tuple of str
        Ids of patients to offer beside this one.
    checked : bool
        Whether a person accepted what was found in the CT; until then no session takes the patient.
    import_id : str or None
        Under which import an unchecked patient is looked at.
    scan : mapping or None
        How the CT was made and read: slices, matrix, spacing, tube voltage, kernel, series, correction.
    findings : mapping or None
        What its voxels showed (`anatomy.findings.CtFindings`).
    """

    id: str
    title: str
    kind: Literal["builtin", "imported"]
    is_ready: bool
    quality: str = "draft"
    grid: tuple[int, int, int] | None = None
    spacing_mm: float | None = None
    content_hash: str | None = None
    sex: str | None = None
    age_years: int | None = None
    age_band: str | None = None
    height_cm: float | None = None
    mass_kg: float | None = None
    bmi: float | None = None
    habitus: str | None = None
    egfr_ml_min: float | None = None
    conditions: tuple[str, ...] = ()
    phase: str | None = None
    notices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    disk_bytes: int = 0
    summary: str = ""
    compare_with: tuple[str, ...] = field(default=())
    checked: bool = True
    import_id: str | None = None
    scan: Mapping[str, Any] | None = None
    findings: Mapping[str, Any] | None = None

    @property
    def voxels(self) -> int | None:
        """Number of voxels of the finest body."""
        return None if self.grid is None else self.grid[0] * self.grid[1] * self.grid[2]

    def as_dict(self) -> dict[str, Any]:
        """The record as plain JSON values, for lists."""
        return {**asdict(self), "voxels": self.voxels}

    def about(self) -> dict[str, Any]:
        """What a room shows of the patient: who lies there, and what must be said of the body."""
        facts = {
            "sex": self.sex,
            "age": self.age_years,
            "age_band": self.age_band,
            "height_cm": self.height_cm,
            "mass_kg": self.mass_kg,
            "habitus": self.habitus,
            "egfr_ml_min": self.egfr_ml_min,
            "conditions": list(self.conditions),
            "phase": self.phase,
            "kind": self.kind,
            "quality": self.quality,
            "spacing_mm": self.spacing_mm,
            "notice": "; ".join(self.notices),
        }
        return {name: value for name, value in facts.items() if value not in (None, "", [])}
