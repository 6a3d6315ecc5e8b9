"""A small whole circulation: what kernels warm up on, and what tests and benchmarks run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, pi

import numpy as np

from .blood import DYNE_CM2_PER_MMHG
from .control import Places
from .draft import Draft
from .spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["ORGANS", "Organ", "artery_stiffness", "circulation", "places"]

CHEST, BELLY = 1, 2
_PRESSURE_DROP_MMHG = 86.0
_VENOUS_ML, _VENOUS_C = 2500.0, 100.0


@dataclass(frozen=True, slots=True)
class Organ:
    """What hangs on the aorta: its flow at rest, where (cm along the aorta), and its artery."""

    name: str
    flow_ml_min: float
    at_cm: float
    length_cm: float
    radius_cm: float
    portal: bool = False


ORGANS = (
    Organ("heart-muscle", 230, 0, 6, 0.18),
    Organ("brain", 700, 6, 18, 0.36),
    Organ("arms", 600, 8, 40, 0.34),
    Organ("chest-wall", 350, 18, 12, 0.15),
    Organ("liver", 380, 30, 10, 0.27),
    Organ("spleen", 200, 30, 9, 0.22, portal=True),
    Organ("bowel", 750, 32, 22, 0.34, portal=True),
    Organ("right-kidney", 580, 33, 4, 0.29),
    Organ("left-kidney", 580, 33, 4, 0.29),
    Organ("pelvis", 400, 46, 12, 0.3),
    Organ("right-leg", 400, 46, 60, 0.36),
    Organ("left-leg", 400, 46, 60, 0.36),
)
"""Flows after the reference man of the research notes, summed to some 5.6 l/min."""


def artery_stiffness(radius_cm: float) -> float:
    """Beta of an artery's wall, mmHg.

    Notes
    -----
    **Model** ``E h / (0.75 r)``, ``h/r = 0.2802 exp(-505 r) + 0.1324 exp(-11.1 r)`` (r in m), E = 225 kPa.
    **Source** openBF's ADAN56 network. **Valid for** radii of 0.5 to 16 mm.
    """
    r = 0.01 * radius_cm
    ratio = 0.2802 * exp(-505.3 * r) + 0.1324 * exp(-11.14 * r)
    return 2.25e6 * ratio / 0.75 / DYNE_CM2_PER_MMHG


def circulation(
    organs: Sequence[Organ] = ORGANS, *, generations: int = 0, segment_cm: float = 5.0, loops: int = 0
) -> FlowSpec:
    """Heart, aorta, organs with beds, veins, portal vein and lungs as one closed loop.

    Parameters
    ----------
    organs : sequence of Organ
    generations : int
        How often each organ's artery forks before its beds.
    segment_cm : float
        Longest segment.
    loops : int
        Collaterals between neighbouring beds, narrow tubes.
    """
    d = Draft()
    _heart_and_lungs(d)
    ends = _aorta(d, sorted({o.at_cm for o in organs}), segment_cm)
    total = sum(o.flow_ml_min for o in organs)
    joints: list[str] = []
    for organ in organs:
        leaves = _tree(d, organ, ends[organ.at_cm], generations, segment_cm)
        joints += leaves
        for leaf in leaves:
            _bed(d, organ, leaf, 1.0 / len(leaves), total)
    for k in range(loops):
        first, second = joints[k % len(joints)], joints[(k + 1) % len(joints)]
        d.tube(
            f"collateral-{k}", first, second, length_cm=8.0, area_cm2=0.002, stiffness=artery_stiffness(0.03)
        )
    return d.spec()


def places(spec: FlowSpec) -> Places:
    """Where a `Control` takes hold of such a circulation."""
    kinds = {"right-kidney": "kidney", "left-kidney": "kidney", "brain": "brain", "heart-muscle": "heart"}
    beds = {}
    for k, name in enumerate(spec.edges):
        if name.endswith("-bed/bed"):
            organ = next(o.name for o in ORGANS if name.startswith(o.name))
            beds[k] = kinds.get(organ, "liver" if organ == "liver" else "muscle")
    return Places(
        beds=beds,
        hepatic=tuple(k for k, kind in beds.items() if kind == "liver"),
        portal=(spec.edge("portal-bed"),),
        arterial=spec.b[spec.edge("aorta/0")].item(),
        right_atrium=spec.node("right-atrium"),
        ventricles=(spec.node("left-ventricle"), spec.node("right-ventricle")),
        veins=np.flatnonzero([name.endswith("-bed.v") for name in spec.nodes]).astype(np.int64),
    )


def _heart_and_lungs(d: Draft) -> None:
    for name, low, high, v0, contraction, start in (
        ("right-atrium", 0.08, 0.15, 10.0, 0.87, 5.0),
        ("right-ventricle", 0.05, 0.83, 15.0, 0.0, 5.0),
        ("left-atrium", 0.15, 0.25, 10.0, 0.87, 8.0),
        ("left-ventricle", 0.10, 2.5, 10.0, 0.0, 8.0),
    ):
        d.node(
            name, law=NodeLaw.CHAMBER, volume_ml=v0, elastance_low=low, elastance_high=high,
            contraction=contraction, start_mmhg=start, region=CHEST,
        )  # fmt: skip
    wall: dict[str, object] = {"law": NodeLaw.TUBE, "region": CHEST}
    d.node("pulmonary-trunk", volume_ml=90.0, stiffness=42.0, p0_mmhg=0.0, start_mmhg=15.0, **wall)
    d.node("pulmonary-veins", volume_ml=400.0, stiffness=95.0, p0_mmhg=2.0, start_mmhg=8.0, **wall)
    d.node("aortic-root", law=NodeLaw.TUBE, p0_mmhg=75.0, start_mmhg=90.0, region=CHEST)
    for vein, region, start in (("svc", CHEST, 5.0), ("ivc-chest", CHEST, 5.0)):
        d.node(vein, law=NodeLaw.VEIN, stiffness=60.0, start_mmhg=start, region=region)
    for vein in ("ivc-renal", "ivc-pelvic"):
        d.node(vein, law=NodeLaw.VEIN, stiffness=60.0, start_mmhg=6.0, region=BELLY)
    d.node("svc-upper", law=NodeLaw.VEIN, stiffness=60.0, start_mmhg=6.0, region=CHEST)
    valve = {"kind": EdgeKind.VALVE}
    d.edge("tricuspid", "right-atrium", "right-ventricle", resistance=0.01, inertance=3e-4, **valve)
    d.edge("pulmonary-valve", "right-ventricle", "pulmonary-trunk", resistance=0.005, inertance=2e-4, **valve)
    d.edge(
        "lungs", "pulmonary-trunk", "pulmonary-veins", kind=EdgeKind.BED, resistance=0.08, bed_ml=120, tanks=4
    )
    link = {"kind": EdgeKind.LINK, "inertance": 1e-4}
    d.edge("pulmonary-veins/0", "pulmonary-veins", "left-atrium", resistance=0.005, **link)
    d.edge("mitral", "left-atrium", "left-ventricle", resistance=0.01, inertance=3e-4, **valve)
    d.edge("aortic-valve", "left-ventricle", "aortic-root", resistance=0.01, inertance=8e-4, **valve)
    vein_wall = {"stiffness": 60.0, "profile": 2.0, "lanes": 3}
    d.tube("svc/0", "svc-upper", "svc", length_cm=4.0, area_cm2=2.5, **vein_wall)
    d.tube("svc/1", "svc", "right-atrium", length_cm=3.0, area_cm2=2.8, **vein_wall)
    d.tube("ivc/2", "ivc-chest", "right-atrium", length_cm=3.0, area_cm2=4.0, **vein_wall)
    d.tube("ivc/1", "ivc-renal", "ivc-chest", length_cm=12.0, area_cm2=3.5, **vein_wall)
    d.tube("ivc/0", "ivc-pelvic", "ivc-renal", length_cm=12.0, area_cm2=2.8, **vein_wall)
    d.node("portal-vein", law=NodeLaw.LINEAR, volume_ml=80.0, stiffness=0.1, start_mmhg=7.0, region=BELLY)
    d.edge(
        "portal-bed", "portal-vein", "ivc-chest", kind=EdgeKind.BED, resistance=0.25, bed_ml=250.0, tanks=4
    )


def _aorta(d: Draft, sites: Sequence[float], segment_cm: float) -> dict[float, str]:
    """The aorta from its root over the sites; the node of each."""
    found, last, here = {0.0: "aortic-root"}, "aortic-root", 0.0
    count = 0
    for site in sites:
        pieces = int(-(-(site - here) // segment_cm))
        for k in range(pieces):
            at = here + (site - here) * (k + 1) / pieces
            radius = 1.35 - 0.0125 * at
            region = CHEST if at < 28.0 else BELLY
            name = d.node(f"aorta-{count}", law=NodeLaw.TUBE, p0_mmhg=75.0, start_mmhg=90.0, region=region)
            d.tube(
                f"aorta/{count}", last, name, length_cm=(site - here) / pieces, area_cm2=pi * radius**2,
                stiffness=artery_stiffness(radius), profile=2.0, lanes=3,
            )  # fmt: skip
            last, count = name, count + 1
        found[site], here = last, site
    return found


def _tree(d: Draft, organ: Organ, trunk: str, generations: int, segment_cm: float) -> list[str]:
    """The organ's artery, forked; its ends."""
    region = CHEST if organ.at_cm < 28.0 else BELLY
    tips = [(trunk, organ.name, organ.radius_cm, organ.length_cm)]
    for generation in range(generations + 1):
        after = []
        for start, name, radius, length in tips:
            last = start
            pieces = int(-(-length // segment_cm))
            for k in range(pieces):
                node = d.node(f"{name}.{k}", law=NodeLaw.TUBE, p0_mmhg=75.0, start_mmhg=90.0, region=region)
                d.tube(
                    f"{name}/{k}", last, node, length_cm=length / pieces, area_cm2=pi * radius**2,
                    stiffness=artery_stiffness(radius), lanes=3 if radius > 0.1 else 1,
                )  # fmt: skip
                last = node
            if generation < generations:
                after += [(last, f"{name}-{k}", 0.8 * radius, 0.6 * length) for k in "ab"]
            else:
                after.append((last, name, radius, length))
        tips = after
    return [start for start, *_ in tips]


def _bed(d: Draft, organ: Organ, leaf: str, part: float, total_ml_min: float) -> None:
    """Arterioles, bed and venules of a share of an organ."""
    share = part * organ.flow_ml_min / total_ml_min
    resistance = _PRESSURE_DROP_MMHG / (organ.flow_ml_min * part / 60.0)
    region = CHEST if organ.at_cm < 28.0 else BELLY
    name = f"{leaf}-bed"
    arterioles = d.node(
        f"{name}.a", volume_ml=80.0 * share, stiffness=1.0 / (0.6 * share), start_mmhg=72.0, region=region
    )
    venules = d.node(
        f"{name}.v", volume_ml=_VENOUS_ML * share, stiffness=1.0 / (_VENOUS_C * share), start_mmhg=3.0,
        region=region,
    )  # fmt: skip
    d.edge(f"{name}/in", leaf, arterioles, kind=EdgeKind.LINK, resistance=0.2 * resistance)
    blood = organ.flow_ml_min * part / 60.0 * 3.0
    d.edge(
        f"{name}/bed", arterioles, venules, kind=EdgeKind.BED, resistance=0.8 * resistance, bed_ml=blood,
        tanks=4,
    )  # fmt: skip
    if organ.portal:
        into = "portal-vein"
    else:
        into = "svc-upper" if organ.at_cm < 28.0 else ("ivc-renal" if organ.at_cm < 40.0 else "ivc-pelvic")
    d.edge(f"{name}/out", venules, into, kind=EdgeKind.LINK, resistance=0.01 * resistance)
