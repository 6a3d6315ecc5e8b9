"""What instruments can do to a patient: the figures of each kind of hazard.

Shares are of the stress at which a wall fails. The session's seed draws from a range, ``[0.3, 0.6]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from angiosuite.content.drawn import Spread
from angiosuite.content.schema import Broken, Line, Strict

VesselPattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9*-]+$", max_length=64)]
"""Ids of vessels; ``*`` stands for any letters."""
Share = Annotated[float, Field(gt=0, le=1)]


class HazardPart(Strict):
    """What all kinds can do: say which of their ranges lie beyond what can be."""

    def within(self, **bounds: tuple[float, float]) -> Iterator[Broken]:
        """Broken rules of ranges that lie beyond their bounds."""
        for name, (low, high) in bounds.items():
            spread: Spread = getattr(self, name)
            if not low <= spread.low <= spread.high <= high:
                told = f"{spread.low:g} to {spread.high:g}"
                yield Broken((name,), "lies beyond what can be", f"{low:g} to {high:g}", told)


class Tender(Strict):
    """Vessels that answer sooner than others."""

    vessels: tuple[VesselPattern, ...] = Field(min_length=1, max_length=40)
    factor: float = Field(ge=0.1, le=20, description="on the hazard")


class WallStrength(HazardPart):
    """What a wall bears, and what makes a contact worse or milder."""

    kind: Literal["wall"]
    failure_mpa: float = Field(ge=0.1, le=10, description="stress at which a healthy young wall fails")
    young_years: float = Field(ge=1, le=60)
    old_years: float = Field(ge=20, le=100, description="from here on it falls no more")
    old_share: Share = Field(description="of its strength that is left then")
    hypertension_share: Share
    diabetes_share: Share
    plaque_factor: float = Field(ge=1, le=10, description="on the stress, at the edge of a plaque")
    thin_below_mm: float = Field(ge=0, le=10, description="diameter of side branches with a thin wall")
    thin_factor: float = Field(ge=1, le=10)
    treated_factor: float = Field(ge=1, le=10, description="where a balloon was")
    bow_area_factor: float = Field(
        ge=1, le=50, description="on the area of a J or a pigtail, which lies flat"
    )
    bow_deg: float = Field(ge=45, le=400, description="turn at rest from which an end is such a bow")
    width_share: Share = Field(description="of its diameter with which a shaft lies on a wall")
    rubs: float = Field(ge=0, le=1, description="shear as a share of pressure where a shaft slides")
    follow_factor: float = Field(ge=1, le=20, description="on hazards of a wire while a tube follows it")

    def rules(self) -> Iterator[Broken]:
        """One is young before one is old."""
        if self.young_years >= self.old_years:
            told = f"above {self.young_years:g}"
            yield Broken(("old_years",), "is not after young_years", told, self.old_years, ("young_years",))


class SpasmHazard(HazardPart):
    """An artery that narrows where it was pressed or rubbed."""

    kind: Literal["spasm"]
    from_share: Share
    after_s: float = Field(ge=0, le=60, description="so long above it before anything happens")
    per_s: float = Field(gt=0, le=10, description="hazard from then on")
    tender: tuple[Tender, ...] = ()
    widest_mm: float = Field(gt=0, le=40, description="diameter above which no vessel narrows so")
    left_share: Spread = Field(description="of the lumen's area that is left")
    length_mm: Spread
    on_s: Spread = Field(description="time constant with which it comes")
    off_s: Spread = Field(description="and goes, once nothing presses")
    relaxed_off_s: float = Field(gt=0, le=3600, description="the same with a full dose of nitroglycerin")
    again_s: float = Field(ge=0, le=3600, description="so long the same vessel does it no second time")

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(left_share=(0.02, 0.95), length_mm=(1, 200), on_s=(1, 600), off_s=(10, 7200))


class DissectionHazard(HazardPart):
    """An intima that is lifted: a true and a false lumen."""

    kind: Literal["dissection"]
    from_share: Share
    per_mm: float = Field(gt=0, le=10, description="hazard of each mm that a tip slides so")
    length_mm: Spread
    with_flow_share: Share = Field(description="of the lumen left to blood that lifts the flap further")
    against_flow_share: Share = Field(description="the same where blood presses the flap on")
    false_share: Share = Field(description="of the lumen that the false one takes when it is full")
    entry_mm2: float = Field(gt=0, le=50, description="of the tear")
    reenters_share: float = Field(ge=0, le=1, description="how often it opens back into the true lumen")
    apart_mm: float = Field(gt=0, le=200, description="nearer to one it is the same one")

    def rules(self) -> Iterator[Broken]:
        """Both lumens find room, and blood that lifts the flap leaves less."""
        yield from self.within(length_mm=(2, 200))
        if self.with_flow_share + self.false_share > 1.0:
            way_out = f"{1.0 - self.with_flow_share:g} or less"
            uses = ("with_flow_share",)
            yield Broken(("false_share",), "leaves no room", way_out, self.false_share, uses)
        if self.against_flow_share < self.with_flow_share:
            way_out = f"{self.with_flow_share:g} or more"
            uses = ("with_flow_share",)
            told = "is less than with the flow"
            yield Broken(("against_flow_share",), told, way_out, self.against_flow_share, uses)


class PerforationHazard(HazardPart):
    """A tip that goes through the wall: it bleeds."""

    kind: Literal["perforation"]
    after_s: float = Field(ge=0, le=5, description="so long the stress is above that of failure")
    near_share: Share = Field(description="from here on walls differ: some fail")
    near_per_s: float = Field(ge=0, le=10, description="hazard then")
    bow_safe_above_mm: float = Field(ge=0, le=50, description="diameter above which a bow never goes through")
    wire_hole_share: Share = Field(description="of a wire's end that stays open when it is out")
    tube_hole_share: Share
    plugged_share: Share = Field(description="of that while the instrument is still in the hole")
    gives_ml_mmhg: Spread = Field(description="how much the tissue around takes for 1 mmHg")
    clots_s: Spread = Field(description="time constant of closing at a normal clotting time")
    apart_mm: float = Field(gt=0, le=200, description="nearer to one it is the same one")

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(gives_ml_mmhg=(0.1, 500), clots_s=(5, 36000))


class PlaqueHazard(HazardPart):
    """A piece of plaque that is scraped off and carried away."""

    kind: Literal["plaque-embolus"]
    from_share: Share
    per_mm: float = Field(gt=0, le=10, description="hazard of each mm that something slides so")
    least_plaque: float = Field(ge=0, le=1, description="share of the wall that is plaque, from which it can")
    pieces_mm3: Spread = Field(description="volume of what comes off")
    apart_mm: float = Field(gt=0, le=200, description="nearer to one it is the same one")

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(pieces_mm3=(0.001, 200))


class EmbolusHazard(HazardPart):
    """What clot, plaque or air does where it is stuck."""

    kind: Literal["embolus"]
    most_pieces: int = Field(ge=1, le=50, description="that one release falls into")
    piece_mm3: float = Field(gt=0, le=1000, description="usual size of one")
    closes_share: Share = Field(description="of a lumen that is taken where a piece is stuck in it")
    bed_mm3_a_ml_s: float = Field(
        gt=0, le=10000, description="volume that closes two thirds of a bed, for each ml/s of its flow"
    )
    air_share: Share = Field(description="how much air counts beside something solid")
    air_fades_s: float = Field(gt=0, le=36000, description="time constant with which air goes")
    told_mm3: float = Field(gt=0, le=1000, description="less is carried away and not told")


class KinkHazard(HazardPart):
    """A tube that collapses in a bend."""

    kind: Literal["kink"]
    supported_factor: Share = Field(description="on the kink radius while a wire lies in the tube there")
    after_s: float = Field(ge=0, le=5)
    left_share: Share = Field(description="of the bore")


class KnotHazard(HazardPart):
    """A loop that is pulled tight."""

    kind: Literal["knot"]
    turn_deg: float = Field(ge=180, le=1080)
    apart_diameters: float = Field(gt=0, le=10, description="so near the loop crosses itself")
    tight_mm: float = Field(gt=0, le=100, description="radius of the loop below which it holds itself")


class Chamber(Strict):
    """Where a vessel touches the heart."""

    vessel: VesselPattern
    end: Literal["first", "last"] = Field(description="which end of it lies at the heart")
    within_mm: float = Field(gt=0, le=100, description="of that end")
    name: Line = Field(description="what lies there: right atrium, left ventricle …")


class EctopyHazard(HazardPart):
    """Extra beats where a tip touches the heart."""

    kind: Literal["ectopy"]
    chambers: tuple[Chamber, ...] = Field(min_length=1, max_length=20)
    from_n: float = Field(ge=0, le=5, description="force that counts as a touch")
    per_s: float = Field(gt=0, le=50)
    beats: Spread = Field(description="in a row")
    again_s: float = Field(ge=0, le=600)

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(beats=(1, 30))


class WireLostHazard(HazardPart):
    """A wire whose back end has gone into the hub."""

    kind: Literal["wire-lost"]
    behind_mm: float = Field(ge=0, le=100, description="so far within the hub nobody can hold it")


class BuckledHazard(HazardPart):
    """What is fed goes into a loop and not to the tip."""

    kind: Literal["buckled"]
    fed_mm: float = Field(gt=0, le=500)
    tip_share: float = Field(ge=0, le=1, description="of it that reaches the tip at the most")


class PositionLostHazard(HazardPart):
    """A tube that slips out of its branch while something else is moved."""

    kind: Literal["position-lost"]
    held_s: float = Field(gt=0, le=600, description="so long in a branch before it counts as held")
    depth_mm: float = Field(ge=0, le=200, description="so deep in it")
    still_mm: float = Field(ge=0, le=100, description="the tube itself was moved by less")
    moved_mm: float = Field(ge=0, le=500, description="and something else by more")


Hazard = Annotated[
    WallStrength
    | SpasmHazard
    | DissectionHazard
    | PerforationHazard
    | PlaqueHazard
    | EmbolusHazard
    | KinkHazard
    | KnotHazard
    | EctopyHazard
    | WireLostHazard
    | BuckledHazard
    | PositionLostHazard,
    Field(discriminator="kind"),
]
"""What can happen; its `kind` says which figures it has."""
