"""How one adult differs from the reference body: size, depth of the trunk, fat, and sex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.labelsource import BaseBody
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.randomness import generator

Sex = Literal["female", "male"]
Habitus = Literal["slim", "average", "overweight", "obese"]

#: Body-mass index (kg/m2) that a habitus word stands for when none is given.
BMI: dict[str, float] = {"slim": 18.5, "average": 24.0, "overweight": 28.5, "obese": 36.0}

#: Height (cm) of the reference body.
REFERENCE_HEIGHT_CM = 175.0
#: Base y (mm) that world y = 0 stands for, and base y of the front of the spine, where stretching begins.
CENTRE_Y_MM = 200.0
SPINE_FRONT_Y_MM = 232.0
#: Half width (mm) of the spine, which stays unstretched across.
SPINE_HALF_MM = 36.0

#: Against body-mass index: depth of the trunk before the spine (factor), and fat (mm) before, behind, beside.
_BMI = (16.0, 18.5, 24.0, 28.5, 36.0, 45.0)
_DEPTH = (0.86, 0.92, 1.12, 1.28, 1.55, 1.78)
_FRONT = (4.0, 7.0, 21.0, 34.0, 60.0, 84.0)
_BACK = (9.0, 15.0, 30.0, 36.0, 45.0, 56.0)
_SIDE = (3.0, 5.0, 16.0, 26.0, 44.0, 60.0)


@dataclass(frozen=True, slots=True)
class PatientParameters:
    """What a built-in patient is grown from; equal parameters give an equal body.

    Parameters
    ----------
    patient_id : str
        Identity, for the body and its files.
    sex : {"female", "male"}
    habitus : {"slim", "average", "overweight", "obese"}
        Stands for a body-mass index when `bmi` is None.
    height_cm : float or None
        145 to 200; None means 175 (male) or 163 (female).
    seed : int
        Draws what the others leave open: bowel gas, texture, small differences of shape.
    bmi : float or None
        kg/m2, 16 to 50.
    age_years : int
        18 to 95; mineral of spongy bone falls with age.
    """

    patient_id: str = "built-in-adult"
    sex: Sex = "male"
    habitus: Habitus = "average"
    height_cm: float | None = None
    seed: int = 1
    bmi: float | None = None
    age_years: int = 55

    def __post_init__(self) -> None:
        """Refuse what the model is not valid for."""
        if self.sex not in ("female", "male"):
            raise RefusedInput(
                "Sex is not known",
                code="patient-parameters",
                where="sex",
                value=self.sex,
                way_out="Use 'female' or 'male'.",
            )
        if self.habitus not in BMI:
            raise RefusedInput(
                "Habitus is not known",
                code="patient-parameters",
                where="habitus",
                value=self.habitus,
                way_out=f"Use one of {', '.join(BMI)}.",
            )
        for name, value, low, high in (
            ("height_cm", self.height, 145.0, 200.0),
            ("bmi", self.index, 16.0, 50.0),
            ("age_years", float(self.age_years), 18.0, 95.0),
        ):
            if not low <= value <= high:
                raise RefusedInput(
                    f"{name} is out of range",
                    code="patient-parameters",
                    where=name,
                    value=value,
                    way_out=f"Use {low:g} to {high:g}.",
                )

    @property
    def height(self) -> float:
        """Height, cm."""
        return self.height_cm if self.height_cm is not None else (175.0 if self.sex == "male" else 163.0)

    @property
    def index(self) -> float:
        """Body-mass index, kg/m2."""
        return self.bmi if self.bmi is not None else BMI[self.habitus]


def _step(low: float, high: float, value: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    result: NDArray[np.float64] = t * t * (3.0 - 2.0 * t)
    return result


@dataclass(frozen=True, slots=True)
class Physique:
    """The map from world millimetres to the reference body, and the fat around it.

    Notes
    -----
    **Model** separable: one factor along z (height), along x and y (frame); the trunk before the spine is
    stretched in y, and beside it in x, by factors that depend on z alone; fat is an offset of the skin from
    the lean body that depends on direction and z. So a row, a column and a slice of the target map to a row,
    a column and a slice of the reference.
    **Source** trunk depth at L3 of about 17, 22 and 32 cm for slim, average and obese adults (round figures
    of abdominal CT series; draft). **Valid for** adults, BMI 16 to 50.
    """

    parameters: PatientParameters
    scale_x: float
    scale_y: float
    scale_z: float
    depth: float
    front_mm: float
    back_mm: float
    side_mm: float
    gas_level: float

    def stretch(self, z_mm: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Factors of depth (before the spine) and width (beside it) at base heights `z_mm`."""
        belly = _step(-50.0, 70.0, z_mm) * (1.0 - 0.72 * _step(190.0, 340.0, z_mm))
        depth = 1.0 + (self.depth - 1.0) * belly
        width = 1.0 + 0.28 * (depth - 1.0) * (1.0 - 0.6 * _step(250.0, 340.0, z_mm))
        if self.parameters.sex == "female":
            width = width * (
                1.0 + 0.045 * (1.0 - _step(60.0, 150.0, z_mm)) - 0.05 * _step(300.0, 420.0, z_mm)
            )
        return depth, width

    def fat(self, z_mm: NDArray[np.float64]) -> NDArray[np.float32]:
        """Fat (base mm) before, behind and at the sides, and the axis row (base y, mm), per height."""
        hips = 1.0 - _step(20.0, 110.0, z_mm)
        chest = _step(210.0, 330.0, z_mm)
        female = self.parameters.sex == "female"
        front = self.front_mm * (1.0 - 0.5 * chest - 0.25 * hips)
        back = self.back_mm * (1.0 - 0.55 * chest + (0.15 if female else 0.0) * hips)
        side = self.side_mm * (1.0 - 0.35 * chest + (0.5 if female else 0.2) * hips) + 4.0 * hips
        thigh = 1.0 - _step(-140.0, -40.0, z_mm)
        back = back * (1.0 - 0.55 * thigh)
        depth, width = self.stretch(z_mm)
        axis = np.interp(z_mm, [-230, -60, 60, 300, 480, 545], [195, 195, 195, 190, 205, 215])
        return np.stack(
            [front / (depth * self.scale_y), back / self.scale_y, side / (width * self.scale_x), axis], axis=1
        ).astype(np.float32)

    def to_base(
        self,
        x_mm: NDArray[np.float64],
        y_mm: NDArray[np.float64],
        z_mm: NDArray[np.float64],
        midline_mm: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Base x (nz, nx), y (nz, ny) and z (nz,) of world columns, rows and slices."""
        base_z = z_mm / self.scale_z
        depth, width = self.stretch(base_z)
        across = x_mm / self.scale_x
        beyond = np.maximum(np.abs(across) - SPINE_HALF_MM, 0.0)
        base_x = midline_mm + np.sign(across)[None] * (
            np.minimum(np.abs(across), SPINE_HALF_MM)[None] + beyond[None] / width[:, None]
        )
        along = y_mm / self.scale_y + CENTRE_Y_MM - SPINE_FRONT_Y_MM
        base_y = SPINE_FRONT_Y_MM + np.where(along < 0, along[None] / depth[:, None], along[None])
        return base_x, base_y, base_z

    def to_world(self, point: tuple[float, float, float], midline_mm: float) -> tuple[float, float, float]:
        """World mm of one base point."""
        depth, width = self.stretch(np.array([point[2]]))
        across = point[0] - midline_mm
        beyond = max(abs(across) - SPINE_HALF_MM, 0.0)
        x = np.sign(across) * (min(abs(across), SPINE_HALF_MM) + beyond * float(width[0]))
        along = point[1] - SPINE_FRONT_Y_MM
        y = (along * float(depth[0]) if along < 0 else along) + SPINE_FRONT_Y_MM - CENTRE_Y_MM
        return float(x * self.scale_x), float(y * self.scale_y), float(point[2] * self.scale_z)


def physique_of(parameters: PatientParameters) -> Physique:
    """The physique that the parameters and their seed give."""
    rng = generator(parameters.seed, "anatomy-shape")
    wobble = rng.normal(size=6)
    tall = parameters.height / REFERENCE_HEIGHT_CM
    female = parameters.sex == "female"
    frame = tall**0.7 * (0.985 if female else 1.0)
    index = parameters.index
    fat = 1.0 + 0.04 * float(np.clip(wobble[0], -2, 2))

    def at(values: tuple[float, ...]) -> float:
        return float(np.interp(index, _BMI, values))

    return Physique(
        parameters=parameters,
        scale_x=frame * (1.0 + 0.010 * float(np.clip(wobble[1], -2, 2))),
        scale_y=frame * (1.0 + 0.008 * float(np.clip(wobble[2], -2, 2))),
        scale_z=tall,
        depth=at(_DEPTH) * (1.0 + 0.01 * float(np.clip(wobble[3], -2, 2))),
        front_mm=at(_FRONT) * fat,
        back_mm=at(_BACK) * fat * (1.04 if female else 1.0),
        side_mm=at(_SIDE) * fat,
        gas_level=1.02 - 0.10 * float(np.clip(wobble[4], -1.5, 1.5)),
    )


def additions(physique: Physique, base: BaseBody) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ellipsoids by sex: organs of the pelvis (n, 7) with their tissue, and breasts (n, 6); base mm."""
    mid = base.midline_mm
    if physique.parameters.sex == "male":
        return np.array([[mid, 186.0, -66.0, 23.0, 17.0, 18.0, 22.0]]), np.zeros((0, 6))
    fat = physique.front_mm
    size = 50.0 + 0.30 * fat
    breasts = [
        [mid + side * 78.0, 122.0 - 0.55 * fat, 366.0, size * 1.35, size * 0.80, size * 1.25]
        for side in (-1, 1)
    ]
    return np.array([[mid + 4.0, 214.0, -14.0, 27.0, 21.0, 34.0, 21.0]]), np.array(breasts)
