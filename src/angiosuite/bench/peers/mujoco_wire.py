"""Pushes MuJoCo's one-dimensional flexible body through a tube; run by the Python that has mujoco 4 or later.

Usage: mujoco_wire.py JOB.json, which answers with one line of JSON: simulated over core time, how far the
worst node is outside the lumen at the end, mm, and the version. The tube is rings of planks about every
other segment.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

mujoco: Any = importlib.import_module("mujoco")

SIDES, EVERY, THICK_M = 12, 2, 1.5e-3
TIGHT = 'solref="0.002 1" solimp="0.99 0.9999 0.00001"'
CONTACT = 'solref="0.004 1" solimp="0.95 0.99 0.0001"'


def planks(centre: Any, radius: Any, long: float) -> str:
    """The wall, and a narrow straight guide for what has not come in yet; metres."""
    lead = np.linspace(-long - 0.05, centre[0, 0] - 1e-3, 40)
    points = np.concatenate([np.stack([lead, 0 * lead, 0 * lead], axis=1), centre[::EVERY]])
    radii = np.concatenate([np.full(40, 1e-3), radius[::EVERY]])
    up, found = np.array([0.0, 0.0, 1.0]), []
    for k in range(len(points) - 1):
        step = points[k + 1] - points[k]
        size = np.linalg.norm(step)
        way, r = step / size, 0.5 * (radii[k] + radii[k + 1])
        up = up - way * (up @ way)
        up /= np.linalg.norm(up)
        side = np.cross(way, up)
        for s in range(SIDES):
            phi = 2 * math.pi * s / SIDES
            out = np.cos(phi) * up + np.sin(phi) * side
            at, across = 0.5 * (points[k] + points[k + 1]) + out * (r + THICK_M), np.cross(out, way)
            numbers = " ".join(f"{v:.6f}" for v in at), " ".join(f"{v:.6f}" for v in (*way, *across))
            half = (r + THICK_M) * math.tan(math.pi / SIDES)
            sizes = f"{0.55 * size:.6f} {half:.6f} {THICK_M}"
            found.append(f'<geom type="box" pos="{numbers[0]}" xyaxes="{numbers[1]}" size="{sizes}"/>')
    return "\n".join(found)


def model(job: dict[str, Any], centre: Any, radius: Any, long: float) -> Any:
    """Wire, tube, and a carriage that the wire's first two points follow."""
    r, n = 1e-3 * job["radius_mm"], job["nodes"]
    young = 1e-6 * job["ei_nmm2"] / (math.pi * r**4 / 4)
    at = -long + 1e-3 * job["from_mm"]
    wire = f"""<flexcomp name="w" type="grid" dim="1" count="{n} 1 1" spacing="{long / (n - 1)} 1 1"
      mass="{long * job["kg_m"]}" radius="{r}" dof="full" pos="{at + long / 2} 0 0">
      <edge equality="true" {TIGHT}/>
      <elasticity young="{young}" poisson="0.25" damping="0.01" section="circle"/><contact selfcollide="none"
      contype="0" conaffinity="1" condim="3" friction="{job["friction"]} 0.005 0.0001" {CONTACT}/>
      </flexcomp>"""
    ends = "".join(f'<connect body1="w_{i}" body2="push" anchor="0 0 0" {TIGHT}/>' for i in (0, 1))
    step = 1e-3 * job["step_ms"]
    return mujoco.MjModel.from_xml_string(f"""<mujoco><option timestep="{step}" gravity="0 0 0"
      integrator="discrete" solver="Newton" cone="pyramidal"/><size memory="500M"/><default><geom contype="1"
      conaffinity="0" condim="3" friction="{job["friction"]} 0.005 0.0001" {CONTACT}/></default><worldbody>
      {planks(centre, radius, long)}<body name="push" mocap="true" pos="{at} 0 0"/>{wire}</worldbody>
      <equality>{ends}</equality></mujoco>""")


def outside_mm(points: Any, centre: Any, radius: Any) -> float:
    """How far the worst point is outside the lumen."""
    along = np.diff(centre, axis=0)
    off = points[:, None] - centre[:-1]
    share = np.clip((off * along).sum(axis=2) / (along**2).sum(axis=1), 0, 1)
    away = np.linalg.norm(off - share[..., None] * along, axis=2)
    return float(1e3 * -(radius[:-1] + share * np.diff(radius) - away).max(axis=1).min())


def main(path: Path) -> dict[str, Any]:
    """Run the job."""
    job = json.loads(path.read_text())
    tube = 1e-3 * np.array(job["tube_mm"])
    centre, radius = tube[:, :3], tube[:, 3]
    travel = 1e-3 * job["push_mm"]
    long = travel + 0.06
    made = model(job, centre, radius, long)
    data = mujoco.MjData(made)
    step = 1e-3 * job["step_ms"]
    push = travel / (1e-3 * job["speed_mm_s"])
    count = round((push + job["hold_s"]) / step)
    began = time.process_time()
    for k in range(count):
        data.mocap_pos[0, 0] = min(k * step, push) / push * travel - long + 1e-3 * job["from_mm"]
        mujoco.mj_step(made, data)
    spent = time.process_time() - began
    points = data.flexvert_xpos
    inside = points[points[:, 0] > 2e-3]
    return {
        "times": count * step / spent,
        "outside_mm": max(outside_mm(inside, centre, radius - 1e-3 * job["radius_mm"]), 0.0),
        "version": mujoco.__version__,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
