"""The debrief of an attempt: what happened, goals, faults, dose, the reference beside it, what to do next.

Everything is read from the log and from what practice keeps beside it; nothing is simulated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from angiosuite import __version__
from angiosuite.assess.judging import differences, judge
from angiosuite.assess.session_log import SessionLog
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import Entry
from angiosuite.suite.recorded import Recorded, recorded

from .attempt import AttemptFolder
from .bands import Band, OwnBands, beside, shipped
from .timeline import timeline

LAST_OF = ("skin", "staff")
"""Observations of which the last one tells the whole."""


class Debrief:
    """The debrief of one attempt.

    Parameters
    ----------
    folder : AttemptFolder
        The attempt.
    bands : mapping of str to Band
        Reference values that are shown beside it, by measure.
    same_patient : mapping of str to Band
        Those of runs on this very patient, which ratios to the reference are reckoned with before any other.
    """

    def __init__(
        self,
        folder: AttemptFolder,
        bands: Mapping[str, Band] | None = None,
        same_patient: Mapping[str, Band] | None = None,
    ) -> None:
        self.folder = folder
        self.facts = folder.facts()
        self.drill: DrillItem = folder.drill()
        self.bands = dict(bands or {})
        self._reckoned_with = {**self.bands, **(same_patient or {})}
        self._entries: list[Entry] | None = None

    @property
    def entries(self) -> list[Entry]:
        """The log, read once."""
        if self._entries is None:
            self._entries = self.folder.entries()
        return self._entries

    # ---- judgement ------------------------------------------------------------------------------

    def judged(self) -> dict[str, Any]:
        """The judgement as it was first made; a later version of a measure changes none that is kept."""
        kept = self.folder.read("judgement")
        if isinstance(kept, dict) and "judgement" in kept:
            return dict(kept["judgement"])
        made = self.judge_now()
        if self.folder.is_finished():
            self.folder.write("judgement", {"version": __version__, "on": self.facts.on, "judgement": made})
        return made

    def judge_now(self) -> dict[str, Any]:
        """The judgement by this version's measures; kept by :meth:`judged` alone."""
        answers = self.drill.answers(self.facts.seed)
        band = {name: one.median for name, one in self._reckoned_with.items()}
        return judge(self.drill, SessionLog.of(self.entries), answers, band).as_dict()

    def differences(self) -> list[str]:
        """In what a judgement that is kept differs from what this version's measures would say."""
        kept = self.folder.read("judgement")
        if not isinstance(kept, dict) or "judgement" not in kept or kept.get("version") == __version__:
            return []
        found = differences(kept["judgement"], self.judge_now())
        return [f"{one.text}. The score stays as it was." for one in found]

    # ---- the whole ------------------------------------------------------------------------------

    def forged(self) -> list[str]:
        """What a judgement that came with a file says otherwise than its log, by this version's measures."""
        kept = self.folder.read("judgement")
        if not isinstance(kept, dict) or kept.get("version") != __version__:
            return []
        found = [one.text for one in differences(kept["judgement"], self.judge_now())]
        return [f"The file's score is not what its log gives: {'; '.join(found[:3])}."] if found else []

    def told(self, *, with_score: bool | None = None) -> dict[str, Any]:
        """The parts of the debrief that the log and the folder tell.

        Parameters
        ----------
        with_score : bool, optional
            Whether the score is told; by default once the self-assessment was given or passed over. Of an
            attempt that still goes on it never is: it would say which answers are right.
        """
        own = self.folder.read("self")
        shown = self.folder.is_over and (own is not None if with_score is None else with_score)
        judgement = self.judged()
        seen = recorded(self.folder.path, self.entries) if self.entries else None
        return {
            "self": own,
            "score": judgement if shown else None,
            "goals": [{"id": goal.id, "text": goal.text} for goal in self.drill.goals],
            "timeline": timeline(self.entries),
            "dose": self._dose(seen),
            "band": beside(self.bands, judgement["measures"]) if shown else [],
            "notes": self.folder.read("notes") or [],
            "takeaways": self.folder.read("takeaways") or [],
            "disputes": self.folder.read("disputes") or [],
            "notices": self._notices(seen, judgement),
        }

    def _dose(self, seen: Recorded | None) -> dict[str, Any]:
        events = () if seen is None else seen.events
        pulses = [(event.kind, pulse) for event in events for pulse in event.frames]
        total = sum(pulse.kar_mgy for _, pulse in pulses)
        of_runs = sum(pulse.kar_mgy for kind, pulse in pulses if kind == "run")
        last = last_of(self.entries, LAST_OF)
        return {
            "kar_mgy": round(total, 3),
            "pka_gycm2": round(sum(pulse.pka_ugy_m2 for _, pulse in pulses) * 1e-2, 4),
            "fluoro_s": round(sum(e.duration_s for e in events if e.kind == "fluoroscopy"), 1),
            "runs": 0 if seen is None else len(seen.runs),
            "from_runs_percent": round(100 * of_runs / total) if total else 0,
            "skin": last.get("skin"),
            "staff": last.get("staff"),
        }

    def _notices(self, seen: Recorded | None, judgement: Mapping[str, Any]) -> list[str]:
        told = self.differences()
        if seen is None or not seen.events:
            told.append("No X-rays were made: there is nothing to judge a picture by.")
        if self.facts.branched_from is not None:
            told.append(
                "Tried again from a moment of another attempt: it is practice and counts for nothing."
            )
        if self.facts.operator != "person":
            told.append(f"Made by a script ({self.facts.operator}), not by a person.")
        if not judgement["help"]["counts_for_pass"]:
            told.append("The third hint was taken: this attempt counts neither as a pass nor for mastery.")
        return told


def debrief_of(folder: AttemptFolder, content: Library, own: OwnBands) -> Debrief:
    """The debrief of an attempt with the bands that stand beside it.

    Values of the same patient are those that were there when the attempt began, so that neither a drill that
    went nor new values change what is judged.
    """
    facts = folder.facts()
    kept = folder.read("bands")
    same = {name: Band(**values) for name, values in kept.items()} if isinstance(kept, dict) else {}
    if not same:
        with suppress(WrongUse):  # the drill may have gone
            loaded = content.drill(facts.drill)
            if isinstance(loaded.item, DrillItem):
                same = shipped(loaded.folder, loaded.item.banded_as(facts.patient))
    return Debrief(folder, own.of(facts.drill) or same, same)


def last_of(entries: Sequence[Entry], names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The last observation of each name."""
    wanted = set(names)
    found: dict[str, Mapping[str, Any]] = {}
    for entry in reversed(entries):
        if entry.kind == "observation" and entry.name in wanted:
            found[entry.name] = entry.data
            wanted.discard(entry.name)
            if not wanted:
                break
    return found
