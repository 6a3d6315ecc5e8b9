"""How a drill's room stands at its beginning, and what is in the beam besides the patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.blood_start import BloodStart
from angiosuite.content.drawing import Drawing
from angiosuite.content.drawn import Drawn
from angiosuite.content.schema import Broken, Kebab, Line, Refers

Person = Literal["operator", "assistant", "nurse"]
Shield = Literal["ceiling-screen", "table-skirt", "mobile-screen"]
Material = Literal["steel", "platinum", "aluminium", "iodine"]


class PoseStart(Drawing):
    """Where gantry and table stand; LAO, cranial, up, patient's left and towards the head are positive."""

    rotation_deg: Drawn | None = None
    angulation_deg: Drawn | None = None
    sid_mm: Drawn | None = None
    table_x_mm: Drawn | None = None
    table_y_mm: Drawn | None = None
    table_z_mm: Drawn | None = None
    table_tilt_deg: Drawn | None = None
    detector_rotation_deg: Drawn | None = None


class ExposureStart(Drawing):
    """Field of view, pulses, dose level, grid and matrix, as the machine offers them."""

    fov_cm: float | None = None
    pulse_rate: float | None = None
    dose_level: Kebab | None = None
    grid: bool | None = None
    frame_size: Literal[512, 1024] | None = None


class CollimatorStart(Drawing):
    """The blades: 1 is open, 0 reaches the central ray."""

    left: float | None = Field(default=None, ge=0, le=1)
    right: float | None = Field(default=None, ge=0, le=1)
    top: float | None = Field(default=None, ge=0, le=1)
    bottom: float | None = Field(default=None, ge=0, le=1)


class AcquisitionStart(Drawing):
    """What the acquisition pedal makes."""

    programme: Kebab | None = None
    level: Kebab | None = None
    matrix: Literal[512, 1024] | None = None
    mask_when: Literal["first", "later"] | None = None


class InjectionStart(Drawing):
    """How the injection is coupled to the acquisition pedal."""

    coupled: bool | None = None
    xray_delay_s: float | None = Field(default=None, ge=0, le=60)
    injection_delay_s: float | None = Field(default=None, ge=0, le=60)


class Wears(Drawing):
    """What someone wears."""

    apron: bool | None = None
    collar: bool | None = None
    glasses: bool | None = None


class PersonStart(Drawing):
    """Where someone stands in the room's plan, and in what."""

    id: Person
    x_mm: Drawn | None = Field(default=None, description="from the isocentre to the patient's left")
    z_mm: Drawn | None = Field(default=None, description="from the isocentre towards the head")
    wears: Wears | None = None


class ShieldStart(Drawing):
    """Where a shield hangs or stands, and whether it is in use."""

    id: Shield
    x_mm: Drawn | None = None
    z_mm: Drawn | None = None
    turn_deg: Drawn | None = None
    up: bool | None = None


class StaffStart(Drawing):
    """People and shields; who is not named stands where the room puts them."""

    people: tuple[PersonStart, ...] = ()
    shields: tuple[ShieldStart, ...] = ()


class PriorSkin(Drawing):
    """Dose that the skin had from one view earlier in the same procedure."""

    pose: PoseStart
    fov_cm: float = Field(gt=0)
    kar_mgy: Drawn = Field(description="air kerma at the reference point from this view")


class Start(Drawing):
    """The room at the beginning; what is left out is as a new session has it."""

    pose: PoseStart | None = None
    exposure: ExposureStart | None = None
    collimator: CollimatorStart | None = None
    acquisition: AcquisitionStart | None = None
    injection: InjectionStart | None = None
    phantom: Annotated[Kebab | None, Refers("phantoms")] = Field(
        default=None, description="a test phantom in the beam"
    )
    restless: float | None = Field(default=None, ge=0, le=1, description="how restless the patient is")
    breath: Literal["free", "hold", "in", "out"] | None = None
    staff: StaffStart | None = None
    prior_skin: tuple[PriorSkin, ...] = ()
    blood: BloodStart | None = Field(default=None, description="blood and contrast; without it nothing flows")


class Place(Drawing):
    """A place of the body: mm from a landmark to the patient's left, to the back, towards the head."""

    landmark: Kebab
    x_mm: Drawn
    y_mm: Drawn
    z_mm: Drawn


class AddedObject(Drawing):
    """Something radio-opaque in or on the patient for this drill."""

    id: Kebab
    shape: Literal["ball", "rod"]
    material: Material
    at: Place = Field(description="the ball's middle, one end of the rod")
    to: Place | None = Field(default=None, description="the rod's other end")
    radius_mm: float = Field(ge=0.2, le=20)
    bands_mm: tuple[float, ...] = Field(default=(), description="platinum bands, mm along the rod")
    follows: Literal["still", "abdomen", "kidneys"] = "still"
    shown_as: Line = Field(description="what the page calls it")

    def rules(self) -> Iterator[Broken]:
        """A rod has two ends, a ball has none and no bands."""
        if (self.shape == "rod") != (self.to is not None):
            wanted = "`to: {landmark, x_mm, y_mm, z_mm}`" if self.shape == "rod" else "leaving it out"
            yield Broken(("to",), f"does not fit a {self.shape}", wanted, uses=("shape",))
        if self.bands_mm and self.shape == "ball":
            yield Broken(("bands_mm",), "does not fit a ball", "a rod", uses=("shape",))
