"""Dose levels of a session: which are reached and when, and the question that one of them asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.content.dose_levels import DoseLevel, DoseLevelsItem
from angiosuite.kit.errors import WrongUse, did_you_mean

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A level that was reached now, for the `step`-th time."""

    level: DoseLevel
    value: float

    def as_event(self) -> Plain:
        """What the log is told."""
        own = self.level
        return {
            "level": own.id,
            "quantity": own.quantity,
            "value": round(self.value, 6),
            "unit": own.unit,
            "role": own.role,
            "basis": own.basis,
        }

    @property
    def text(self) -> str:
        """What the room is told."""
        return f"{self.value:g} {self.level.unit} reached: {self.level.title}"


class DoseNotices:
    """Follows the quantities of a session against levels.

    Parameters
    ----------
    item : DoseLevelsItem
        The levels in force.
    """

    def __init__(self, item: DoseLevelsItem) -> None:
        self.item = item
        self._times: dict[str, int] = {}
        self._at_us: dict[str, int] = {}
        self.is_asked = False
        self.decided: list[Plain] = []
        self._sources = {source.key: source.citation for source in item.sources}

    def look(self, values: Mapping[str, float], now_us: int) -> list[Notice]:
        """Levels, or further steps of them, that these values reach for the first time."""
        found = []
        for level in self.item.levels:
            times = _times(level, values[level.quantity])
            if times <= self._times.get(level.id, 0):
                continue
            self._times[level.id] = times
            if level.id not in self._at_us:
                self._at_us[level.id] = now_us
                if self.item.asked is not None and self.item.asked.level == level.id:
                    self.is_asked = True
            found.append(Notice(level, level.value + (times - 1) * (level.then_every or 0.0)))
        return found

    def decide(self, level: str, choice: str, reason: str, now_us: int) -> Plain:
        """Take the answer to the open question.

        Raises
        ------
        WrongUse
            When no question is open, it is another level's, or the answer is none of its options.
        """
        asked = self.item.asked
        if asked is None or not self.is_asked:
            raise WrongUse("No dose question is open", code="nothing-to-decide", value=level)
        if level not in (asked.level, asked.id):
            raise WrongUse(
                "The open question is of another level",
                code="level-unknown",
                value=level,
                way_out=f"Use {asked.level}.",
            )
        options = [option.id for option in asked.options]
        if choice not in options:
            raise WrongUse(
                "This is none of the answers",
                code="choice-unknown",
                value=choice,
                way_out=did_you_mean(choice, options) or f"Answers: {', '.join(options)}.",
            )
        self.is_asked = False
        answer = {"level": asked.level, "choice": choice, "reason": reason, "at_us": now_us}
        self.decided = [*self.decided, answer]
        return answer

    # ---- out ----------------------------------------------------------------------------------

    def levels(self) -> list[Plain]:
        """Every level with what was reached of it, plain JSON."""
        return [
            {
                "id": level.id,
                "title": level.title,
                "quantity": level.quantity,
                "value": level.value,
                "unit": level.unit,
                "then_every": level.then_every,
                "role": level.role,
                "meaning": level.meaning,
                "source": self._sources[level.source],
                "basis": level.basis,
                "reached": level.id in self._at_us,
                "times": self._times.get(level.id, 0),
                "at_us": self._at_us.get(level.id),
            }
            for level in self.item.levels
        ]

    def question(self) -> Plain | None:
        """The open question with its answers; None when none is open."""
        asked = self.item.asked
        if asked is None or not self.is_asked:
            return None
        return {
            "id": asked.id,
            "level": asked.level,
            "text": asked.text.strip(),
            "options": [
                {"id": option.id, "title": option.title, "meaning": option.meaning}
                for option in asked.options
            ],
        }

    def due(self, peak_gy: float) -> list[Plain]:
        """What follows from a peak skin dose: follow-up that is due, each with source and basis."""
        return [
            {"text": entry.text, "source": self._sources[entry.source], "basis": entry.basis}
            for entry in self.item.follow_up
            if peak_gy >= entry.from_gy
        ]

    def reaction(self, peak_gy: float) -> Plain | None:
        """What a dose may lead to, by the highest entry that it reaches."""
        reached = [entry for entry in self.item.reactions if peak_gy >= entry.from_gy]
        if not reached:
            return None
        entry = max(reached, key=lambda one: one.from_gy)
        return {"text": entry.text, "source": self._sources[entry.source], "basis": entry.basis}

    # ---- state --------------------------------------------------------------------------------

    def state(self) -> Plain:
        """Everything that the next notice depends on."""
        return {
            "times": dict(self._times),
            "at_us": dict(self._at_us),
            "asked": self.is_asked,
            "decided": self.decided,
        }

    def restore(self, plain: Mapping[str, Any]) -> None:
        """Return to a state of :meth:`state`."""
        self._times, self._at_us = dict(plain["times"]), dict(plain["at_us"])
        self.is_asked, self.decided = plain["asked"], list(plain["decided"])

    def follow(self, name: str, data: Mapping[str, Any], t_us: int) -> None:
        """Take in a session's event `dose-notification` or `dose-decided`, for a review of its log."""
        known = {level.id: level for level in self.item.levels}
        if name == "dose-notification" and data["level"] in known:
            level = known[data["level"]]
            self._times[level.id] = max(_times(level, data["value"]), 1)
            self._at_us.setdefault(level.id, t_us)
            if self.item.asked is not None and self.item.asked.level == level.id:
                self.is_asked = True
        elif name == "dose-decided":
            self.is_asked = False
            kept = ("level", "choice", "reason")
            self.decided = [*self.decided, {**{key: data[key] for key in kept}, "at_us": t_us}]


def _times(level: DoseLevel, value: float) -> int:
    """How often a value has reached a level: once, and once more for every further step."""
    if value < level.value - 1e-9:
        return 0
    return 1 if level.then_every is None else 1 + int((value - level.value) / level.then_every + 1e-9)
