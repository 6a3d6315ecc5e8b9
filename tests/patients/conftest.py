"""The synthetic CT as a fixture, since test folders are not packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """Module that writes small CTs: see `tests/dicom/synthetic_ct.py`."""
    path = Path(__file__).parent.parent / "dicom" / "synthetic_ct.py"
    spec = importlib.util.spec_from_file_location("synthetic_ct", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
