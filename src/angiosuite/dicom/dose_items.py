"""Content items below one heading of a dose report, found by code; oddities are noted on the way."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

from pydicom.dataset import Dataset

from angiosuite.dicom.dose_units import UCUM, factor

SCHEME = "DCM"
FILTER, MATERIAL, THINNEST, THICKEST = "113771", "113757", "113758", "113773"
COPPER = {"C-127F9", "66925006"}
ALUMINIUM = {"C-120F9", "12503006"}
"""Codes of filter materials, SNOMED RT and CT (PS3.16 CID 10006)."""
MEANINGS = {
    "113738": "Dose (RP)",
    "122130": "Dose Area Product",
    "113733": "KVP",
    "113734": "X-Ray Tube Current",
    "112011": "Positioner Primary Angle",
    "112012": "Positioner Secondary Angle",
    "113748": "Distance Source to Isocenter",
    "113750": "Distance Source to Detector",
    "113751": "Table Longitudinal Position",
    "113752": "Table Lateral Position",
    "113753": "Table Height Position",
}


def meaning(code: str) -> str:
    """The standard's words for a concept that may be reported missing."""
    return MEANINGS.get(code, code)


class Items:
    """What stands directly below one content item.

    Parameters
    ----------
    item : Dataset
        The heading.
    where : str
        For findings.
    found : list of str
        Takes the findings.
    """

    def __init__(self, item: Dataset, where: str, found: list[str]) -> None:
        self._item, self.where, self._found = item, where, found

    def all(self, code: str) -> list[Dataset]:
        """Every item of a concept."""
        return list(self._named(code))

    def _named(self, code: str) -> Iterator[Dataset]:
        for item in self._item.get("ContentSequence") or ():
            names = item.get("ConceptNameCodeSequence")
            if names and str(names[0].get("CodeValue", "")) == code:
                scheme = str(names[0].get("CodingSchemeDesignator", ""))
                if scheme == SCHEME:
                    yield item

    def is_coded(self, code: str) -> bool:
        """Whether the answer is a code rather than words."""
        return any(item.get("ValueType") == "CODE" for item in self._named(code))

    def answer(self, code: str) -> str | None:
        """The answer as text, whatever its kind; None when it is missing or empty."""
        for item in self._named(code):
            kind = str(item.get("ValueType", ""))
            if kind == "CODE":
                codes = item.get("ConceptCodeSequence")
                value = codes[0].get("CodeMeaning") if codes else None
            else:
                value = item.get({"TEXT": "TextValue", "UIDREF": "UID", "DATETIME": "DateTime"}.get(kind, ""))
            if value:
                return str(value).strip()
        return None

    def number(self, code: str, quantity: str) -> float | None:
        """The value in the unit of `UCUM`; the mean when there are several, which is then noted."""
        values = [value for item in self._named(code) if (value := self._value(item, quantity)) is not None]
        if len(values) > 1:
            self._note(f"{_name(self.all(code)[0])} has several values; their mean is shown")
        return statistics.fmean(values) if values else None

    def _value(self, item: Dataset, quantity: str) -> float | None:
        measured = item.get("MeasuredValueSequence")
        if not measured:
            return None
        units = measured[0].get("MeasurementUnitsCodeSequence")
        unit = str(units[0].get("CodeValue", "")) if units else ""
        times = factor(quantity, unit)
        if times is None:
            self._note(f"{_name(item)} has a unit that is not known, '{unit[:20]}'; left empty")
            return None
        if unit != UCUM[quantity]:
            self._note(f"{_name(item)} is given in '{unit}' where the standard has '{UCUM[quantity]}'")
        try:
            value = float(measured[0].NumericValue) * times
        except (AttributeError, TypeError, ValueError):
            self._note(f"{_name(item)} is not a number; left empty")
            return None
        if not math.isfinite(value) or (quantity in ("kerma", "kerma-area") and value < 0):
            self._note(f"{_name(item)} cannot be {value:g}; left empty")
            return None
        return value

    def filters(self) -> dict[str, float]:
        """Thickest copper and aluminium, mm."""
        thickness: dict[str, float] = {}
        for item in self._named(FILTER):
            inner = Items(item, self.where, self._found)
            materials = [c for m in inner.all(MATERIAL) for c in (m.get("ConceptCodeSequence") or ())]
            value = inner.number(THICKEST, "length")
            if value is None:
                value = inner.number(THINNEST, "length")
            for material in materials:
                code = str(material.get("CodeValue", ""))
                name = "copper" if code in COPPER else "aluminium" if code in ALUMINIUM else None
                if name is None:
                    self._note(f"a filter is of another material, '{material.get('CodeMeaning', '')}'")
                elif value is not None:
                    thickness[name] = thickness.get(name, 0.0) + value
        return thickness

    def _note(self, text: str) -> None:
        self._found.append(f"{self.where}: {text}")


def _name(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].get("CodeMeaning", "a value"))
