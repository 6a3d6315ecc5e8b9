"""Schema of ``equipment/<id>/equipment.yaml``: one angiography machine, tube to table.

Lengths are mm, angles degrees, LAO and cranial positive. The isocentre is the origin of the room; a pose
is a value per axis, so that a page, a script or a later cone-beam acquisition can ask for any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from angiosuite.content.exposure import Exposure
from angiosuite.content.schema import Broken, Item, Kebab, Line, Range, Strict

PositiveMm = Annotated[float, Field(gt=0, le=3000)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class FocalSpot(Strict):
    """One focal spot: nominal size and the power it bears."""

    size_mm: float = Field(gt=0, le=2)
    power_kw: float = Field(gt=0, le=150)


class Tube(Strict):
    """The X-ray tube: what it can be asked for."""

    kv: Range
    ma: Range
    pulse_ms: Range
    anode_angle_deg: float = Field(gt=0, le=30)
    inherent_filter_mm_al: float = Field(ge=0, le=10)
    copper_filters_mm: tuple[Annotated[float, Field(ge=0, le=2)], ...] = Field(min_length=1)
    focal_spots: tuple[FocalSpot, ...] = Field(min_length=1, max_length=4)
    continuous_power_kw: float = Field(gt=0, le=20, description="what the anode can lose for ever")
    anode_heat_kj: float = Field(gt=0, le=5000, description="what it may take up besides in one run")

    def rules(self) -> Iterator[Broken]:
        """Spectra exist for what is asked."""
        if self.kv.low < 40 or self.kv.high > 125:
            yield Broken(("kv",), "leaves the spectra that exist", "a range within 40 to 125 kV")
        if list(self.copper_filters_mm) != sorted(set(self.copper_filters_mm)):
            yield Broken(
                ("copper_filters_mm",), "is not in rising order", "each thickness once, thinnest first"
            )
        if max(self.copper_filters_mm) > 0.9:
            yield Broken(
                ("copper_filters_mm",),
                "leaves the spectra that exist",
                "0 to 0.9 mm",
                max(self.copper_filters_mm),
            )


class FieldOfView(Strict):
    """One field of view: its nominal size and the square or rectangle read out."""

    fov_cm: float = Field(gt=5, le=60, description="nominal diagonal, as the key is labelled")
    width_mm: PositiveMm
    height_mm: PositiveMm


class Detector(Strict):
    """The flat panel: size, pixel, what becomes of a quantum, and the fields it can read."""

    width_mm: PositiveMm
    height_mm: PositiveMm
    pixel_mm: float = Field(gt=0.05, le=0.5)
    csi_g_cm2: float = Field(gt=0.05, le=0.5)
    swank: float = Field(gt=0.5, le=1)
    mtf_1_per_mm: float = Field(gt=0, lt=1, description="MTF at 1 per mm")
    mtf_2_per_mm: float = Field(gt=0, lt=1, description="MTF at 2 per mm")
    electronic_noise_ngy: float = Field(gt=0, le=50, description="kerma at which it equals quantum noise")
    lag_first_frame: Fraction
    lag_after_1_s: Fraction
    fields: tuple[FieldOfView, ...] = Field(min_length=1, max_length=12)
    default_fov_cm: float

    def rules(self) -> Iterator[Broken]:
        """Fields fit on the panel, the default is one of them, and the MTF falls."""
        for index, entry in enumerate(self.fields):
            if entry.width_mm > self.width_mm + 0.5 or entry.height_mm > self.height_mm + 0.5:
                size = f"{entry.width_mm:g} x {entry.height_mm:g} mm"
                yield Broken(
                    ("fields", index),
                    "is larger than the detector",
                    "a smaller field",
                    size,
                    ("width_mm", "height_mm"),
                )
        if self.default_fov_cm not in [entry.fov_cm for entry in self.fields]:
            yield Broken(
                ("default_fov_cm",),
                "is not one of the fields",
                "a listed fov_cm",
                self.default_fov_cm,
                ("fields",),
            )
        if self.mtf_2_per_mm >= self.mtf_1_per_mm:
            yield Broken(
                ("mtf_2_per_mm",),
                "is not below mtf_1_per_mm",
                "a lower value",
                self.mtf_2_per_mm,
                ("mtf_1_per_mm",),
            )


class Grid(Strict):
    """The removable anti-scatter grid."""

    ratio: float = Field(ge=1, le=30)
    primary_transmission: Fraction
    scatter_transmission: Fraction
    focus_mm: PositiveMm


class Axis(Strict):
    """One driven axis: travel and top speed, in mm and mm/s or degrees and degrees/s."""

    low: float
    high: float
    speed_per_s: float = Field(gt=0, le=500)
    acceleration_per_s2: float = Field(gt=0, le=2000)
    start: float = Field(description="where the axis stands when a session begins")

    def rules(self) -> Iterator[Broken]:
        """Low is below high and the start lies between."""
        if not self.low < self.high:
            yield Broken(
                ("low",), f"is not below high, {self.high:g}", "swapping the two", self.low, ("high",)
            )
        elif not self.low <= self.start <= self.high:
            yield Broken(
                ("start",), "is out of reach", f"{self.low:g} to {self.high:g}", self.start, ("low", "high")
            )


class Pose(Strict):
    """A stored position: the axes it sets; the others stay."""

    id: Kebab
    title: Line
    rotation_deg: float | None = None
    angulation_deg: float | None = None
    sid_mm: float | None = None
    detector_rotation_deg: float | None = None
    table_x_mm: float | None = None
    table_y_mm: float | None = None
    table_z_mm: float | None = None


class Housing(Strict):
    """Outlines for collision: cylinders around tube and detector, a bow behind the patient's head."""

    tube_radius_mm: PositiveMm
    tube_length_mm: PositiveMm
    detector_radius_mm: PositiveMm
    detector_depth_mm: PositiveMm
    arm_inner_radius_mm: PositiveMm
    clearance_mm: PositiveMm = Field(description="motion slows below twice this and stops at it")


class Gantry(Strict):
    """The C-arm: source to isocentre, axes, housings, stored positions."""

    sod_mm: float = Field(ge=400, le=1200, description="focus to isocentre")
    rotation_deg: Axis
    angulation_deg: Axis
    sid_mm: Axis
    detector_rotation_deg: Axis
    housing: Housing
    stored_positions: tuple[Pose, ...] = Field(min_length=1, max_length=20)

    def rules(self) -> Iterator[Broken]:
        """The detector stays behind the isocentre, and stored positions can be reached."""
        if self.sid_mm.low <= self.sod_mm:
            yield Broken(
                ("sid_mm", "low"),
                "puts the detector before the isocentre",
                "more than sod_mm",
                self.sid_mm.low,
                ("sod_mm",),
            )
        for index, pose in enumerate(self.stored_positions):
            for name in ("rotation_deg", "angulation_deg", "sid_mm", "detector_rotation_deg"):
                axis, value = getattr(self, name), getattr(pose, name)
                if value is not None and not axis.low <= value <= axis.high:
                    where = ("stored_positions", index, name)
                    yield Broken(where, "is out of reach", f"{axis.low:g} to {axis.high:g}", value, (name,))


class Table(Strict):
    """The table: travel of its top, its size and what it does to the beam."""

    x_mm: Axis
    y_mm: Axis
    z_mm: Axis
    tilt_deg: Axis
    top_width_mm: PositiveMm
    top_length_mm: PositiveMm
    top_thickness_mm: PositiveMm
    carbon_g_cm3: float = Field(gt=0, le=2, description="mean density of top and core, as carbon")
    pad_mm: float = Field(ge=0, le=100)
    pad_g_cm3: float = Field(ge=0, le=1)


class EquipmentItem(Item):
    """One angiography machine."""

    maker: Line = "generic"
    tube: Tube
    detector: Detector
    grid: Grid
    exposure: Exposure
    gantry: Gantry
    table: Table

    def rules(self) -> Iterator[Broken]:
        """The curves of runs ask the tube for what it has."""
        yield from super().rules()
        tube, strongest = self.tube, max(spot.power_kw for spot in self.tube.focal_spots)
        for index, acquisition in enumerate(self.exposure.acquisitions):
            curve, where = acquisition.curve, ("exposure", "acquisitions", index, "curve")
            for name in ("kv_thin", "kv_plateau", "kv_high"):
                if not tube.kv.holds(value := getattr(curve, name)):
                    offered = f"{tube.kv.low:g} to {tube.kv.high:g}"
                    yield Broken((*where, name), "is out of the tube's reach", offered, value, ("tube",))
            for name in ("preferred_ms", "longest_ms"):
                if not tube.pulse_ms.holds(value := getattr(curve, name)):
                    offered = f"{tube.pulse_ms.low:g} to {tube.pulse_ms.high:g}"
                    yield Broken((*where, name), "is out of the tube's reach", offered, value, ("tube",))
            for place, filter_mm in enumerate(curve.filters_cu_mm):
                if filter_mm not in tube.copper_filters_mm:
                    wheel = "one of " + ", ".join(f"{mm:g}" for mm in tube.copper_filters_mm)
                    filters = (*where, "filters_cu_mm", place)
                    yield Broken(filters, "is not in the tube's filter wheel", wheel, filter_mm, ("tube",))
            if curve.highest_power_kw > strongest:
                yield Broken(
                    (*where, "highest_power_kw"),
                    "is more than a focal spot bears",
                    f"{strongest:g} or less",
                    curve.highest_power_kw,
                    ("tube",),
                )
