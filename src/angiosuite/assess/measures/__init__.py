"""Measures: pure functions of the log, defined in the dictionary, entered by the module of their family.

`dictionary` reads what each measure means; `reading` says what an answer is; `picture`, `contrast_seen`,
`answers`, `contrast_given`, `gas_given`, `dose`, `staff` and `conduct` are families, and of instruments
`reached`, `way`, `pressing`, `exchange`, `harm`, `after_harm`, `flushing` and `kit`, which `tools_seen` reads
for, of treatment `dilated`, `stented`, `gradient`, `completed`, `bleeding`, `embolised`, `coiled`, `filters`,
`filter_out`, `closed` and `supplies`; `windows` chooses pictures. A measure of the dictionary that no family
enters, and one without a golden case, fail a test.
"""

from . import (
    after_harm,
    answers,
    bleeding,
    closed,
    coiled,
    completed,
    conduct,
    contrast_given,
    contrast_seen,
    dilated,
    dose,
    embolised,
    exchange,
    filter_out,
    filters,
    flushing,
    gas_given,
    gradient,
    harm,
    kit,
    picture,
    pressing,
    reached,
    staff,
    stented,
    supplies,
    way,
)
from .dictionary import Definition, dictionary
from .reading import MEASURES, Measure, Moment, Reading

__all__ = [
    "MEASURES",
    "Definition",
    "Measure",
    "Moment",
    "Reading",
    "after_harm",
    "answers",
    "bleeding",
    "closed",
    "coiled",
    "completed",
    "conduct",
    "contrast_given",
    "contrast_seen",
    "dictionary",
    "dilated",
    "dose",
    "embolised",
    "exchange",
    "filter_out",
    "filters",
    "flushing",
    "gas_given",
    "gradient",
    "harm",
    "kit",
    "picture",
    "pressing",
    "reached",
    "staff",
    "stented",
    "supplies",
    "way",
]
