"""The tissue table: what each number in a label volume is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from angiosuite.kit.errors import AngiosuiteError


@dataclass(frozen=True, slots=True)
class BoneTexture:
    """How a bone is filled: cortex thickness in mm, mineral as a fraction of cortical bone (1.92 g/cm3)."""

    cortex_mm: float
    trabecular: float
    cortical: float


@dataclass(frozen=True, slots=True)
class Tissue:
    """One tissue: density g/cm3, CT number HU and its spread, elements by mass; acoustic and MR if known."""

    number: int
    id: str
    density_g_cm3: float
    hu: float
    hu_sd: float
    elements: dict[str, float]
    bone: BoneTexture | None = None
    speed_m_s: float | None = None
    impedance_mrayl: float | None = None
    t1_ms: float | None = None
    t2_ms: float | None = None


@dataclass(frozen=True, slots=True)
class TissueTable:
    """All tissues, by number."""

    tissues: tuple[Tissue, ...]

    def by_id(self, name: str) -> Tissue:
        """The tissue called `name`; KeyError when there is none."""
        for tissue in self.tissues:
            if tissue.id == name:
                return tissue
        raise KeyError(name)

    def column(self, name: str, missing: float = 0.0) -> NDArray[np.float32]:
        """A property of all 256 numbers as an array; `missing` where no tissue has that number."""
        result = np.full(256, missing, np.float32)
        for tissue in self.tissues:
            value = getattr(tissue, name)
            result[tissue.number] = missing if value is None else value
        return result

    def bone_column(self, name: str) -> NDArray[np.float32]:
        """A bone property of all 256 numbers; 0 where a tissue is not bone."""
        result = np.zeros(256, np.float32)
        for tissue in self.tissues:
            if tissue.bone is not None:
                result[tissue.number] = getattr(tissue.bone, name)
        return result


def _refuse(problem: str, entry: object) -> AngiosuiteError:
    return AngiosuiteError(
        problem, code="tissue-table", where="tissues/tissues.yaml", value=entry, way_out="Correct the table."
    )


def parse_table(data: dict[str, Any]) -> TissueTable:
    """Build and check a table: known keys, elements that sum to 1, plausible densities, unique numbers."""
    unknown = set(data) - {"quality", "sources", "compositions", "tissues"}
    if unknown:
        raise _refuse("Unknown keys in the tissue table", sorted(unknown))
    compositions = data["compositions"]
    for name, elements in compositions.items():
        if abs(sum(elements.values()) - 1.0) > 0.011:
            raise _refuse("The mass fractions of a composition do not sum to 1", name)
    tissues: list[Tissue] = []
    for entry in data["tissues"]:
        fields = dict(entry)
        composition = fields.pop("composition")
        if composition not in compositions:
            raise _refuse("A tissue names a composition that is not in the table", composition)
        bone = fields.pop("bone", None)
        try:
            tissue = Tissue(
                **fields,
                elements=dict(compositions[composition]),
                bone=BoneTexture(**bone) if bone is not None else None,
            )
        except TypeError as error:
            raise _refuse(f"A tissue has wrong keys: {error}", entry) from error
        if not (
            0.0 < tissue.density_g_cm3 < 2.5 and -1000 <= tissue.hu <= 3000 and 0 <= tissue.number <= 255
        ):
            raise _refuse("A tissue's number, density or HU is out of range", entry)
        tissues.append(tissue)
    if len({tissue.number for tissue in tissues}) != len(tissues) or len({t.id for t in tissues}) != len(
        tissues
    ):
        raise _refuse("A tissue number or id is given twice", None)
    return TissueTable(tuple(tissues))


@lru_cache(maxsize=1)
def load_table() -> TissueTable:
    """The shipped tissue table."""
    text = files("angiosuite_content").joinpath("tissues/tissues.yaml").read_text(encoding="utf-8")
    return parse_table(yaml.safe_load(text))
