"""One page at a session's stream: texts in order, at most two frames in flight, newest wins."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from .wire import RAW_LARGEST_PX, Codec, Frame

IN_FLIGHT = 2
"""Frames sent but not yet acknowledged, at most."""
TEXTS = 2000
"""Texts that may wait for a slow page before it is sent away (it comes back and joins afresh)."""


class Client:
    """Sends to one socket from one task, so that a frame's text and pixels stay together."""

    def __init__(self, socket: WebSocket, loopback: bool) -> None:
        self.socket, self.loopback = socket, loopback
        self.role: Literal["operator", "watch"] = "watch"
        self.name: str | None = None
        self.codec: Codec | None = None
        self._texts: deque[str] = deque()
        self._frame: Frame | None = None
        self._unanswered: deque[int] = deque()
        self._wake = asyncio.Event()
        self._close: tuple[int, str] | None = None
        self.dropped = 0

    def text(self, message: dict[str, Any]) -> None:
        """Queue one text."""
        if len(self._texts) >= TEXTS:
            self.close(4408, "too-slow")
            return
        self._texts.append(json.dumps(message))
        self._wake.set()

    def frame(self, frame: Frame) -> None:
        """Offer a frame; it replaces one that still waits."""
        if self._frame is not None:
            self.dropped += 1
        self._frame = frame
        self._wake.set()

    def acknowledge(self, index: int) -> None:
        """The page has drawn frame `index` (and with it all before)."""
        while self._unanswered and self._unanswered[0] <= index:
            self._unanswered.popleft()
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Send what is queued, then end the socket."""
        self._close = self._close or (code, reason)
        self._wake.set()

    def _codec_for(self, frame: Frame) -> Codec:
        if self.codec is not None:
            return self.codec
        return "raw" if self.loopback and frame.image.size <= RAW_LARGEST_PX else "jpeg"

    async def run(self) -> None:
        """Send until closed; returns quietly when the socket is gone."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._texts:
                    await self.socket.send_text(self._texts.popleft())
                if self._close is not None:
                    await self.socket.close(*self._close)
                    return
                if self._frame is not None and len(self._unanswered) < IN_FLIGHT:
                    frame, self._frame = self._frame, None
                    pixels = await frame.binary(self._codec_for(frame))
                    self._unanswered.append(frame.index)
                    await self.socket.send_text(frame.text())
                    await self.socket.send_bytes(pixels)
                    self._wake.set()
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
