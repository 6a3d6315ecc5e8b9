"""Schema of ``field/<id>/entry.yaml``: one entry of the directory of the field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.schema import Basis, Broken, Country, Day, Item, Kebab, Line, Prose, Refers

EntryKind = Literal[
    "society",
    "section",
    "interest-group",
    "meeting",
    "course",
    "journal",
    "programme",
    "fellowship",
    "observership",
    "scholarship",
    "grant",
    "mentorship",
    "job-board",
    "wellbeing",
]
WhoFor = Literal["student", "resident", "fellow", "certified"]
Month = Annotated[int, Field(ge=1, le=12)]


class FieldItem(Item):
    """One society, meeting, course, journal, post, grant … of the field; never with a date of its own."""

    kind: EntryKind
    organiser: Line
    countries: tuple[Country, ...] = Field(default=(), description="empty: not bound to a country")
    usual_months: tuple[Month, ...] = Field(
        default=(), max_length=12, description="1 to 12, as in past years"
    )
    months_basis: Basis | None = Field(default=None, description="how the months are known")
    cadence: Line | None = Field(default=None, description="yearly, every two years, all year …")
    link: Line
    verified_on: Day
    verify_every_months: int = Field(ge=1, le=60)
    basis: Basis
    who_for: tuple[WhoFor, ...] = Field(min_length=1)
    text: Prose = Field(min_length=1, description="may link, as the text of a page does")
    related: tuple[Annotated[Kebab, Refers("field")], ...] = ()

    def rules(self) -> Iterator[Broken]:
        """Months say how they are known, once each and in order."""
        yield from super().rules()
        if bool(self.usual_months) != (self.months_basis is not None):
            problem = "and usual_months belong together"
            yield Broken(("months_basis",), problem, "both, or neither", uses=("usual_months",))
        if list(self.usual_months) != sorted(set(self.usual_months)):
            yield Broken(("usual_months",), "is not in order", "each month once, January first")
