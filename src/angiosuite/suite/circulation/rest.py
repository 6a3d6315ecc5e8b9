"""A patient's circulation at rest, found once and kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.home import atomic_write
from angiosuite.physics.flow.network import Network

from .plumbing import Plumbing
from .quiet import Quiet
from .settling import Settled, settle

__all__ = ["at_rest", "stored_name"]

Floats = NDArray[np.float64]

VERSION = 2
"""Of what is found at rest: raise it when `settle` or the network's step finds something else."""


def at_rest(plumbing: Plumbing, rate_per_min: float, cache: Path | None) -> Settled:
    """The circulation at rest: out of `cache` where it lies there, else found and put there.

    Both give the same numbers to the last bit. What is kept belongs to every number of the network before it
    settles, so other vessels, another mass or another way of drawing the network find their own.
    Held by ``tests/suite/circulation/test_rest.py``.
    """
    if cache is None:
        return settle(plumbing, rate_per_min)
    file = cache / stored_name(plumbing, rate_per_min)
    try:
        with np.load(file, allow_pickle=False) as stored:
            return _restored(plumbing, stored)
    except (OSError, ValueError, KeyError):
        pass
    settled = settle(plumbing, rate_per_min)
    cache.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        resistance=settled.plumbing.spec.resistance,
        elastance_high=settled.plumbing.spec.elastance_high,
        mean_mmhg=settled.mean_mmhg,
        mean_ml_s=settled.mean_ml_s,
        quiet_mmhg=settled.quiet.mmhg,
        quiet_ml_s=settled.quiet.ml_s,
        **settled.network.state(),  # type: ignore[arg-type]
    )
    atomic_write(file, buffer.getvalue())
    return settled


def stored_name(plumbing: Plumbing, rate_per_min: float) -> str:
    """Name of the file in which the rest of a network is kept."""
    digest = hashlib.sha256(f"{VERSION} {rate_per_min:.6f}".encode())
    for field in fields(plumbing.spec):
        value = getattr(plumbing.spec, field.name)
        digest.update("\n".join(value).encode() if isinstance(value, tuple) else value.tobytes())
    for bed in plumbing.beds.values():
        digest.update(bed.flow_ml_s.tobytes())
    return f"rest-{digest.hexdigest()[:24]}.npz"


def _restored(plumbing: Plumbing, stored: Mapping[str, Floats]) -> Settled:
    """A rest out of its arrays; `ValueError` where they belong to another network."""
    resistance, high = stored["resistance"], stored["elastance_high"]
    spec = replace(plumbing.spec, resistance=resistance, elastance_high=high)
    network = Network(spec)
    network.restore({"nodes": stored["nodes"], "edges": stored["edges"]})
    quiet = Quiet(stored["quiet_mmhg"], stored["quiet_ml_s"])
    return Settled(replace(plumbing, spec=spec), network, stored["mean_mmhg"], stored["mean_ml_s"], quiet)
