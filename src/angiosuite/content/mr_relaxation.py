"""``mr/relaxation.yaml``: what tissues are in an MR machine, and what its contrast agent does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import Field

from angiosuite.content.schema import Kebab, Strict
from angiosuite.kit.errors import WrongUse

__all__ = ["MrTable", "MrTissue", "load_mr_table"]

FIELDS_T = (1.5, 3.0)
"""Field strengths that have a table, T."""
_Pair = tuple[Annotated[float, Field(ge=0, le=10_000)], Annotated[float, Field(ge=0, le=10_000)]]


class MrTissue(Strict):
    """One tissue: proton density (water 1), T1 and T2 in ms at 1.5 and 3 T, T2* as a share of T2."""

    tissue: Kebab
    pd: float = Field(ge=0, le=1)
    t1_ms: _Pair
    t2_ms: _Pair
    star: float = Field(ge=0, le=1)
    basis: Literal["read", "memory"]


class Relaxivity(Strict):
    """Of the contrast agent, l/mmol/s at 1.5 and 3 T."""

    r1: _Pair
    r2: _Pair


class Citation(Strict):
    """Where figures are from."""

    citation: str


class _Table(Strict):
    quality: Literal["draft", "reviewed", "validated"]
    sources: tuple[Citation, ...] = Field(min_length=1)
    relaxivity: Relaxivity
    tissues: tuple[MrTissue, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class MrTable:
    """The table of one field strength.

    Parameters
    ----------
    tissues : mapping of tissue id to (pd, t1_ms, t2_ms, t2star_ms)
    r1, r2 : float
        Relaxivity of the contrast agent, l/mmol/s.
    """

    tissues: dict[str, tuple[float, float, float, float]]
    r1: float
    r2: float


@lru_cache(maxsize=2)
def load_mr_table(field_t: float = 1.5) -> MrTable:
    """The shipped table at a field strength, 1.5 or 3 T."""
    if field_t not in FIELDS_T:
        raise WrongUse("Relaxation is known at 1.5 and 3 T", code="field-strength", value=field_t)
    text = files("angiosuite_content").joinpath("mr/relaxation.yaml").read_text(encoding="utf-8")
    table = _Table.model_validate_json(json.dumps(yaml.safe_load(text)))
    k = 0 if field_t == 1.5 else 1
    # T2* shortens with the field: the part of its rate that is not T2's is taken as proportional to it
    factor = field_t / 1.5
    tissues = {}
    for entry in table.tissues:
        t2, at_1_5 = entry.t2_ms[k], entry.t2_ms[0]
        star = 0.0
        if at_1_5 > 0 and entry.star > 0:
            star = 1.0 / (1.0 / t2 + factor * (1.0 / entry.star - 1.0) / at_1_5)
        tissues[entry.tissue] = (entry.pd, entry.t1_ms[k], t2, star)
    return MrTable(tissues, table.relaxivity.r1[k], table.relaxivity.r2[k])
