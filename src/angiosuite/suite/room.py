"""A patient on a table in front of a machine: everything a session needs that does not change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.loader import Library, load_library
from angiosuite.content.packs import directories_of
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.physics.flow.contrast_limit import ContrastLimit, contrast_limit

from . import machine
from .circulation.plumbing import plumb
from .circulation.rest import at_rest
from .circulation.settling import Settled
from .collimator import Collimator
from .folder import SessionFolder
from .gantry import GantrySpec, PatientEnvelope
from .moment import Moment
from .paths import Paths
from .patient import Patient
from .phantom import Phantom, phantom_of
from .picture import Exposure, Picture
from .pose import Pose
from .settings import Settings

DEFAULT_EQUIPMENT = "ceiling-single-plane"
MASS_KG = 75.0
"""Of a patient who was never weighed, kg."""


@dataclass(slots=True, eq=False)
class Room:
    """Patient and machine.

    Parameters
    ----------
    patient_id, title : str
        Who lies on the table.
    body : Body
        The patient as X-rays see one.
    equipment : EquipmentItem
        The machine.
    equipment_hash : str
        Hash of the machine's content, for the log.
    about : mapping
        What the page shows of the patient: sex, habitus, mass, notices, quality.
    content : Library, optional
        Content that the room may use, the one that ships when None.
    grow_vessels : callable, optional
        Gives the patient's vessels.
    cache : Path, optional
        Folder for what is found once for a patient.
    """

    patient_id: str
    title: str
    body: Body
    equipment: EquipmentItem
    equipment_hash: str
    about: Mapping[str, Any] = field(default_factory=dict)
    content: Library = field(default_factory=load_library, repr=False)
    grow_vessels: Callable[[], VesselGraph] | None = field(default=None, repr=False)
    cache: Path | None = field(default=None, repr=False)
    _paths: Paths | None = field(default=None, repr=False)
    _vessels: VesselGraph | None = field(default=None, repr=False)
    _rest: Settled | None = field(default=None, repr=False)

    @classmethod
    def of(cls, patient: Patient, equipment_id: str = DEFAULT_EQUIPMENT, home: Path | None = None) -> Room:
        """A patient in front of a machine of the content (`angiosuite list equipment`)."""
        folder = Home(home).open()
        library = load_library(directories_of(folder))
        loaded = library.get("equipment", equipment_id)
        item = library.equipment(equipment_id)
        return cls(
            patient.id,
            patient.title,
            patient.body,
            item,
            loaded.content_hash,
            patient.about,
            library,
            patient.grow_vessels,
            folder.cache,
        )

    @property
    def paths(self) -> Paths:
        """The body and the table, prepared for the projector once."""
        if self._paths is None:
            self._paths = Paths(self.body, self.equipment, self.reference_mm)
        return self._paths

    @property
    def vessels(self) -> VesselGraph:
        """The patient's vessels, from the first use on.

        Raises
        ------
        RefusedInput
            When this patient has none.
        """
        if self._vessels is None:
            if self.grow_vessels is None:
                raise RefusedInput(
                    "This patient has no vessels",
                    code="no-vessels",
                    where=self.patient_id,
                    way_out="Choose a built-in patient, or import a CT with contrast.",
                )
            self._vessels = self.grow_vessels()
        return self._vessels

    @property
    def has_vessels(self) -> bool:
        """Whether the patient's vessels can be had."""
        return self._vessels is not None or self.grow_vessels is not None

    @property
    def plumbed(self) -> dict[str, Any]:
        """What the network of the vessels depends on beside them."""
        marks = self.body.landmarks
        heads = [
            marks[f"{side}-femoral-head"][2] for side in ("left", "right") if f"{side}-femoral-head" in marks
        ]
        return {
            "mass_kg": float(self.about.get("mass_kg") or MASS_KG),
            "dome_z_mm": marks["dome-right"][2] if "dome-right" in marks else None,
            "groin_z_mm": min(heads) if heads else None,
        }

    def contrast_limit(self, egfr_ml_min: float | None = None) -> ContrastLimit | None:
        """The most contrast for this patient; None where the kidneys' function is not known."""
        egfr = egfr_ml_min or self.about.get("egfr_ml_min")
        return None if egfr is None else contrast_limit(float(egfr), self.plumbed["mass_kg"])

    def at_rest(self, rate_per_min: float) -> Settled:
        """The patient's circulation at rest; some seconds the first time, kept in `cache`."""
        if self._rest is None:
            self._rest = at_rest(plumb(self.vessels, **self.plumbed), rate_per_min, self.cache)
        return self._rest

    def phantom(self, name: str) -> Phantom:
        """A test phantom of the content, placed in this patient; refused by name when there is none."""
        return phantom_of(self.content.phantom(name), self.body)

    @property
    def phantoms(self) -> list[dict[str, str]]:
        """Test phantoms that can be put into the beam."""
        items = self.content.items["phantoms"]
        return [{"id": name, "title": loaded.item.title} for name, loaded in sorted(items.items())]

    @property
    def gantry(self) -> GantrySpec:
        """Travel and speeds of gantry and table."""
        return machine.gantry_spec(self.equipment)

    @property
    def reference_mm(self) -> NDArray[np.float64]:
        """Point in the isocentre when the table stands at zero: mid-depth at L3, or the body's middle."""
        (x0, x1), (y0, y1), (z0, z1) = self.body.extent_mm
        middle = np.array([0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (z0 + z1)])
        l3 = self.body.landmarks.get("l3")
        if l3 is not None:
            middle[0], middle[2] = l3[0], l3[2]
        return middle

    @property
    def envelope(self) -> PatientEnvelope:
        """The patient's outline for collisions, about the reference point."""
        (x0, x1), (y0, y1), (z0, z1) = self.body.extent_mm
        x, y, z = self.reference_mm
        return PatientEnvelope(
            half_width_mm=float(max(x1 - x, x - x0)),
            front_mm=float(y - y0),
            back_mm=float(y1 - y),
            feet_mm=float(z0 - z),
            head_mm=float(z1 - z),
        )

    @property
    def table_below_mm(self) -> float:
        """Table top below the isocentre while the table stands at zero: back and mattress, mm."""
        return self.envelope.back_mm + self.equipment.table.pad_mm

    def envelope_dict(self) -> dict[str, float]:
        """The outline as plain numbers, for the moving picture of the gantry."""
        e = self.envelope
        return {
            "half_width_mm": round(e.half_width_mm, 1),
            "front_mm": round(e.front_mm, 1),
            "back_mm": round(e.back_mm, 1),
            "feet_mm": round(e.feet_mm, 1),
            "head_mm": round(e.head_mm, 1),
        }

    def picture(self, seed: int) -> Picture:
        """A fresh imaging chain."""
        return Picture(self.paths, self.equipment, self.reference_mm, seed)

    def expose(
        self,
        pose: Pose | None = None,
        *,
        kind: Literal["fluoro", "held", "shot"] = "held",
        pulses: int = 12,
        breath_mm: float = 0.0,
        cardiac_phase: float = 0.0,
        quality: Literal["full", "draft"] = "full",
        high_level: bool = False,
        collimator: Collimator | None = None,
        phantom: str | None = None,
        injections_s: tuple[float, ...] = (),
        seed: int = 0,
        **settings: Any,
    ) -> Exposure:
        """One picture without a session, after exposure control has settled.

        Parameters
        ----------
        pose : Pose, optional
            Where gantry and table stand; the machine's start when None.
        kind : {"fluoro", "held", "shot"}
            The last of the pulses, the mean of the last few, or a single shot after them.
        pulses : int
            Fluoroscopy pulses before.
        breath_mm, cardiac_phase : float
            Dome below end-expiration, mm; fraction of the heart's cycle.
        quality : {"full", "draft"}
            Projector.
        high_level : bool
            High-level control is held.
        collimator : Collimator, optional
            Blades and wedges; fully open when None.
        phantom : str, optional
            Test phantom in the beam (`angiosuite list phantoms`).
        injections_s : tuple of float
            Seconds since each injection of contrast.
        seed : int
            Root of the noise.
        **settings
            Members of `Settings`, for example ``fov_cm=22, frame_size=1024, dose_level="low"``.

        Returns
        -------
        Exposure
            ``image`` uint8, ``raw`` uint16 at 12 bits (held and shot), ``facts`` with technique and dose of
            the last pulse.
        """
        chosen = self.changed_settings(self.default_settings(), settings)
        picture = self.picture(seed)
        picture.begin(0)
        period_us = round(1e6 / chosen.pulse_rate)

        moment = Moment(breath_mm, cardiac_phase, injections_s=injections_s)
        self.paths.phantom = None if phantom is None else self.phantom(phantom)

        def pulse(number: int, shot: bool) -> Exposure:
            item = self.equipment
            return picture.expose(
                t_us=number * period_us,
                pose=pose or self.gantry.home,
                settings=chosen,
                collimator=collimator or Collimator(),
                order=machine.single_shot(item, chosen)
                if shot
                else machine.fluoroscopy(item, chosen, high_level),
                moment=moment,
                quality=quality,
                frame=number + 1,
            )

        last = pulse(0, False)
        for number in range(1, pulses):
            last = pulse(number, False)
        if kind == "shot":
            return pulse(pulses, True)
        if kind == "held":
            held = picture.hold(chosen)
            return last if held is None else replace(held, facts={**last.facts, **held.facts})
        return last

    def default_settings(self) -> Settings:
        """What the machine starts with."""
        return machine.default_settings(self.equipment)

    def changed_settings(self, now: Settings, changes: Mapping[str, Any]) -> Settings:
        """Settings after a choice; `WrongUse` names what the machine offers instead."""
        return machine.changed_settings(self.equipment, now, changes)

    def field_mm(self, settings: Settings) -> float:
        """Side of the square field at the detector, mm."""
        return machine.field_mm(self.equipment, settings.fov_cm)

    def offers(self) -> dict[str, Any]:
        """What can be chosen, for the page."""
        return machine.offers(self.equipment)

    def describe(self, folder: SessionFolder | None) -> dict[str, Any]:
        """Who and what this session is, for the page."""
        facts = folder.facts() if folder is not None else None
        return {
            "id": facts.id if facts else None,
            "created": facts.created if facts else None,
            "patient": {"id": self.patient_id, "name": self.title, **self.about},
            "equipment": {"id": self.equipment.id, "title": self.equipment.title},
        }
