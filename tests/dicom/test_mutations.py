"""Mutated inputs: whatever happens to the bytes, a CT or a named refusal comes out, never a traceback."""

from __future__ import annotations

import gzip
import random
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from angiosuite.dicom import CtVolume, read_ct
from angiosuite.kit.errors import AngiosuiteError

SAMPLES = {"everyday": 150, "ci": 1000, "long": 20_000}
"""Mutated inputs in each size; the seeds are 0, 1, 2 …"""

Files = list[tuple[str, bytes]]


def outcome(path: Path) -> str:
    """Code of the refusal, or 'read'; any other exception fails the test."""
    refusal: AngiosuiteError | None = None
    try:
        volume = read_ct(path)
    except AngiosuiteError as error:
        refusal = error
    if refusal is not None:
        assert refusal.way_out
        return refusal.code
    assert isinstance(volume, CtVolume)
    assert volume.hu.dtype == np.int16
    assert volume.hu.min() >= -1024
    return "read"


def flip(data: bytes, rng: random.Random, low: int, high: int, count: int) -> bytes:
    raw = bytearray(data)
    for _ in range(count):
        raw[rng.randrange(low, min(high, len(raw)))] = rng.randrange(256)
    return bytes(raw)


def flipped_headers(files: Files, rng: random.Random) -> Files:
    return [
        (n, flip(d, rng, 128, 1800, rng.choice([1, 3, 20])) if rng.random() < 0.3 else d) for n, d in files
    ]


def one_flipped_everywhere(files: Files, rng: random.Random) -> Files:
    low = rng.randrange(100, 1700)
    return [(n, flip(d, random.Random(low), low, low + 8, 2)) for n, d in files]


def truncated(files: Files, rng: random.Random) -> Files:
    which = rng.randrange(len(files))
    return [(n, d[: rng.randrange(len(d))] if i == which else d) for i, (n, d) in enumerate(files)]


def dropped(files: Files, rng: random.Random) -> Files:
    return rng.sample(files, rng.randrange(1, len(files)))


def doubled(files: Files, rng: random.Random) -> Files:
    return [*files, (f"again-{rng.random()}.dcm", rng.choice(files)[1])]


def spliced(files: Files, rng: random.Random) -> Files:
    which, at = rng.randrange(len(files)), rng.randrange(132, 1600)
    name, data = files[which]
    return [
        *files[:which],
        (name, data[:at] + rng.randbytes(rng.randrange(1, 40)) + data[at:]),
        *files[which + 1 :],
    ]


def noise(files: Files, rng: random.Random) -> Files:
    return [*files, ("noise", b"\0" * 128 + b"DICM" + rng.randbytes(rng.randrange(400)))]


MUTATIONS: list[Callable[[Files, random.Random], Files]] = [
    flipped_headers, one_flipped_everywhere, truncated, dropped, doubled, spliced, noise,
]  # fmt: skip


def zip_of(files: Files) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, synthetic: ModuleType) -> Files:
    hu = synthetic.trunk(slices=10, rows=24, columns=32)
    folder = synthetic.write_ct(tmp_path_factory.mktemp("ct"), hu, pixel_mm=12.0 / 1.2)
    return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def test_mutated_series_are_read_or_refused_by_name(tmp_path: Path, files: Files, size: str) -> None:
    codes: dict[str, int] = {}
    path = tmp_path / "series.zip"
    for seed in range(SAMPLES[size]):
        rng = random.Random(seed)
        mutated = zip_of(rng.choice(MUTATIONS)(files, rng))
        if rng.random() < 0.15:
            mutated = flip(mutated, rng, 0, len(mutated), 5)
        path.write_bytes(mutated)
        code = outcome(path)
        codes[code] = codes.get(code, 0) + 1
    assert len(codes) >= 6, codes
    assert list(tmp_path.iterdir()) == [path]


def test_mutated_nifti_headers_are_read_or_refused_by_name(
    tmp_path: Path, synthetic: ModuleType, size: str
) -> None:
    hu = synthetic.trunk(slices=10, rows=24, columns=32).transpose(2, 1, 0)
    whole = nibabel.Nifti1Image(hu, np.diag([10.0, 10.0, 5.0, 1.0])).to_bytes()
    path = tmp_path / "ct.nii.gz"
    for seed in range(SAMPLES[size]):
        rng = random.Random(seed)
        path.write_bytes(gzip.compress(flip(whole, rng, 0, 348, rng.choice([1, 2, 8])), 1))
        outcome(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=700),
    st.sampled_from([b"", b"\0" * 128 + b"DICM", b"PK\x03\x04", b"\x1f\x8b\x08", b"\\\x01\0\0"]),
)
def test_any_bytes_at_all_are_refused_by_name(tmp_path: Path, tail: bytes, start: bytes) -> None:
    path = tmp_path / "anything"
    path.write_bytes(start + tail)
    assert outcome(path) != "read"
