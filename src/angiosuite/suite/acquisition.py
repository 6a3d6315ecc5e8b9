"""What the acquisition pedal will make: programme, dose level, matrix, phases of changing rate, mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from angiosuite.content.exposure import Acquisition as Offer
from angiosuite.kit.errors import WrongUse, did_you_mean

Kind = Literal["cine", "dsa", "series"]


@dataclass(frozen=True, slots=True)
class RunPhase:
    """A stretch of a run at one rate; `seconds` None lasts until the pedal is let go."""

    rate_hz: float
    seconds: float | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"rate_hz": self.rate_hz, "seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class MaskChoice:
    """Which frames are the mask while a run is made.

    Parameters
    ----------
    when : {"first", "later"}
        Taken as the run begins and subtracted at once, or chosen in review.
    frame, count : int
        First frame of the mask, counted from the first one after exposure control has settled, and how many
        are averaged.
    """

    when: Literal["first", "later"] = "first"
    frame: int = 1
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"when": self.when, "frame": self.frame, "count": self.count}


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What is chosen of the machine's acquisition programmes."""

    programme: str
    title: str
    kind: Kind
    level: str
    matrix: int
    phases: tuple[RunPhase, ...]
    mask: MaskChoice
    longest_s: float

    @classmethod
    def of(cls, offer: Offer) -> Acquisition:
        """A programme as the machine offers it."""
        return cls(
            programme=offer.id,
            title=offer.title,
            kind=offer.kind,
            level=offer.default_level,
            matrix=offer.default_matrix,
            phases=tuple(RunPhase(phase.rate_hz, phase.seconds) for phase in offer.phases),
            mask=MaskChoice("first" if offer.kind == "dsa" else "later"),
            longest_s=offer.longest_s,
        )

    def phase_at(self, t_s: float) -> tuple[int, RunPhase, float | None]:
        """Number of the phase at a time since the first exposure, the phase, and when it ends."""
        begun = 0.0
        for number, phase in enumerate(self.phases):
            if phase.seconds is None:
                return number, phase, None
            if t_s < begun + phase.seconds - 1e-9:
                return number, phase, begun + phase.seconds
            begun += phase.seconds
        return len(self.phases) - 1, self.phases[-1], begun

    @property
    def total_s(self) -> float:
        """Longest duration of the run, seconds."""
        if self.phases[-1].seconds is None:
            return self.longest_s
        return min(sum(phase.seconds or 0.0 for phase in self.phases), self.longest_s)

    def as_dict(self) -> dict[str, Any]:
        """The choice, for page and checkpoint."""
        return {
            "programme": self.programme,
            "title": self.title,
            "kind": self.kind,
            "level": self.level,
            "matrix": self.matrix,
            "phases": [phase.as_dict() for phase in self.phases],
            "mask": self.mask.as_dict(),
        }


def changed(now: Acquisition, offers: Mapping[str, Offer], changes: Mapping[str, Any]) -> Acquisition:
    """The choice after a change; another programme starts from what it offers.

    Raises
    ------
    WrongUse
        Naming what the machine offers instead.
    """
    name = changes.get("programme", now.programme)
    if name not in offers:
        raise WrongUse(
            "The machine has no such acquisition programme",
            code="programme-unknown",
            where="acquisition.set",
            value=name,
            way_out=did_you_mean(name, offers) or f"Choose one of {', '.join(offers)}.",
        )
    offer = offers[name]
    chosen = now if name == now.programme else Acquisition.of(offer)
    if "level" in changes:
        _offered("level", changes["level"], [level.id for level in offer.levels])
        chosen = replace(chosen, level=changes["level"])
    if "matrix" in changes:
        _offered("matrix", changes["matrix"], list(offer.matrices))
        chosen = replace(chosen, matrix=changes["matrix"])
    if "phases" in changes:
        chosen = replace(chosen, phases=_phases(changes["phases"], offer))
    mask = {name[5:]: changes[name] for name in ("mask_when", "mask_frame", "mask_count") if name in changes}
    if mask.get("when") == "first" and chosen.kind != "dsa":
        raise WrongUse(
            "Only subtraction angiography takes its mask first",
            code="setting-not-offered",
            where="mask_when",
            value=chosen.kind,
            way_out="Choose a DSA programme, or a mask in review.",
        )
    return replace(chosen, mask=replace(chosen.mask, **mask))


def _offered(name: str, value: Any, options: list[Any]) -> None:
    if value not in options:
        raise WrongUse(
            "The machine does not offer this",
            code="setting-not-offered",
            where=name,
            value=value,
            way_out=f"Choose one of {', '.join(str(option) for option in options)}.",
        )


def _phases(asked: list[list[float | None]], offer: Offer) -> tuple[RunPhase, ...]:
    for number, (rate_hz, seconds) in enumerate(asked):
        _offered("phases", rate_hz, list(offer.rates_hz))
        if seconds is None and number < len(asked) - 1:
            raise WrongUse(
                "Only the last phase may be open-ended",
                code="phase-open",
                where="phases",
                value=number + 1,
                way_out="Give the earlier phases a duration in seconds.",
            )
    return tuple(RunPhase(float(rate or 0.0), seconds) for rate, seconds in asked)


def restored(plain: Mapping[str, Any], offers: Mapping[str, Offer]) -> Acquisition:
    """The choice that :meth:`Acquisition.as_dict` wrote."""
    return Acquisition(
        programme=plain["programme"],
        title=plain["title"],
        kind=plain["kind"],
        level=plain["level"],
        matrix=plain["matrix"],
        phases=tuple(RunPhase(**phase) for phase in plain["phases"]),
        mask=MaskChoice(**plain["mask"]),
        longest_s=offers[plain["programme"]].longest_s,
    )
