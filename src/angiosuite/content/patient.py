"""Schema of ``patients/<id>/patient.yaml``: the parameters a virtual patient is grown from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Item, Kebab, Refers

Sex = Literal["female", "male"]
Habitus = Literal["slim", "average", "overweight", "obese"]
Condition = Literal["hypertension", "diabetes"]

#: Body-mass index (kg/m2) each habitus word may stand for; overlapping on purpose, WHO classes ± 1.
BMI_OF_HABITUS: dict[str, tuple[float, float]] = {
    "slim": (16.0, 21.5),
    "average": (20.0, 26.5),
    "overweight": (24.5, 31.5),
    "obese": (29.0, 50.0),
}


class PatientItem(Item):
    """An adult patient grown from parameters; the same parameters give the same body.

    Notes
    -----
    **Valid for** adults of 145 to 200 cm and a body-mass index of 16 to 50 kg/m2.
    """

    sex: Sex
    age_years: int = Field(ge=18, le=95)
    height_cm: float = Field(ge=145, le=200)
    habitus: Habitus
    mass_kg: float | None = Field(default=None, ge=35, le=200)
    bmi: float | None = Field(default=None, ge=16, le=50, description="kg/m2, instead of mass_kg")
    seed: int = Field(ge=0, le=2**32 - 1, description="draws everything that the other fields leave open")
    order: int = Field(
        default=100, ge=0, le=10_000, description="place in the list; the lowest is the default"
    )
    variants: dict[Kebab, Kebab] = Field(
        default_factory=dict,
        description="vessel anatomy that is not left to the seed: site of a vessel template, its variant",
    )
    egfr_ml_min: float | None = Field(
        default=None,
        ge=5,
        le=150,
        description="filtration of the kidneys, ml/min per 1.73 m2, as the chart has it",
    )
    conditions: tuple[Condition, ...] = Field(
        default=(), description="of the chart, that make walls weaker: hypertension, diabetes"
    )
    compare_with: tuple[Annotated[Kebab, Refers("patients")], ...] = Field(
        default=(),
        description="ids of patients that the page offers beside this one",
    )

    def rules(self) -> Iterator[Broken]:
        """Exactly one of mass and index is given, and it fits the habitus."""
        yield from super().rules()
        if (self.mass_kg is None) == (self.bmi is None):
            yield Broken(("mass_kg",), "and bmi: exactly one is needed", "one of the two", uses=("bmi",))
            return
        low, high = BMI_OF_HABITUS[self.habitus]
        if not low <= self.bmi_kg_m2 <= high:
            yield Broken(
                ("habitus",),
                f"does not fit a body-mass index of {self.bmi_kg_m2:.1f} kg/m2",
                f"an index of {low:g} to {high:g} kg/m2, or another habitus",
                self.habitus,
                ("mass_kg", "bmi", "height_cm"),
            )

    @property
    def bmi_kg_m2(self) -> float:
        """Body-mass index, kg/m2, given or from mass and height."""
        if self.bmi is not None:
            return self.bmi
        assert self.mass_kg is not None
        return self.mass_kg / (self.height_cm / 100.0) ** 2

    @property
    def body_mass_kg(self) -> float:
        """Body mass, kg, given or from the index and height."""
        if self.mass_kg is not None:
            return self.mass_kg
        assert self.bmi is not None
        return self.bmi * (self.height_cm / 100.0) ** 2
