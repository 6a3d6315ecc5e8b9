"""Runs PySkinDose on its own cylinder; run by the Python that has pyskindose.

Usage: pyskindose_cylinder.py JOB.json, which answers with one line of JSON: places and normals of the
phantom's skin cells on the table at rest, mm (x left, y down, z to the head), measures of table and pad, mm,
the dose of every cell after all events and after each, mGy, the half-value layers used, and the version.
The job holds a list of events and the transmission of table and pad; 0 takes PySkinDose's measured table.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

pandas: Any = importlib.import_module("pandas")
peer: Any = importlib.import_module("pyskindose")
TUBE_AL_MM = 2.5


def settings(table_transmission: float, corrections: Path) -> Any:
    """Its example settings: the elliptic cylinder of 40 x 20 x 150 cm in dense cells, 35 cm from the end."""
    plain = peer.load_settings_example_json()
    plain["mode"] = "calculate_dose"
    plain["estimate_k_tab"] = table_transmission > 0
    plain["k_tab_val"] = table_transmission or 0.8
    plain["inherent_filtration"] = TUBE_AL_MM
    plain["corrections_db_path"] = str(corrections)
    plain["plot"]["notebook_mode"] = False
    plain["phantom"]["model"] = "cylinder"
    plain["phantom"]["patient_offset"]["d_lat"] = -35
    plain["phantom"]["dimension"]["cylinder_resolution"] = "dense"
    return peer.PyskindoseSettings(json.dumps(plain))


def normalised(events: list[dict[str, float]]) -> Any:
    """Events as the data frame that PySkinDose computes from, in its signs and cm."""
    rows = [
        {
            "model": "AXIOM-Artis",
            "acquisition_plane": "Single Plane",
            "DSD": e["sid_mm"] / 10,
            "DSI": e["sod_mm"] / 10,
            "DID": (e["sid_mm"] - e["sod_mm"]) / 10,
            "DSIRP": (e["sod_mm"] - 150.0) / 10,
            "DSL": 40,
            "Tx": e["table_x_mm"] / 10,
            "Ty": -e["table_y_mm"] / 10,
            "Tz": e["table_z_mm"] / 10,
            "Ap1": e["rotation_deg"],
            "Ap2": -e["angulation_deg"],
            "Ap3": 0.0,
            "At1": 0.0,
            "At2": 0.0,
            "At3": 0.0,
            "FS_long": e["wide_mm"] / 10,
            "FS_lat": e["high_mm"] / 10,
            "kVp": e["kv"],
            "filter_thickness_Cu": e["cu_mm"],
            "filter_thickness_Al": 0.0,
            "K_IRP": e["kar_mgy"],
        }
        for e in events
    ]
    turn = importlib.import_module("pyskindose.helpers.calculate_rotation_matrices")
    return turn.calculate_rotation_matrices(pandas.DataFrame(rows))


def main() -> None:
    """Every event alone, then all together."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    calculate = importlib.import_module("pyskindose.calculate_dose.calculate_dose").calculate_dose
    phantoms = importlib.import_module("pyskindose.phantom_class").Phantom
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings(job["table_transmission"], Path(folder) / "corrections.db")
        size = chosen.phantom.dimension

        def dose(events: list[dict[str, float]]) -> tuple[Any, Any, list[float]]:
            table, pad = (phantoms(phantom_model=name, phantom_dim=size) for name in ("table", "pad"))
            frame = normalised(events)
            patient, output = calculate(normalized_data=frame, settings=chosen, table=table, pad=pad)
            return patient, output["dose_map"], [float(h) for h in frame.HVL]

        alone = [dose([event]) for event in job["events"]]
        patient, whole, hvl = dose(job["events"])
    answer = {
        "places": (patient.r_ref * 10).tolist(),
        "normals": patient.n.tolist(),
        "table": [size.table_length * 10, size.table_width * 10, size.table_thickness * 10],
        "pad": size.pad_thickness * 10,
        "dose": whole.tolist(),
        "alone": [one[1].tolist() for one in alone],
        "hvl": hvl,
        "version": importlib.metadata.version("pyskindose"),
    }
    print(json.dumps(answer))


main()
