"""A home in which lumens of the family are kept from run to run."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def lumens() -> Path:
    """Changed by nothing but the first use of a person."""
    folder = ROOT / ".pytest_cache" / "gym-home"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
