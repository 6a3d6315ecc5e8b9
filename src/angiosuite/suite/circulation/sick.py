"""The vessels of a session's patient: the room's own, or with other variants and lesions in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from angiosuite.anatomy.vessels.build import grow_vessels
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.anatomy.vessels.lesions import flow_effects, with_lesions
from angiosuite.anatomy.vessels.maker import maker_hash
from angiosuite.anatomy.vessels.stored import load_graph, save_graph
from angiosuite.kit.errors import AngiosuiteError

from .afflicted import Afflicted
from .plumbing import plumb
from .rest import at_rest
from .settling import Settled

if TYPE_CHECKING:
    from angiosuite.suite.room import Room

__all__ = ["Sick"]


@dataclass(frozen=True, slots=True, eq=False)
class Sick:
    """One patient's vessels for flow and for the picture.

    Parameters
    ----------
    plumbed : VesselGraph
        What flows: narrowings at their healthy radius, their loss comes from the lesions.
    drawn : VesselGraph
        What is seen.
    rest : Settled
        The patient without lesions.
    afflicted : Afflicted or None
    """

    plumbed: VesselGraph
    drawn: VesselGraph
    rest: Settled
    afflicted: Afflicted | None = None

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Holes that bleed."""
        return () if self.afflicted is None else self.afflicted.leaks

    @classmethod
    def healthy(cls, room: Room, rate_per_min: float) -> Sick:
        """The room's own patient."""
        return cls(room.vessels, room.vessels, room.at_rest(rate_per_min))

    @classmethod
    def made(
        cls,
        room: Room,
        rate_per_min: float,
        seed: int,
        variants: Mapping[str, str],
        lesions: Sequence[Mapping[str, Any]],
    ) -> Sick:
        """The room's patient with other variants, where they differ, and with lesions."""
        own = room.vessels
        other = {site: variant for site, variant in variants.items() if own.variants.get(site) != variant}
        if other:
            graph = _grown(room, {**own.variants, **other})
            rest = at_rest(plumb(graph, **room.plumbed), rate_per_min, room.cache)
        else:
            graph, rest = own, room.at_rest(rate_per_min)
        if not lesions:
            return cls(graph, graph, rest)
        plumbed = with_lesions(graph, lesions, seed, narrowed=False)
        drawn = with_lesions(graph, lesions, seed)
        return cls(plumbed, drawn, rest, Afflicted(plumbed, flow_effects(plumbed, lesions, seed), rest))


def _grown(room: Room, variants: Mapping[str, str]) -> VesselGraph:
    """The patient's vessels with these variants: grown once, kept where the room keeps things."""
    if room.cache is None:
        return grow_vessels(room.body, variants=variants, library=room.content)
    told = json.dumps([room.vessels.content_hash, maker_hash(room.content), sorted(variants.items())])
    folder = room.cache / f"variants-{hashlib.sha256(told.encode()).hexdigest()[:24]}"
    try:
        return load_graph(folder)
    except AngiosuiteError:
        graph = grow_vessels(room.body, variants=variants, library=room.content)
        save_graph(graph, folder)
        return graph
