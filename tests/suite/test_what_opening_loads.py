"""Opening a session loads what a session needs: no reader of CT and no writer of DICOM comes with it."""

from __future__ import annotations

import subprocess
import sys

NOT_NEEDED = (
    "pydicom",
    "angiosuite.anatomy.from_ct",
    "scipy.optimize",
    "scipy.interpolate",
    "scipy.spatial",
)


def test_a_session_is_opened_without_what_reads_a_ct() -> None:
    script = (
        "import sys\n"
        "from angiosuite.suite.patient import Patient\n"
        "from angiosuite.suite.room import Room\n"
        "from angiosuite.suite.session import Session\n"
        f"print(*sorted(set({NOT_NEEDED!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
