"""One process a session."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.runtime import session_lock

HOLD = """
import sys, time
from pathlib import Path
from angiosuite.runtime.session_lock import take
kept = take(Path(sys.argv[1]))
print("taken", flush=True)
time.sleep(60)
"""


def test_a_second_process_waits_until_the_first_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "taken\n"
        monkeypatch.setattr(session_lock, "WAIT_S", 0.2)
        with pytest.raises(AngiosuiteError) as refused:
            session_lock.take(tmp_path)
        assert refused.value.code == "session-taken"
    finally:
        holder.kill()
        holder.wait()
    began = time.monotonic()
    session_lock.take(tmp_path).close()
    assert time.monotonic() - began < 5
