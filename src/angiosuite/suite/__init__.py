"""One session in the angiography room: commands in, frames and events out.

`Session` holds the log and the fixed-step loop; `Gantry`, `Collimator` and `Pedals` are what the
hands move; `Picture` turns a pose and a technique into a frame and its dose. Nothing here knows
HTTP, sockets or a database: a notebook, a test and the browser drive the same engine.
Start with `session.py`; scripts and notebooks start with ``from angiosuite.suite import Patient, Room``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .collimator import Collimator
    from .patient import Patient
    from .pose import Pose
    from .room import Room
    from .session import Session

__all__ = ["Collimator", "Patient", "Pose", "Room", "Session"]


def __getattr__(name: str) -> Any:
    """Load a class of the Python face when it is first asked for, kernels from the home's cache."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from angiosuite.kit import kernel_cache
    from angiosuite.kit.home import Home

    kernel_cache.activate(Home().open().kernels)
    return getattr(import_module(f"{__name__}.{name.lower()}"), name)
