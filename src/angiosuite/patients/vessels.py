"""The vessels of a stored body: grown when first asked for, then found again by the key of what made them.

```
patients/<id>/bodies/<um>um-<key>/vessels-<key>/    graph.json, arrays.npz (see `anatomy.vessels.stored`)
```
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.build import grow_vessels
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.maker import maker_hash
from angiosuite.anatomy.vessels.stored import load_graph, save_graph
from angiosuite.content.loader import Library
from angiosuite.content.patient import PatientItem
from angiosuite.kit.stored_folder import StoredFolderError
from angiosuite.patients.growing import parameters_of

__all__ = ["vessels_key", "vessels_of_body"]

_PREFIX = "vessels-"


def vessels_key(body: Body, item: PatientItem, library: Library) -> str:
    """Hex key of a graph: body, parameters, chosen variants, templates and code."""
    facts = [body.content_hash, asdict(parameters_of(item)), dict(item.variants), maker_hash(library)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def vessels_of_body(folder: Path, body: Body, item: PatientItem, library: Library) -> VesselGraph:
    """The graph of a built-in body in a folder: read from there, or grown (seconds) and kept there.

    Graphs of other templates or of other code go.
    """
    target = folder / f"{_PREFIX}{vessels_key(body, item, library)[:16]}"
    with suppress(StoredFolderError):
        return load_graph(target)
    graph = grow_vessels(body, parameters_of(item), item.variants, library)
    with suppress(OSError):  # a full disk: the graph is grown again next time
        save_graph(graph, target)
        for other in folder.glob(f"{_PREFIX}*"):
            if other != target:
                shutil.rmtree(other, ignore_errors=True)
    return graph
