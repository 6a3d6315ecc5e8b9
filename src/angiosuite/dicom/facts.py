"""What may be kept of a scan beside voxels and geometry: numbers in ranges, words of closed lists."""

from __future__ import annotations

import re
from typing import Any

from angiosuite.dicom.attributes import Attributes

KERNEL = re.compile(
    r"STANDARD|SOFT|BONE|BONEPLUS|LUNG|DETAIL|CHEST|EDGE|FC\d{2}|[A-G]"
    r"|(B|H|U|I|J|T|D|BR|BF|BL|BV|QR|HR|HV|HC|UR|UV|SA|SD)\d{2}[A-Z]?"
)
_PHASES = (
    ("portal-venous", r"PORTAL|\bVENOUS\b|\bPV(P)?\b"),
    ("arterial", r"ARTERI|\bCTA\b|ANGIO"),
    ("delayed", r"DELAY|\bLATE\b|EXCRET|UROGRAM"),
    ("native", r"NATIVE|UNENHANCED|NON.?CONTRAST|WITHOUT CONTRAST|\bPLAIN\b|\bNC(CT)?\b"),
)
_PROJECTIONS = frozenset(
    ["MIP", "MINIP", "VRT", "VR", "SSD", "PROJECTION IMAGE", "VOLUME", "SCREEN SAVE", "PERFUSION", "IODINE"]
)
"""Third and later values of ImageType of pictures and maps made from a CT."""
_HEADS = ("HEAD", "BRAIN", "SKULL", "FACE", "ORBIT", "SINUS", "DENTAL", "MANDIBLE", "MAXILLA", "TEMPORAL")


def closed_facts(get: Attributes) -> dict[str, Any]:
    """What may be kept beside voxels and geometry: numbers in ranges and words from closed lists."""
    facts: dict[str, Any] = _image_facts(get)
    try:
        kvp = get.number("KVP", 0.0)
        kernel = next(iter(get.texts("ConvolutionKernel")), "")
        sex, age = get.text("PatientSex", ""), get.text("PatientAge", "")
        part, description = (
            get.text("BodyPartExamined", "").upper(),
            get.text("SeriesDescription", "").upper(),
        )
        agent, route = get.text("ContrastBolusAgent", ""), get.text("ContrastBolusRoute", "").upper()
    except Exception:  # nothing here is needed: an unreadable fact is a fact not known
        return facts
    if 40 <= kvp <= 200:
        facts["kvp"] = kvp
    if KERNEL.fullmatch(kernel):
        facts["kernel"] = kernel
    if sex in ("F", "M"):
        facts["sex"] = {"F": "female", "M": "male"}[sex]
    if match := re.fullmatch(r"(\d{3})Y", age):
        decade = min(int(match[1]) // 10 * 10, 90)
        facts["age_band"] = "90+" if decade == 90 else f"{decade}-{decade + 9}"
    facts["is_head"] = any(word in part for word in _HEADS)
    for phase, pattern in _PHASES:
        if re.search(pattern, description):
            facts["phase"] = phase
            break
    facts["contrast_given"] = bool(agent) or "IV" in route or "INTRAVENOUS" in route
    return facts


def _image_facts(get: Attributes) -> dict[str, Any]:
    """Kind of image, series number and tilt; these decide what is stacked, so nonsense is refused."""
    types = get.texts("ImageType")
    number, tilt = get.whole("SeriesNumber", None), get.number("GantryDetectorTilt", 0.0)
    kind = "original"
    if types[:1] == ["DERIVED"] and types[1:2] == ["SECONDARY"]:
        kind = "derived"
    if _PROJECTIONS & set(types[2:]):
        kind = "projection"
    if {"LOCALIZER", "SCOUT"} & set(types):
        kind = "localizer"
    return {
        "image": kind,
        "number": number if number is not None and 0 <= number <= 9999 else None,
        "tilt": tilt if abs(tilt) <= 45 else 0.0,
        "is_lossy": get.text("LossyImageCompression", "") == "01",
    }
