"""An attempt at a small drill, made without X-rays: something to judge, debrief, share and replay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from angiosuite.content.case import CaseItem
from angiosuite.content.case_id import case_id
from angiosuite.content.drill import DrillItem
from angiosuite.content.schema import GATHER_RULES
from angiosuite.practice.attempt import AttemptFacts, AttemptFolder

from .session_sample import FLUOROSCOPY, SessionSample

DRILL = """
id: sample-centring
title: Sample, centring
summary: A small drill for trying things out.
quality: draft
minutes: 3
skills: [technical-proficiency]
terms: [c-arm-positioning]
guide: [technical-proficiency]
patients: [built-in-adult, built-in-woman, built-in-slim]
brief: Bring the ball into the middle and hold the picture.
objects:
  - {id: ball, shape: ball, material: steel, at: {landmark: l3, x_mm: 0, y_mm: 0, z_mm: 0}, radius_mm: 4,
     shown_as: Steel ball}
targets: [{id: ball, kind: object, object: ball}]
questions:
  - {id: depth, text: "Is the ball before the spine?", options: [{id: before, text: "Before"}, {id: behind,
  text: "Behind"}],
     answer: before}
goals:
  - {id: centred, text: The ball in the middle, measure: off-centre, of: ball, in: last-held, at_most: 5,
  points: 60,
     required: true, why: What lies in the middle stays there when the arm turns., source: own}
  - {id: told, text: Where the ball lies, measure: answer-right, of: depth, is: 1, points: 20, required: true,
     why: Two views tell depth., source: own}
critical:
  - {id: much-dose, text: More than 60 mGy, measure: reference-air-kerma, at_least: 60, why: It is many
  times the need.,
     source: own}
stewardship:
  - {id: kerma, text: Kerma at the reference point, measure: reference-air-kerma, full_at: 1, none_at: 10,
  points: 20,
     why: Moving the table needs no X-rays., source: own}
pass: {score: 70}
hints: [Move the table without X-rays., Look where the ball stands., "Move, press, look, and repeat."]
sources:
  - {key: own, citation: "Own engine, runs of the reference operator", supports: How the numbers were found}
  - {key: one, citation: "A page", url: "https://example.org/1", read_on: "2026-11-29", supports: Something}
  - {key: two, citation: "Another page", url: "https://example.org/2", read_on: "2026-11-29", supports:
  Something else}
"""


def sample_drill() -> DrillItem:
    """The small drill."""
    return DrillItem.model_validate_json(json.dumps(yaml.safe_load(DRILL)))


def sample_case(procedure: str, variant: str, level: str) -> CaseItem:
    """The small drill as a case of some procedure."""
    about = {
        "procedure": procedure,
        "variant": variant,
        "level": level,
        "title": "Sample procedure",
        "variant_title": f"Person {variant}",
        "level_title": f"Level {level}",
        "about": "What the level tells.",
        "story": "A person of some years.",
    }
    told = {"id": case_id(procedure, variant, level), "patients": ["built-in-adult"], "case": about}
    told["title"] = f"{about['title']}: {about['variant_title']}"
    return CaseItem.model_validate_json(json.dumps(yaml.safe_load(DRILL) | told), context=GATHER_RULES)


class AttemptSample(SessionSample):
    """Writes the folder of an attempt as the suite and practice would.

    Parameters
    ----------
    path : Path
        Folder that does not exist yet.
    of : DrillItem, optional
        The drill, or a case; the small drill by default.
    facts
        Members of `AttemptFacts` that differ from the usual.
    """

    def __init__(self, path: Path, rows: int = 64, of: DrillItem | None = None, **facts: Any) -> None:
        super().__init__(path, rows)
        self.drill = of or sample_drill()
        usual: dict[str, Any] = {
            "id": path.name,
            "drill": self.drill.id,
            "drill_hash": "0" * 64,
            "title": self.drill.title,
            "patient": "built-in-adult",
            "patient_title": "Built-in adult, average",
            "seed": 7,
            "mode": "assessed",
            "on": "2026-11-29T08:30:00+00:00",
        }
        self.attempt = AttemptFolder(path)
        self.attempt.make(AttemptFacts(**(usual | facts)), self.drill)

    def held(self, off_mm: float, in_field: bool = True) -> None:
        """A second of fluoroscopy and its held image with the ball so far from the middle."""
        self.t_us += 1_000_000
        self.event("xray-on", pedal="fluoro", latched=False)
        for _ in range(8):
            self.frame("fluoro", FLUOROSCOPY)
            self.t_us += 134_000
        raw = self.folder.write_raw(self.index + 1, self.image())
        seen = {
            "in_field": in_field,
            "u_mm": off_mm,
            "v_mm": 0.0,
            "off_mm": off_mm,
            "iso_mm": off_mm,
            "cnr": 9.0,
        }
        self.frame("held", FLUOROSCOPY, frames_averaged=4, raw=raw, judged={"ball": seen})
        self.event("xray-off", pedal="fluoro", reason="released")

    def hint(self, level: int) -> None:
        """A hint is taken."""
        self.t_us += 500_000
        self.command("task.hint", level=level)
        self.event("hint-shown", level=level)

    def answer(self, what: str, question: str = "depth") -> None:
        """The question is answered."""
        self.t_us += 500_000
        self.command("task.answer", question=question, answer=what)
        self.event("answered", question=question, answer=what)

    def finish(self) -> AttemptSample:
        """The learner says that it is done."""
        self.t_us += 500_000
        self.event("input-device", device="keyboard")
        self.command("task.finish")
        self.event("task-finished")
        self.log.close()
        return self

    def stop(self) -> AttemptSample:
        """The learner leaves without saying so."""
        self.log.close()
        return self
