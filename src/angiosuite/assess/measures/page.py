"""The page `docs/reference/measures.md`, written from the dictionary of measures."""

from __future__ import annotations

from .dictionary import WINDOWS, dictionary
from .reading import MEASURES

OPENING = """
# Measures

<!-- Written by docs/generate.py from src/angiosuite_content/measures/measures.yaml; change it there. -->

What a [drill](../howto/new-drill.md) may ask about, and what a judgement tells. Each is a pure function of
[the log](log.md): nothing is simulated again; what a log does not hold is not judged, and that is said. A
judgement names the version of each measure it was made with; a new version never changes one that is kept.
What is not scored is shown beside the figures only. What no measure can tell is said in
[What the score cannot tell](../explain/what-the-score-cannot-tell.md).

## Where a measure is read

A drill names one of these with `in`; the first that a measure lists is taken when it names none.
"""
FAMILIES = {
    "picture": "On pictures",
    "contrast_seen": "Contrast in pictures",
    "contrast_given": "How contrast is given",
    "gas_given": "How gas is given",
    "answers": "Answers and measurements",
    "reached": "Where tips came to lie",
    "way": "The way of the tips",
    "pressing": "What tips press",
    "exchange": "Exchanges, and what is left",
    "harm": "Harm",
    "after_harm": "After a spasm or dissection",
    "dilated": "Balloons",
    "stented": "Stents",
    "gradient": "Pressure across a narrowing",
    "completed": "What stands around a treatment",
    "bleeding": "Blood that is lost",
    "filters": "Filters of the cava",
    "filter_out": "Filters that come out",
    "closed": "Punctures closed",
    "embolised": "Agents that embolise",
    "coiled": "Coils and plugs",
    "supplies": "After it was closed",
    "flushing": "Before the arteries of the head",
    "kit": "The kit",
    "dose": "Dose to the patient",
    "staff": "Dose to the people in the room",
    "conduct": "Conduct",
}
BASIS = {
    "own": "defined here",
    "read": "its source was read",
    "memory": "from memory; check it with your programme",
    "open": "open",
}


def measures_page() -> str:
    """Every measure by family: what it means, where it is read, whether it may be scored, and its source."""
    lines = [
        *OPENING.strip().splitlines(),
        "",
        "| `in` | what it looks at |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in WINDOWS.items()),
    ]
    families: dict[str, list[str]] = {name: [] for name in FAMILIES}
    for identity, known in dictionary().items():
        family = MEASURES[identity].family
        way = {"lower": "less is better", "higher": "more is better", "none": "neither way is better"}
        source = f"[{known.source.text}]({known.source.url})" if known.source.url else known.source.text
        facts = [
            f"version {known.version}",
            f"unit {known.unit or '–'}",
            way[known.better],
            "may be scored" if known.scored else "shown, never scored",
        ]
        if known.needs != "none":
            facts.append(f"needs a {known.needs}")
        families[family] += [
            "",
            f"### `{identity}`: {known.title}",
            "",
            f"{'; '.join(facts)}. Read in: {', '.join(f'`{one}`' for one in known.within)}.",
            "",
            known.text,
            "",
            f"Source ({BASIS[known.source.basis]}): {source}",
        ]
    for name, title in FAMILIES.items():
        lines += ["", f"## {title}", *families[name]]
    return "\n".join(lines) + "\n"
