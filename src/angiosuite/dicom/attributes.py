"""Typed access to the attributes of one DICOM file, any of which may be missing, empty or nonsense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pydicom

from angiosuite.dicom.refusal import refused

_MISSING = object()


class Attributes:
    """Typed access to a data set; every method refuses a value that is nonsense.

    Parameters
    ----------
    dataset : pydicom.Dataset
        A parsed file.
    where : str
        The file, for messages.
    own : dict, optional
        Values by keyword that go before the data set's, as a frame's go before the image's.
    """

    def __init__(self, dataset: pydicom.Dataset, where: str, own: Mapping[str, Any] | None = None) -> None:
        self._dataset = dataset
        self._own = own or {}
        self.where = where

    def absurd(self, name: str, value: object) -> Exception:
        """The refusal of a value that cannot be right."""
        return refused(
            "absurd-value",
            f"The value of {name} cannot be right",
            where=self.where,
            value=value,
            way_out="Export the series again.",
        )

    def _raw(self, name: str, default: Any) -> Any:
        try:
            value = self._own[name] if name in self._own else getattr(self._dataset, name, None)
        except Exception:  # as in `parse`: values are converted on first access
            raise self.absurd(name, "unreadable") from None
        if value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0):
            if default is _MISSING:
                raise refused(
                    "missing-attribute",
                    f"The file has no {name}",
                    where=self.where,
                    way_out="Export the original CT series; derived or anonymised copies may lose geometry.",
                )
            return default
        return value

    def raw(self, name: str) -> Any:
        """The value as it stands; None when it is missing."""
        return self._raw(name, None)

    def items(self, name: str) -> list[pydicom.Dataset]:
        """The items of a sequence; none when it is missing or no sequence."""
        value = self._raw(name, None)
        return list(value) if isinstance(value, pydicom.Sequence) else []

    def text(self, name: str, default: Any = _MISSING) -> str:
        """The value as stripped text; `default` when it is missing, else a refusal."""
        value = self._raw(name, default)
        return str(value).strip()

    def texts(self, name: str) -> list[str]:
        """Every value as stripped capitals; none when it is missing."""
        value = self._raw(name, "")
        return [str(v).strip().upper() for v in ([value] if isinstance(value, str) else value)]

    def number(self, name: str, default: Any = _MISSING) -> float:
        """The value as a finite number."""
        value = self._raw(name, default)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise self.absurd(name, "not a number") from None
        if not math.isfinite(number):
            raise self.absurd(name, number)
        return number

    def numbers(self, name: str, count: int) -> list[float]:
        """Exactly `count` finite numbers; missing is refused."""
        value = self._raw(name, _MISSING)
        try:
            numbers = [float(v) for v in value]
        except (TypeError, ValueError, OverflowError):
            raise self.absurd(name, "not numbers") from None
        if len(numbers) != count or not all(math.isfinite(v) for v in numbers):
            raise self.absurd(name, f"{len(numbers)} values")
        return numbers

    def whole(self, name: str, default: Any = _MISSING) -> Any:
        """The value as a whole number, or None when that is the default."""
        value = self._raw(name, default)
        if value is None:
            return None
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise self.absurd(name, "not a whole number") from None
