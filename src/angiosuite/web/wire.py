"""The stream's messages: a 32-byte header and grey pixels for frames, JSON text for the rest."""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from angiosuite.kit.errors import RefusedInput

HEADER = struct.Struct("<IIQBBHHHII")
"""magic, frame, sim_t_us, mode, codec, flags, width, height, payload_len, reserved; little endian."""
MAGIC = int.from_bytes(b"AGF1", "little")
JPEG_QUALITY = 90
MODE_HELD = 2
FLAG_HELD = 1
RAW_LARGEST_PX = 512 * 512
"""Largest frame that loopback gets uncompressed."""
Codec = Literal["raw", "jpeg"]
CODECS: dict[str, int] = {"raw": 0, "jpeg": 1}


@dataclass(slots=True)
class Frame:
    """One picture on its way to the pages; encoded once, whoever watches."""

    index: int
    t_us: int
    mode: int
    flags: int
    image: NDArray[np.uint8]
    meta: dict[str, Any]
    _jpeg: asyncio.Task[bytes] | None = field(default=None, repr=False)

    def text(self) -> str:
        """The JSON that goes immediately before the binary message."""
        return json.dumps(
            {
                "t": "frame",
                **self.meta,
                "frame": self.index,
                "sim_t_us": self.t_us,
                "mode": self.mode,
                "flags": self.flags,
            }
        )

    async def binary(self, codec: Codec) -> bytes:
        """Header and payload in the codec asked for."""
        if codec == "raw":
            payload = self.image.tobytes()
        else:
            if self._jpeg is None:
                self._jpeg = asyncio.create_task(asyncio.to_thread(encode_jpeg, self.image))
            payload = await asyncio.shield(self._jpeg)
        rows, columns = self.image.shape
        head = HEADER.pack(
            MAGIC,
            self.index & 0xFFFFFFFF,
            self.t_us,
            self.mode,
            CODECS[codec],
            self.flags,
            columns,
            rows,
            len(payload),
            0,
        )
        return head + payload


def stored_frame(jpeg: bytes, facts: dict[str, Any]) -> Frame:
    """The last picture of a session that was at rest, as a held image."""
    image = simplejpeg.decode_jpeg(jpeg, colorspace="GRAY")[:, :, 0]
    return Frame(facts["index"], facts.get("t_us", 0), MODE_HELD, FLAG_HELD, image, facts)


def encode_jpeg(image: NDArray[np.uint8]) -> bytes:
    """Grey JPEG, quality 90, of an image (row, column)."""
    encoded: bytes = simplejpeg.encode_jpeg(image[:, :, None], quality=JPEG_QUALITY, colorspace="GRAY")
    return encoded


def decode_text(text: str) -> dict[str, Any]:
    """One message of a page.

    Raises
    ------
    RefusedInput
        When it is not a JSON object with finite numbers and whole characters.
    """
    try:
        message = json.loads(text)
        json.dumps(message, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RefusedInput(
            "A message of the stream is not JSON",
            code="bad-message",
            where="stream",
            value=text[:80].encode("ascii", "replace").decode(),
            way_out=str(error)[:120],
        ) from error
    if not isinstance(message, dict) or not isinstance(message.get("t"), str):
        raise RefusedInput(
            "A message of the stream is an object with a text 't'",
            code="bad-message",
            where="stream",
            value=text[:80],
            way_out='For instance {"t": "hello", "role": "operator"}.',
        )
    return message
