"""Times CathSim's guide wire in its aorta; run by the Python that has cathsim.

Answers with one line of JSON: simulated over wall time of drawn control steps, and the version. CathSim's
licence is non-commercial: it is timed, nothing of it is taken.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import time
from typing import Any

import numpy as np

STEPS = 300

make: Any = importlib.import_module("cathsim.dm").make_dm_env
env = make(phantom="phantom3", target="bca", use_pixels=False, use_segment=False, image_size=64)
env.reset()
draw = np.random.default_rng(0)
env.step(np.array([1.0, 0.0]))
begun = time.process_time()
for _ in range(STEPS):
    if env.step(np.array([1.0, draw.uniform(-1.0, 1.0)])).last():
        env.reset()
spent = time.process_time() - begun
try:
    version = importlib.metadata.version("cathsim")
except importlib.metadata.PackageNotFoundError:
    version = ""
print(json.dumps({"factor": STEPS * env.control_timestep() / spent, "version": version}))
