"""Times svZeroDSolver on an arterial network from a file; run by the Python that has `pysvzerod`.

Usage: svzerod_adan.py JOB.json, which answers with one line of JSON. The job holds the solver's own input and
how often to run it; the answer is seconds of core a run and, per vessel, mean flow at its end and highest,
lowest and mean pressure in its middle, in the units of the job.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

solver: Any = importlib.import_module("pysvzerod")


def main(path: Path) -> dict[str, Any]:
    """Run the job."""
    job = json.loads(path.read_text())
    times = []
    for _ in range(job["rounds"]):
        made = solver.Solver(job["case"])
        began = time.process_time()
        made.run()
        times.append(time.process_time() - began)
    table = made.get_full_result()
    found = {}
    for name, rows in table.groupby("name"):
        middle = 0.5 * (rows.pressure_in.to_numpy() + rows.pressure_out.to_numpy())
        flow = rows.flow_out.to_numpy()[:-1]
        found[name] = [float(v) for v in (flow.mean(), middle.max(), middle.min(), middle[:-1].mean())]
    return {"seconds": min(times), "vessels": found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
