"""Contrast in pictures: lumens, blush, catheter, CT and MR slices; time on one core, and iodine seen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import BONE_UNIT_MG_CM3
from angiosuite.anatomy.tissue import load_table
from angiosuite.bench.row import Row
from angiosuite.bench.xray_phantom import view
from angiosuite.content.loader import load_library
from angiosuite.content.mr_relaxation import load_mr_table
from angiosuite.imaging.acquisition import Acquisition
from angiosuite.imaging.ct_slice import CtScan, CtVolume, VolumePart, ct_slice
from angiosuite.imaging.mr_slice import SCANS, MrTissues, acquired, mr_slice
from angiosuite.imaging.section import LumenSections, Section
from angiosuite.kit.home import Home
from angiosuite.patients.store import PatientStore
from angiosuite.physics import threads
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.instrument_shadow import InstrumentShadow
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.twig_shadows import TwigShadows
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.instruments.drawn import drawn_of
from angiosuite.suite.instruments.instrument import device_named
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.patient import Patient
from angiosuite.suite.phantom import motion_of
from angiosuite.suite.pose import Pose, beam_geometry

TITLE = "contrast in pictures"
ROUNDS, SIZE = 15, 512
VESSELS, TWIGS = 200, 5000
Floats = NDArray[np.float64]


def rows(peers: Path | None) -> Iterator[Row]:
    """Milliseconds of one core a picture of 512², and the iodine that is seen in two views."""
    before = threads.threads()
    threads.set_threads(1)
    try:
        yield from _layers()
        yield from _slices()
    finally:
        threads.set_threads(before)


def _layers() -> Iterator[Row]:
    patient = Patient.builtin()
    graph = PatientStore(Home(None).open()).vessels(patient.id)
    drawn = lumens_of(graph, patient.body)
    arteries = {vessel.id for vessel in graph.of_system("artery")}
    twigs = [f"{bed}:{kind}" for bed, kind in drawn.twigs if kind == "artery"]
    lumens = [lumen for lumen in drawn.lumens if lumen.name in arteries]
    beds = [lumen for lumen in drawn.lumens if lumen.name in twigs]
    projector, shadows = LumenProjector(lumens), TwigShadows(beds)
    middle = np.array(patient.body.landmarks["l3"]) + np.array([0.0, -20.0, 60.0])
    geometry = beam_geometry(Pose(), middle, 300.0, SIZE)
    iodine, in_twigs = np.full(projector.nodes, 0.1), np.full(len(beds), 0.1)
    pieces = sum(len(bed.ends) for bed in beds)

    def lit(phase: Phase, stands: bool) -> None:
        projector.mass(geometry, phase, iodine, stands)
        shadows.mass(geometry, phase, in_twigs, stands)

    note = f"{len(arteries)} arteries and {pieces} twigs of the built-in patient, all opacified; {_load()}"
    still = _ms(lambda k: lit(Phase(), True))
    yield Row("lumens, still view, 512²", still, "ms", must=8.0, note=note)
    moving = _ms(lambda k: lit(Phase(1.0 + 0.37 * k), True))
    yield Row(
        "lumens, breathing, 512²", moving, "ms", must=20.0, note=f"{note}; median, so few are spread anew"
    )
    anew = _ms(lambda k: lit(Phase(1.0 + 0.37 * k), False))
    yield Row("lumens, breathing, the first picture of a view, 512²", anew, "ms", note=note)
    land = graph.territory
    assert land is not None
    motions = {name: motion_of(name, patient.body) for name in {bed.follows for bed in graph.beds.values()}}
    blush = Blush(
        land.number, land.origin_mm, land.spacing_mm, [motions[graph.beds[bed].follows] for bed in land.beds]
    )
    shares = np.linspace(1e-3, 1e-2, blush.beds)
    note = f"{blush.beds} beds of the built-in patient; {_load()}"
    still = _ms(lambda k: blush.mass(geometry, Phase(), (1.0 + 0.01 * k) * shares))
    yield Row("blush, still view, 512²", still, "ms", must=3.0, note=note)
    moving = _ms(lambda k: blush.mass(geometry, Phase(0.1 * k), shares))
    yield Row("blush, breathing, 512²", moving, "ms", must=3.0, note=note)
    shadow, made = InstrumentShadow(), drawn_of(device_named(load_library(), "pigtail-5f"))
    course = next(lumen for lumen in lumens if lumen.name == "abdominal-aorta").nodes_mm
    yield Row(
        "catheter, moving, 512²",
        _ms(lambda k: shadow.mass(geometry, [ToolSeen(course + np.array([0, 0, 0.1 * k]), made, 0.3)])),
        "ms",
        note=_load(),
    )
    projector = LumenProjector(tree())
    volumes = projector.volumes_ml()
    for name, lao_deg, cranial_deg in (("AP", 0, 0), ("LAO 45 cranial 20", 45, 20)):
        error = 100.0 * abs(seen_iodine(projector, volumes, lao_deg, cranial_deg) - 1.0)
        yield Row(
            f"iodine seen less put in, {name}", error, "%", must=3.0, note="tree with twigs, cone corrected"
        )


def _slices() -> Iterator[Row]:
    body = Patient.builtin().body
    spacing = body.layers[0].spacing_mm
    parts = [
        VolumePart(layer.water_mg_cm3, layer.bone_mg_cm3, BONE_UNIT_MG_CM3, layer.origin_mm)
        for layer in body.layers
    ]
    volume = CtVolume(parts, spacing)
    x, y, z = (0.5 * (low + high) for low, high in body.extent_mm)
    cuts = LumenSections(tree())
    iodine = np.full(cuts.nodes, 8.0)
    section = Section("axial", z, (x, y, z))

    def ct(k: int) -> object:
        at = Section("axial", z + 5.0 * k, (x, y, z))
        taken = Acquisition(cuts.cut(at, iodine, least_mm=0.4), number=k)
        return ct_slice(volume, at, CtScan(), taken)

    yield Row("CT slice, 512²", _ms(ct), "ms", must=15.0, note=f"built-in patient, with lumens; {_load()}")
    if body.labels is None:
        return
    labels, table = np.asarray(body.labels), load_mr_table(1.5)
    tissues = MrTissues.of({t.id: t.number for t in load_table().tissues}, table.tissues, table.r1, table.r2)

    def mr(k: int) -> object:
        scan = SCANS["t2"]
        lumens = cuts.cut(acquired(section, scan), iodine, np.zeros(cuts.nodes), least_mm=0.4)
        return mr_slice(
            labels,
            body.label_origin_mm,
            body.label_spacing_mm,
            tissues,
            section,
            scan,
            Acquisition(lumens, number=k),
        )

    yield Row("MR slice, 512²", _ms(mr), "ms", must=15.0, note=f"built-in patient, with lumens; {_load()}")


def _ms(work: Callable[[int], object]) -> float:
    """Median milliseconds of this core."""
    work(0)
    times = []
    for k in range(ROUNDS):
        began = time.thread_time()
        work(k + 1)
        times.append((time.thread_time() - began) * 1e3)
    return median(times)


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def _down(breath_mm: float, cardiac_phase: float) -> Floats:
    affine = np.eye(4)
    affine[2, 3] = -breath_mm
    return affine


def seen_iodine(projector: LumenProjector, volumes: Floats, lao_deg: float, cranial_deg: float) -> float:
    """Iodine on the detector over iodine put in, magnification and slant of every node corrected."""
    geometry = view(lao_deg, cranial_deg, SIZE).resampled(SIZE, SIZE)
    nodes = projector.nodes_at(Phase())
    place = geometry.project_points(nodes)
    inside = ((place > 12) & (place < SIZE - 12)).all(axis=1)
    iodine = np.where(inside, 0.1, 0.0)
    layer = projector.mass(geometry, Phase(), iodine)
    assert layer is not None
    depth = (geometry.source_mm - nodes) @ geometry.normal
    slant = depth / np.linalg.norm(nodes - geometry.source_mm, axis=1)
    weight = volumes * iodine
    area = float(((geometry.source_to_detector_mm / depth) ** 2 / slant * weight).sum())
    pixel = float(np.linalg.norm(np.cross(geometry.row_step_mm, geometry.column_step_mm))) * 1e-2
    return float(layer.mass.sum(dtype=np.float64)) * pixel / area


def tree() -> list[Lumen]:
    """An aorta with branches of branches about the isocentre, and twigs; the same every time."""
    draw = np.random.default_rng(6)
    z = np.arange(-140.0, 141.0, 2.5)
    aorta = np.stack([6 * np.sin(z / 60), 10 * np.cos(z / 80), z], axis=1)
    lumens = [Lumen.along("aorta", aorta, np.full(len(z), 9.5), 0.0, _down)]
    while len(lumens) < VESSELS:
        parent = lumens[int(draw.integers(min(len(lumens), 40)))]
        at = int(draw.integers(5, len(parent.nodes_mm) - 2))
        radius = max(0.55 * float(parent.radii_mm[at - 1, 0]), 0.9)
        along = draw.normal(size=3)
        line = [parent.nodes_mm[at]]
        for _ in range(28):
            along = along / np.linalg.norm(along) + 0.12 * draw.normal(size=3)
            line.append(line[-1] + 2.5 * along / np.linalg.norm(along))
        share = np.linspace(float(parent.share[at]), 1.0, len(line))
        width = np.linspace(radius, 0.7 * radius, len(line))
        lumens.append(Lumen.along(f"v{len(lumens)}", np.array(line), width, share, _down))
    return [*lumens, _twigs(draw)]


def _twigs(draw: np.random.Generator) -> Lumen:
    """Binary trees down to 0.25 mm of radius in twenty places."""
    pieces: list[list[float]] = []
    before: list[int] = []
    waiting = [(-1, 45.0 * draw.normal(size=3), draw.normal(size=3), 0.75) for _ in range(20)]
    while len(pieces) < TWIGS:
        parent, start, along, radius = waiting.pop(0)
        along = along / np.linalg.norm(along)
        end = start + along * max(4.0, 8.0 * radius)
        pieces.append([*start, radius, *end, 0.95 * radius])
        before.append(parent)
        across = np.cross(along, draw.normal(size=3))
        across /= np.linalg.norm(across)
        for side in (1.0, -1.0):
            waiting.append((len(pieces) - 1, end, along + 0.6 * side * across, max(0.25, 0.8 * radius)))
    return Lumen.twigs("twigs", np.array(pieces, np.float32), np.array(before, np.int32), _down)
