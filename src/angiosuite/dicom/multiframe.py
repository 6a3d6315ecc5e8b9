"""Geometry of each frame of a multi-frame CT, from its functional groups."""

from __future__ import annotations

from typing import Any

import pydicom

from angiosuite.dicom.attributes import Attributes
from angiosuite.dicom.facts import KERNEL
from angiosuite.dicom.refusal import refused

MAX_FRAMES = 20_000
_NUMBERS = {
    "PixelMeasuresSequence": ("PixelSpacing",),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept", "RescaleType"),
}
"""Macros of PS3.3 C.7.6.16.2 that are read, with the attributes taken from each; no others are."""


def frame_groups(dataset: pydicom.Dataset, where: str) -> list[dict[str, Any]] | None:
    """Each frame's own values by keyword; None for an image of one frame without functional groups.

    Notes
    -----
    **Model** a frame's macro holds for it, else the shared one (PS3.3 C.7.6.16). `order` is the stack,
    temporal position and acquisition number, which tell phases apart. Held by tests/dicom/test_multiframe.py.

    Raises
    ------
    RefusedInput
        When there are several frames without a group for each: their places are unknown.
    """
    get = Attributes(dataset, where)
    count = get.whole("NumberOfFrames", 1)
    frames = get.items("PerFrameFunctionalGroupsSequence")
    if not frames and count == 1:
        return None
    if not 1 <= count <= MAX_FRAMES or len(frames) != count:
        raise refused(
            "multi-frame",
            "The file holds several frames without saying where each lies",
            where=where,
            value=f"{count} frames, {len(frames)} of them described",
            way_out="Export as 'Enhanced CT', or as one file per slice.",
        )
    shared = next(iter(get.items("SharedFunctionalGroupsSequence")), None)
    common = _values(Attributes(shared, where)) if shared is not None else {}
    return [common | _values(Attributes(frame, where)) for frame in frames]


def _values(group: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for macro, names in _NUMBERS.items():
        for item in group.items(macro)[:1]:
            inside = Attributes(item, group.where)
            found |= {name: value for name in names if (value := inside.raw(name)) is not None}
    for item in group.items("FrameContentSequence")[:1]:
        content = Attributes(item, group.where)
        temporal = content.whole("TemporalPositionIndex", 0)
        found["order"] = (content.whole("FrameAcquisitionNumber", 0), temporal)
    for item in group.items("CTReconstructionSequence")[:1]:
        kernel = next(iter(Attributes(item, group.where).texts("ConvolutionKernel")), "")
        if KERNEL.fullmatch(kernel):
            found["facts"] = {"kernel": kernel}
    return found
