"""The number of threads and a loaded machine change nothing: the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from angiosuite.kit import kernel_cache
from conftest import small_body
from angiosuite.content.loader import load_library
from angiosuite.suite.outputs import FrameOut
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

item = load_library().get("equipment", "ceiling-single-plane")
session = Session(Room("small", "Small body", small_body(), item.item, item.content_hash), seed=11)
session.command("gantry.move", {"axis": "rotation", "rate": 1.0})
session.command("xray.press", {"pedal": "fluoro"})
digest = hashlib.sha256()
for out in session.advance(600_000):
    if isinstance(out, FrameOut):
        digest.update(out.image.tobytes())
        digest.update(repr(out.meta["technique"]).encode())
print(digest.hexdigest(), session.frame_count, repr(session.picture.dose.kar_mgy))
"""


def started(threads: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(Path(__file__).parent)],
        env={**os.environ, "NUMBA_NUM_THREADS": str(threads), "ANGIOSUITE_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_one_or_two_threads_alone_or_side_by_side_give_the_same_bytes():
    alone = started(2).communicate()[0]
    together = [started(1), started(2)]
    assert int(alone.split()[1]) >= 9
    assert [process.communicate()[0] for process in together] == [alone, alone]
