"""Doses of a session: one that runs in, those that were given, and the warnings that content has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from angiosuite.content.drug import DoseWarning, DrugItem
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse, did_you_mean

__all__ = ["Given", "Running", "drug_named", "drugs_of", "warnings_for"]

ROUTES = {"iv": "into a vein", "ia": "through the catheter", "inhaled": "to breathe"}


@dataclass(slots=True)
class Running:
    """A dose that runs in.

    Parameters
    ----------
    drug, acts : str
        Id of the content, and what the engine makes of it.
    dose, left : float
        The whole of it, and what has not run in yet, in the drug's unit.
    per_s : float
    place : int
        Key of where it goes; -1: everywhere.
    flow_ml : float
        Blood that has carried it away so far.
    seconds : float
        Since it began.
    """

    drug: str
    acts: str
    dose: float
    left: float
    per_s: float
    place: int = -1
    flow_ml: float = 0.0
    seconds: float = 0.0

    def run(self, seconds: float, flow_ml_s: float) -> float:
        """Time goes on; what runs in meanwhile."""
        part = min(self.left, self.per_s * seconds)
        self.left = self.left - part if self.left - part > 1e-9 * self.dose else 0.0
        self.flow_ml += abs(flow_ml_s) * seconds
        self.seconds += seconds
        return part

    @property
    def flow_ml_s(self) -> float:
        """Mean flow that has carried it away."""
        return self.flow_ml / self.seconds if self.seconds > 0.0 else 0.0

    def state(self) -> dict[str, Any]:
        """Everything of it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that was ordered: when, of what, how much, which way."""

    t_us: int
    drug: str
    dose: float
    route: str


def drugs_of(content: Library) -> list[DrugItem]:
    """What can be given, in the order of the content."""
    found = [one.item for one in content.items["drugs"].values()]
    return sorted((i for i in found if isinstance(i, DrugItem)), key=lambda i: (i.order, i.title))


def drug_named(content: Library, name: str) -> DrugItem:
    """The drug with this id; `WrongUse` names what there is."""
    known = content.items["drugs"]
    if name not in known:
        raise WrongUse(
            f"Drug '{name}' is not known",
            code="drug-not-known",
            value=name,
            way_out=did_you_mean(name, known) or "See: angiosuite list drugs.",
        )
    item = known[name].item
    assert isinstance(item, DrugItem)
    return item


def warnings_for(
    item: DrugItem, order: Given, over_s: float, mass_kg: float, before: Sequence[Given]
) -> list[DoseWarning]:
    """What content has to say of a dose; never a refusal."""
    per_minute = 60.0 * order.dose / over_s if over_s > 0.0 else 0.0
    found = []
    for warning in item.warnings:
        since_us = order.t_us - 60e6 * (warning.minutes or 0.0)
        in_all = order.dose + sum(g.dose for g in before if g.drug == item.id and g.t_us >= since_us)
        if warning.holds(order.dose, per_minute, in_all, mass_kg, order.route):
            found.append(warning)
    return found


def words_of(item: DrugItem, dose: float, route: str) -> str:
    """``Heparin 5000 IU into a vein``."""
    return f"{item.title} {dose:g} {item.unit} {ROUTES[route]}"


def running_of(plain: Mapping[str, Any]) -> Running:
    """The dose that :meth:`Running.state` told of."""
    return Running(**plain)
