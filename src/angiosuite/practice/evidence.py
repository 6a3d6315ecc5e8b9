"""An attempt as evidence: practice in the suite with its drill and its result, never a real case."""

from __future__ import annotations

from dataclasses import replace

from angiosuite.content.case_id import case_parts
from angiosuite.kit.evidence import Evidence
from angiosuite.runtime.practised import practice_of

from .attempt import PERSON, AttemptFolder


def evidence_of(folder: AttemptFolder, owner: str) -> Evidence | None:
    """What a judged attempt leaves as evidence; None when no X-rays were made or a script made it.

    The first terms are the drill's, the result is "pass" or "fail"; `data` adds the drill, score, help
    and input device to what every session leaves, and of a case its procedure, variant and level. An
    attempt whose score was not told yet, or that was tried again from a moment, is practice without a
    result.
    """
    made = practice_of(folder.path, owner)
    facts = folder.facts()
    if made is None or facts.operator != PERSON:
        return None
    drill = folder.drill()
    terms = tuple(dict.fromkeys((*drill.terms, *made.terms)))
    kept = folder.read("judgement")
    data = {**made.data, "drill": facts.drill, "title": facts.title, "mode": facts.mode}
    case = case_parts(facts.drill)
    data |= case._asdict() if case is not None else {}
    told = isinstance(kept, dict) and folder.read("self") is not None
    if facts.branched_from is not None or not told or not isinstance(kept, dict):
        return replace(made, terms=terms, data=data)
    judged = kept["judgement"]
    data |= {
        "score": judged["score"],
        "help": judged["help"]["level"],
        "input_device": judged.get("input_device"),
        "drill_hash": facts.drill_hash,
    }
    counts = judged["help"]["counts_for_pass"]
    return replace(made, terms=terms, data=data, result="pass" if judged["passed"] and counts else "fail")
