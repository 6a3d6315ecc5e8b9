"""What must be there before the first picture: compiled kernels and the built-in patient."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import Cancelled, RefusedInput
from angiosuite.kit.home import Home
from angiosuite.suite.instruments.going import hands_going

KERNEL_ROOMS = ("physics", "anatomy", "imaging")
HANDS_ROOM = "angiosuite.physics.rods."
"""Kernels that nobody needs before an instrument is in the hand: compiled once the room is ready."""
FIRST_SPACING_MM = 1.5
"""Voxel size of the body that is ready first, in millimetres."""
FINE_SPACING_MM = 1.2
"""Voxel size that it is refined to in the background, in millimetres."""

BODY_SHARE = 0.85
"""Share of the building of a patient that goes into its body."""
HANDS_SHARE = 0.8
"""Share of the readying of wires that goes into compiling."""

Progress = Callable[[str, float], None]
Cancel = Callable[[], bool]


def warm_ups() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every module below the kernel rooms that has a `warm_up()`, by discovery."""
    for room in KERNEL_ROOMS:
        package = importlib.import_module(f"angiosuite.{room}")
        for found in pkgutil.walk_packages(package.__path__, f"angiosuite.{room}."):
            source = Path(found.module_finder.path) / f"{found.name.rpartition('.')[2]}.py"  # type: ignore[union-attr]
            if found.ispkg or b"def warm_up(" not in source.read_bytes():
                continue
            module = importlib.import_module(found.name)
            yield found.name, module.warm_up


def compile_kernels(home: str, progress: Progress, cancelled: Cancel) -> dict[str, Any]:
    """Compile the kernels of pictures and blood into the home's cache; at once when that was done before."""
    opened = Home(Path(home)).open()
    complete = _marker(kernel_cache.activate(opened.kernels))
    if complete.exists():
        return {"modules": 0}
    found = [(name, warm_up) for name, warm_up in warm_ups() if not name.startswith(HANDS_ROOM)]
    for number, (name, warm_up) in enumerate(found):
        if cancelled():
            raise Cancelled("Compiling")
        progress(name.removeprefix("angiosuite."), 0.4 * number / len(found))
        warm_up()
    from .rehearsal import rehearse

    scratch = opened.scratch("rehearsal")
    try:
        rehearse(scratch, progress, (0.4, 1.0))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    complete.touch()
    return {"modules": len(found)}


def _marker(kernels: Path) -> Path:
    """File that says: everything that these sources need lies compiled in this folder."""
    sources = [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    return kernels / f"complete-{hashlib.sha256(b''.join(sources)).hexdigest()[:16]}"


def build_patient(
    home: str, spacing_mm: float, progress: Progress, cancelled: Cancel, patient_id: str | None = None
) -> dict[str, Any]:
    """Build a built-in patient (the default one when none is named) at a voxel size, or find it built.

    Its vessels are grown and its blood is brought to rest too, so that a catheter can be placed at once.
    """
    opened = Home(Path(home)).open()
    kernel_cache.activate(opened.kernels)
    from angiosuite.patients.store import PatientStore

    def told(step: str, share: float) -> None:
        progress(step, BODY_SHARE * share)

    record = PatientStore(opened).ensure_builtin(patient_id, spacing_mm, told, cancelled)
    if not cancelled():
        from angiosuite.suite.circulation.settling import REST_RATE_PER_MIN

        from .opening import make_room

        progress("vessels and blood", BODY_SHARE)
        make_room(opened, record.id).at_rest(REST_RATE_PER_MIN)
    progress("vessels and blood", 1.0)
    return {"patient_id": record.id, "spacing_mm": spacing_mm}


def ready_hands(
    home: str, progress: Progress, cancelled: Cancel, patient_id: str | None = None
) -> dict[str, Any]:
    """Compile what moves wires and catheters, and bake the walls of a built-in patient's vessels.

    Until it is done a session says so instead of standing still with a wire in the hand.
    """
    opened = Home(Path(home)).open()
    kernels = kernel_cache.activate(opened.kernels)
    with hands_going(kernels):
        for name, warm_up in warm_ups():
            if name.startswith(HANDS_ROOM) and not cancelled():
                warm_up(lambda step, share: progress(step, HANDS_SHARE * share))
        from angiosuite.patients.store import PatientStore
        from angiosuite.suite.instruments.trees import ready_trees

        progress("walls of vessels", HANDS_SHARE)
        record = PatientStore(opened).ensure_builtin(patient_id, FIRST_SPACING_MM, lambda *_: None, cancelled)
        from .opening import make_room

        room = make_room(opened, record.id)
        if room.has_vessels and not cancelled():
            ready_trees(room.cache, room.vessels)
    progress("walls of vessels", 1.0)
    return {"patient_id": record.id}


def import_patient(
    home: str,
    path: str,
    progress: Progress,
    cancelled: Cancel,
    series: str | None = None,
    axes: Sequence[int] = (0, 1, 2),
    flips: Sequence[bool] = (False, False, False),
    check: str | None = None,
    replaces: str | None = None,
) -> dict[str, Any]:
    """Import one CT from a file or folder, whole or not at all, with its first projection.

    Parameters
    ----------
    home, path : str
        Home folder; what to read.
    series, axes, flips, check, replaces
        See `patients.importing.Wish`.

    Returns
    -------
    outcome : dict
        ``patient_id`` (None when the input was refused), ``refusal`` (the named error, or None) and
        ``inspection`` (which series there are; as far as it could be told).
    """
    opened = Home(Path(home)).open()
    kernel_cache.activate(opened.kernels)
    from angiosuite.dicom import inspect
    from angiosuite.patients.importing import Wish
    from angiosuite.patients.store import PatientStore
    from angiosuite.patients.turn import Turn

    from .first_picture import first_picture

    z, y, x = axes
    fz, fy, fx = flips
    wish = Wish(series, Turn((z, y, x), (fz, fy, fx)), check, replaces)
    try:
        made = PatientStore(opened).bring_in(
            Path(path), progress, cancelled, wish, lambda body: first_picture(opened, body)
        )
    except RefusedInput as refusal:
        try:
            seen = inspect(Path(path), lambda step, fraction: None, cancelled).as_dict()
        except RefusedInput:
            seen = None
        return {"patient_id": None, "refusal": refusal.as_dict(), "inspection": seen}
    return {"patient_id": made.record.id, "refusal": None, "inspection": made.inspection.as_dict()}
