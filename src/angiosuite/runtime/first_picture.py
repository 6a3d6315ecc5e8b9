"""The first projection of a patient, for whoever checks an import: one picture from the front."""

from __future__ import annotations

import simplejpeg

from angiosuite.anatomy.body import Body
from angiosuite.content.loader import load_library
from angiosuite.content.packs import directories_of
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.suite.room import DEFAULT_EQUIPMENT, Room

FRAME_SIZE = 512
PULSES = 8
"""Pulses until exposure control has settled; the held image is the mean of the last few."""


def first_picture(home: Home, body: Body) -> bytes:
    """The body from the front in the largest field, as the suite shows a held image: a grey JPEG.

    Raises
    ------
    RefusedInput
        When no X-rays come through to measure by.
    """
    library = load_library(directories_of(home))
    machine = library.equipment(DEFAULT_EQUIPMENT)
    loaded = library.get("equipment", DEFAULT_EQUIPMENT)
    room = Room(body.patient_id, body.patient_id, body, machine, loaded.content_hash)
    shown = room.expose(kind="held", pulses=PULSES, frame_size=FRAME_SIZE, fov_cm=max(room.offers()["fovs"]))
    if shown.image.min() == shown.image.max():
        raise RefusedInput(
            "The first projection shows nothing",
            code="empty-projection",
            where=body.patient_id,
            way_out="Choose another series.",
        )
    jpeg: bytes = simplejpeg.encode_jpeg(shown.image[:, :, None], quality=90, colorspace="GRAY")
    return jpeg
