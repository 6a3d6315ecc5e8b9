"""The injector's desk: what is filled, purged, armed and given, by pump or hand, and how much so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.contrast_medium import ContrastItem, IodinatedMedium
from angiosuite.content.device import DeviceItem
from angiosuite.content.injector_protocol import ProtocolItem
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.kit.randomness import generator
from angiosuite.physics.flow.hand_injection import HandInjection
from angiosuite.physics.flow.injection_line import SALINE, Bore, Fluid, flow_at_limit_ml_s
from angiosuite.physics.flow.injector import Injector
from angiosuite.physics.flow.lumen_column import LumenColumn

from .catheter import holes_at
from .mixture import Mixture

__all__ = ["Desk", "bore_of", "fluid_of"]

WARM_C, ROOM_C = 37.0, 20.0
DEFAULT_MEDIUM = "iohexol-300"
"""What a hand syringe holds while the injector is empty."""
SALINE_ID = "saline"
FLUSH_ML_S = 4.0
SMALL_ML = 3.0
"""Size of the syringe that agents are given from, filled again and again, ml."""
BLOCKED_SHARE = 1e-3
"""Of a lumen's area: less that is open lets no hand push anything."""
LEAST_FREE_MM = 0.02
"""What is always open of a lumen."""


@dataclass(frozen=True, slots=True)
class Push:
    """One injection by hand: what is meant, and its number in the session."""

    ml: float
    rate_ml_s: float
    medium: str
    number: int
    mixture: Mixture | None = None


def bore_of(catheter: Catheter, inside_mm: float = 0.0, open_mm: float | None = None) -> Bore:
    """A catheter's lumen and holes for the injector's line, around what lies in it, as far as it is open."""
    holes = catheter.holes
    end_mm = None if holes.end else 0.0
    bore_mm = max(min(catheter.bore_mm, open_mm or catheter.bore_mm), inside_mm + LEAST_FREE_MM)
    return Bore(bore_mm, catheter.length_cm, end_mm, holes.side, holes.side_mm or 0.0, inside_mm)


def fluid_of(item: ContrastItem) -> Fluid:
    """A medium for the injector."""
    medium = item.medium
    if not isinstance(medium, IodinatedMedium):
        raise WrongUse(
            f"{item.title} is a gas: the injector is for liquids",
            code="medium-is-gas",
            value=item.id,
            way_out="Use the gas syringe.",
        )
    return Fluid(
        medium.iodine_mg_ml, medium.viscosity_20_mpa_s, medium.viscosity_37_mpa_s, medium.density_g_ml
    )


class Desk:
    """Injector, hand syringe and what lies in the catheter.

    Parameters
    ----------
    content : Library
        Media and protocols.
    seed : int
        Of the session: how much air a filling draws in, how steady a hand is.
    may_use : callable, optional
        Refuses a medium that is not at hand.
    """

    def __init__(
        self, content: Library, seed: int, may_use: Callable[[str], None] = lambda medium: None
    ) -> None:
        self._content = content
        self._may_use = may_use
        self._seed = seed
        self._draws = 0
        self.injector = Injector()
        self._pushes = 0
        self.push: Push | None = None
        """The injection by hand that goes on."""
        self._hand: HandInjection | None = None
        self.medium: str | None = None
        self.is_warmed = False
        self.protocol: str | None = None
        self.device: DeviceItem | None = None
        self.column: LumenColumn | None = None
        self.inside_mm = 0.0
        """Thickness of what lies in the catheter's lumen."""
        self.open_mm: float | None = None
        """What a kink or clot leaves open of it; None: all."""
        self.used: dict[str, float] = {}
        """ml of each medium that left a catheter's tip or was thrown away with a purge."""
        self.given_ml = self.given_mg = self.air_ml = 0.0
        """Liquid, iodine and air that left the tip so far."""
        self.entered_ml: dict[int, float] = {}
        """Of every preparation, what came into a catheter at its hub."""
        self.discarded_ml: dict[int, float] = {}
        """Of it what was in a lumen that was thrown away."""
        self._is_own = False

    # ---- hands -------------------------------------------------------------------------------------------

    def fill(self, medium: str, warmed: bool) -> None:
        """Fill the injector with a medium."""
        self._may_use(medium)
        item = self._medium(medium)
        fluid = fluid_of(item)
        self.injector.fill(fluid, WARM_C if warmed else ROOM_C, chance=self._chance())
        self.medium, self.is_warmed = item.id, warmed
        self._reconnect()

    def purge(self) -> None:
        """Push the air out."""
        self.injector.purge(self._chance())

    def choose(self, protocol: str) -> ProtocolItem:
        """Set rate, volume, rise and limit of a protocol."""
        known = self._content.items["protocols"]
        if protocol not in known:
            raise WrongUse(
                f"Protocol '{protocol}' is not known",
                code="protocol-not-known",
                value=protocol,
                way_out=did_you_mean(protocol, known) or "See: angiosuite list protocols.",
            )
        item = known[protocol].item
        assert isinstance(item, ProtocolItem)
        limit = item.limit_psi or (
            self.device.catheter.max_psi if self.device else self.injector.setting.limit_psi
        )
        self.injector.set(
            rate_ml_s=item.rate_ml_s, volume_ml=item.volume_ml, rise_s=item.rise_s, limit_psi=limit
        )
        self.protocol = item.id
        return item

    def connect(self, device: DeviceItem, column: LumenColumn | None = None) -> None:
        """Connect to a catheter and what lies in its lumen, saline without a column."""
        self._discard()
        self._is_own = column is None
        self.device, self.inside_mm, self.open_mm = device, 0.0, None
        self.column = LumenColumn(device.catheter.dead_space_ml) if column is None else column
        self._reconnect()

    def leave_free(self, inside_mm: float, open_mm: float | None = None) -> None:
        """Something so thick lies in the lumen, and a kink or clot leaves so much of it open."""
        if (inside_mm, open_mm) != (self.inside_mm, self.open_mm):
            self.inside_mm, self.open_mm = inside_mm, open_mm
            self._reconnect()

    def _bore(self) -> Bore:
        assert self.device is not None
        open_mm, left = self.open_mm, 1.0 if self.column is None else self.column.open_share
        if left < 1.0:
            open_mm = (open_mm or self.device.catheter.bore_mm) * left**0.5
        return bore_of(self.device.catheter, self.inside_mm, open_mm)

    def _discard(self) -> None:
        """What lay in a lumen that nobody else keeps is thrown away with it."""
        if self._is_own and self.column is not None:
            for number, ml in (*self.column.content.agents, *self.column.take_agents()):
                self.discarded_ml[number] = self.discarded_ml.get(number, 0.0) + ml

    def jam(self, open_share: float) -> None:
        """Something jams or sets in the connected catheter's lumen: what is pushed by hand stops."""
        assert self.column is not None
        self.column.open_share = min(self.column.open_share, open_share)
        self.push = self._hand = None
        self._reconnect()

    def disconnect(self) -> None:
        """The catheter is gone."""
        self._discard()
        self.device = self.column = None
        self.injector.disconnect()
        self.push = self._hand = None

    def puff(self, ml: float, rate_ml_s: float) -> None:
        """Inject contrast by hand: what the injector holds, else the usual medium."""
        self._may_use(self.hand_medium)
        self._push(ml, rate_ml_s, self.hand_medium)

    @property
    def hand_medium(self) -> str:
        """Medium of an injection by hand."""
        return self.medium or DEFAULT_MEDIUM

    def let_go(self) -> None:
        """The thumb comes off the syringe: what was still to come of an injection by hand stays in it."""
        self.push = self._hand = None

    def flush(self, ml: float) -> None:
        """Inject saline by hand."""
        self._push(ml, FLUSH_ML_S, SALINE_ID)

    def mix(self, ml: float, rate_ml_s: float, medium: str, mixture: Mixture) -> None:
        """Inject by hand what was prepared."""
        if medium != SALINE_ID:
            self._may_use(medium)
        self._push(ml, rate_ml_s, medium, mixture)

    def _push(self, ml: float, rate_ml_s: float, medium: str, mixture: Mixture | None = None) -> None:
        if self.device is None:
            raise WrongUse("No catheter is in the patient", code="no-catheter", way_out="Place one first.")
        if self.column is not None and self.column.open_share < BLOCKED_SHARE:
            raise WrongUse("The catheter is blocked", code="catheter-blocked", way_out="Take another one.")
        self._pushes += 1
        self.push = Push(ml, rate_ml_s, medium, self._pushes, mixture)
        self._hand = self._hand_of(self.push)

    def _hand_of(self, push: Push) -> HandInjection:
        assert self.device is not None and self.column is not None
        if push.mixture is not None:
            fluid = push.mixture.fluid
        else:
            fluid = SALINE if push.medium == SALINE_ID else fluid_of(self._medium(push.medium))

        def noise(place: int) -> float:
            return float(generator(self._seed, f"hand-{push.number}", place).standard_normal())

        temperature = WARM_C if self.is_warmed else ROOM_C
        syringe_ml = 20.0 if push.ml > 10.0 else 10.0
        mixture = push.mixture
        if mixture is not None and mixture.agent > 0:
            syringe_ml = SMALL_ML
        agent = (0, 0.0) if mixture is None else (mixture.agent, mixture.agent_share)
        return HandInjection(
            self._bore(),
            fluid,
            self.column,
            push.ml,
            push.rate_ml_s,
            noise,
            temperature,
            syringe_ml,
            agent=agent,
        )

    # ---- physics -----------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether anything is given or waits to be."""
        return self.injector.busy or self._hand is not None

    def give(self, seconds: float) -> tuple[float, float]:
        """Volume flow at the tip, ml/s, and its iodine, mg/ml, over the next step."""
        if self.column is None:
            return 0.0, 0.0
        ml_s, mg_s = 0.0, 0.0
        given = []
        if self.injector.busy:
            given.append((self.medium, self.injector.step(seconds), 1.0))
        if self._hand is not None and self.push is not None:
            mixture, came = self.push.mixture, self._hand.agent_ml
            share = 1.0 if mixture is None else mixture.medium_share
            given.append((self.push.medium, self._hand.step(seconds), share))
            if mixture is not None:
                entered = self.entered_ml.get(mixture.agent, 0.0)
                self.entered_ml[mixture.agent] = entered + self._hand.agent_ml - came
            if self._hand.done:
                self.push = self._hand = None
        for medium, push, share in given:
            liquid = push.flow_ml_s - push.air_ml / seconds
            ml_s += liquid
            mg_s += liquid * push.iodine_mg_ml
            self._use(medium, liquid * seconds * share)
            self.air_ml += push.air_ml
        self.given_ml += ml_s * seconds
        self.given_mg += mg_s * seconds
        return ml_s, mg_s / ml_s if ml_s > 0.0 else 0.0

    def _use(self, medium: str | None, ml: float) -> None:
        if medium is not None and medium != SALINE_ID and ml > 0.0:
            self.used[medium] = self.used.get(medium, 0.0) + ml

    def take_events(self) -> list[tuple[str, dict[str, float]]]:
        """What happened at the injector since the last call."""
        return self.injector.take_events()

    # ---- what is shown -----------------------------------------------------------------------------------

    def limits(self) -> dict[str, Any] | None:
        """What the catheter bears with this medium; None without one."""
        if self.device is None:
            return None
        part = self.device.catheter
        temperature = WARM_C if self.is_warmed else ROOM_C
        most = flow_at_limit_ml_s(part.max_psi, self._bore(), self.injector.fluid, temperature)
        rate = min(most, part.max_ml_s) if part.max_ml_s else most
        return {
            "rate_ml_s": round(rate, 1),
            "volume_ml": None,
            "psi": round(part.max_psi),
            "by": self.device.title,
        }

    def show(self) -> dict[str, Any]:
        """For the page."""
        facts = self.injector.facts()
        rounded = {
            key: round(value, 2) if isinstance(value, float) else value for key, value in facts.items()
        }
        medium = None if self.medium is None else _medium_dict(self._medium(self.medium))
        return {
            **rounded,
            "medium": medium and {**medium, "temperature_c": WARM_C if self.is_warmed else ROOM_C},
            "warmed": self.is_warmed,
            "limits": self.limits(),
            "protocol": self.protocol,
            "warnings": self._warnings(),
            "hand": self.push is not None,
        }

    def offers(self) -> dict[str, Any]:
        """What can be filled and chosen: told once."""
        media = [_medium_dict(item) for item in self._media() if isinstance(item.medium, IodinatedMedium)]
        return {"media": media, "protocols": self._protocols()}

    def catheters(self) -> list[dict[str, Any]]:
        """Catheters on the table."""
        found = []
        for loaded in self._content.items["devices"].values():
            item = loaded.item
            if not isinstance(item, DeviceItem) or not isinstance(item.part, Catheter):
                continue
            part = item.part
            if part.balloon is not None or part.stent is not None:
                continue  # a wire's lumen: nothing is injected through it by the pump
            most = flow_at_limit_ml_s(part.max_psi, bore_of(part), self.injector.fluid, WARM_C)
            found.append(
                {
                    "id": item.id,
                    "title": item.title,
                    "french": round(part.french, 1),
                    "holes": holes_at(part),
                    "shape": part.family.replace("-", " "),
                    "max_psi": round(part.max_psi),
                    "max_ml_s": round(min(most, part.max_ml_s or most), 1),
                    "length_cm": part.length_cm,
                    "order": item.order,
                }
            )
        return sorted(found, key=lambda one: (one["order"], one["title"]))

    def _warnings(self) -> list[str]:
        setting, limits = self.injector.setting, self.limits()
        told = []
        if limits is not None and setting.limit_psi > limits["psi"]:
            told.append(f"The pressure limit is above the {limits['psi']} psi that the catheter bears.")
        if limits is not None and setting.rate_ml_s > limits["rate_ml_s"]:
            told.append(f"The catheter takes {limits['rate_ml_s']:g} ml/s at most with this medium.")
        if self.injector.stage == "armed" and self.injector.air != "clear":
            told.append("Armed, and nobody looked for air.")
        return told

    def _protocols(self) -> list[dict[str, Any]]:
        found = []
        for loaded in self._content.items["protocols"].values():
            item = loaded.item
            assert isinstance(item, ProtocolItem)
            found.append(
                {
                    "id": item.id,
                    "title": item.title,
                    "vessels": list(item.vessels),
                    "rate_ml_s": item.rate_ml_s,
                    "volume_ml": item.volume_ml,
                    "rise_s": item.rise_s,
                    "limit_psi": item.limit_psi,
                    "order": item.order,
                }
            )
        return sorted(found, key=lambda one: (one["order"], one["title"]))

    # ---- content -----------------------------------------------------------------------------------------

    def _media(self) -> list[ContrastItem]:
        items = [loaded.item for loaded in self._content.items["contrast"].values()]
        return sorted((i for i in items if isinstance(i, ContrastItem)), key=lambda i: (i.order, i.title))

    def _medium(self, identity: str) -> ContrastItem:
        known = self._content.items["contrast"]
        if identity not in known:
            raise WrongUse(
                f"Contrast medium '{identity}' is not known",
                code="medium-not-known",
                value=identity,
                way_out=did_you_mean(identity, known) or "See: angiosuite list contrast.",
            )
        item = known[identity].item
        assert isinstance(item, ContrastItem)
        return item

    def _reconnect(self) -> None:
        if self.device is not None and self.column is not None:
            self.injector.connect(self._bore(), self.column)

    def _chance(self) -> float:
        self._draws += 1
        return float(generator(self._seed, "injector", self._draws).random())

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
        """Everything that the next step depends on, but the catheter."""
        plain = {
            "draws": self._draws,
            "medium": self.medium,
            "warmed": self.is_warmed,
            "protocol": self.protocol,
            "used": dict(self.used),
            "given": [self.given_ml, self.given_mg, self.air_ml],
            "pushes": self._pushes,
            "push": None if self.push is None else asdict(self.push),
            "inside_mm": self.inside_mm,
            "open_mm": self.open_mm,
            "entered_ml": list(self.entered_ml.items()),
            "discarded_ml": list(self.discarded_ml.items()),
        }
        arrays = {f"injector_{key}": value for key, value in self.injector.state().items()}
        if self.column is not None:
            arrays |= {f"column_{key}": value for key, value in self.column.state().items()}
        if self._hand is not None:
            arrays |= {f"hand_{key}": value for key, value in self._hand.state().items()}
        return plain, arrays

    def recall(self, plain: Mapping[str, Any]) -> None:
        """What was given so far, and nothing of what lay in injector and catheter."""
        self.used = dict(plain["used"])
        self.given_ml, self.given_mg, self.air_ml = plain["given"]
        self._draws, self._pushes = plain["draws"], plain["pushes"]

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Return to a state taken by :meth:`state`, the catheter being connected."""
        self._draws, self.medium, self.is_warmed = plain["draws"], plain["medium"], plain["warmed"]
        self.protocol, self.used = plain["protocol"], dict(plain["used"])
        self.given_ml, self.given_mg, self.air_ml = plain["given"]
        self._pushes = plain["pushes"]
        self.entered_ml = dict(plain.get("entered_ml", ()))
        self.discarded_ml = dict(plain.get("discarded_ml", ()))
        self.leave_free(plain.get("inside_mm", 0.0), plain.get("open_mm"))
        if self.medium is not None:
            self.injector.fluid = fluid_of(self._medium(self.medium))
        if self.column is not None:
            self.column.restore(_under("column_", arrays))
        self.push = self._hand = None
        if plain["push"] is not None:
            kept = dict(plain["push"])
            mixture = kept.pop("mixture", None)
            self.push = Push(**kept, mixture=None if mixture is None else Mixture(**mixture))
            self._hand = self._hand_of(self.push)
            self._hand.restore(_under("hand_", arrays))
        self.injector.restore(_under("injector_", arrays))


def _medium_dict(item: ContrastItem) -> dict[str, Any]:
    assert isinstance(item.medium, IodinatedMedium)
    return {"id": item.id, "title": item.title, "iodine_mg_ml": item.medium.iodine_mg_ml}


def _under(prefix: str, arrays: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
