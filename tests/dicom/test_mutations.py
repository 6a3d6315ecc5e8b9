"""Mutated inputs: whatever happens to the bytes, a CT or a named refusal comes out, never a traceback."""

from __future__ import annotations

import gzip
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from angiosuite.dicom import CtVolume, read_ct
from angiosuite.kit.errors import AngiosuiteError

SHARDS, PER_SHARD = 20, 500
"""Ten thousand mutated inputs with --long, in shards that resume; of each, `SHARES` by kind."""
SHARES = {"bytes": 200, "elements": 200, "nifti": 100}
EVERYDAY = {"everyday": 50, "ci": 150, "long": 0}
"""Of each kind in the smaller sizes, the seeds 0, 1, 2 … of the long run."""

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
    assert min(volume.hu.shape) >= 8
    assert volume.hu.size <= 20_000_000, volume.hu.shape
    assert np.isfinite(volume.origin_mm).all()
    assert max(np.abs(volume.origin_mm)) < 30_000
    assert all(0.02 <= spacing <= 13 for spacing in volume.spacing_zyx_mm), volume.spacing_zyx_mm
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


ELEMENTS: dict[str, int] = {
    "ImagePositionPatient": 3, "ImageOrientationPatient": 6, "PixelSpacing": 2, "GantryDetectorTilt": 1,
    "RescaleSlope": 1, "RescaleIntercept": 1, "Rows": 0, "Columns": 0, "BitsStored": 0, "HighBit": 0,
    "BitsAllocated": 0, "PixelRepresentation": 0, "PixelPaddingValue": 0, "NumberOfFrames": 1,
    "SamplesPerPixel": 0, "SliceThickness": 1,
}  # fmt: skip
"""Elements of geometry and pixels with their number of decimals; 0 is a 16-bit word."""
ODD_NUMBERS = ["nan", "inf", "-1e308", "0", "1e-30", "99999", "-1", "0.5", "", "1e400", "x"]


def changed_elements(files: Files, rng: random.Random) -> Files:
    """A series with geometry or pixels changed in one, some or all of its slices."""
    names = rng.choices([*ELEMENTS, "PixelData", "PixelData"], k=rng.choice([1, 1, 2]))
    share = rng.choice([0.1, 0.4, 1.0])
    steady, how = rng.random(), rng.random()
    result = []
    for name, data in files:
        if rng.random() > share:
            result.append((name, data))
            continue
        dataset = pydicom.dcmread(BytesIO(data))
        for element in dict.fromkeys(names):
            draw = random.Random(steady) if how < 0.5 else rng
            if element == "PixelData":
                dataset.PixelData = changed_pixels(dataset.PixelData, draw)
            elif draw.random() < 0.1:
                dataset.pop(element, None)
            else:
                value = changed(dataset, element, draw)
                tag, vr = Tag(element), "DS" if ELEMENTS[element] else "US"
                dataset[element] = RawDataElement(tag, vr, len(value), value, 0, False, True)
        buffer = BytesIO()
        dataset.save_as(buffer)
        result.append((name, buffer.getvalue()))
    return result


def changed(dataset: pydicom.Dataset, element: str, rng: random.Random) -> bytes:
    """Another value of an element: nearby, far off, or no number at all."""
    count = ELEMENTS[element]
    if count == 0:
        word = rng.choice([0, 1, 2, 8, 11, 12, 15, 16, 31, 33, 255, 4097, 65535, rng.randrange(65536)])
        return word.to_bytes(2, "little")
    old = dataset.get(element)
    before = [float(v) for v in (old if isinstance(old, pydicom.multival.MultiValue) else [old or 0])]
    before = (before * count)[:count]
    kind = rng.random()
    if kind < 0.5:
        size = rng.choice([1e-3, 0.05, 1.0, 10.0])
        values = [f"{v + rng.gauss(0, size):.6g}" for v in before]
    elif kind < 0.7:
        values = [f"{v:.6g}" for v in rng.sample(before, len(before))]
    else:
        values = [rng.choice(ODD_NUMBERS) if rng.random() < 0.4 else f"{v:.6g}" for v in before]
    if element == "NumberOfFrames":
        values = [str(rng.choice([0, 1, 2, 10, 99999]))]
    text = "\\".join(values if rng.random() < 0.95 else values[:-1])
    return (text + " " * (len(text) % 2)).encode()


def changed_pixels(data: bytes, rng: random.Random) -> bytes:
    kind = rng.randrange(5)
    if kind == 0:
        return data[: 2 * rng.randrange(len(data) // 2)]
    if kind == 1:
        return data + b"\0" * (2 * rng.randrange(1, 600))
    if kind == 2:
        return rng.randbytes(len(data))
    if kind == 3:
        return bytes([rng.randrange(256), rng.randrange(16)]) * (len(data) // 2)
    return flip(data, rng, 0, len(data), rng.choice([1, 50, 500]))


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


@pytest.fixture(scope="module")
def volume_file(synthetic: ModuleType) -> bytes:
    hu = synthetic.trunk(slices=10, rows=24, columns=32).transpose(2, 1, 0)
    return nibabel.Nifti1Image(hu, np.diag([10.0, 10.0, 5.0, 1.0])).to_bytes()


def mutated(kind: str, seed: int, files: Files, volume_file: bytes) -> bytes:
    """One mutated input; kind and seed decide it."""
    rng = random.Random(f"{kind} {seed}")
    if kind == "nifti":
        return gzip.compress(flip(volume_file, rng, 0, 348, rng.choice([1, 2, 8])), 1)
    if kind == "elements":
        return zip_of(changed_elements(files, rng))
    data = zip_of(rng.choice(MUTATIONS)(files, rng))
    return flip(data, rng, 0, len(data), 5) if rng.random() < 0.15 else data


def outcomes(kind: str, seeds: range, folder: Path, files: Files, volume_file: bytes) -> Counter[str]:
    """How often each outcome; nothing is left beside the input."""
    codes: Counter[str] = Counter()
    path = folder / "input"
    for seed in seeds:
        path.write_bytes(mutated(kind, seed, files, volume_file))
        try:
            codes[outcome(path)] += 1
        except Exception as error:
            error.add_note(f"kind {kind}, seed {seed}")
            raise
        assert list(folder.iterdir()) == [path]
    return codes


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", SHARES)
def test_mutated_inputs_are_read_or_refused_by_name(
    tmp_path: Path, files: Files, volume_file: bytes, size: str, kind: str
) -> None:
    codes = outcomes(kind, range(EVERYDAY[size]), tmp_path, files, volume_file)
    assert size == "long" or len(codes) >= 4, codes


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_ten_thousand_mutated_inputs_are_read_or_refused_by_name(
    tmp_path: Path, files: Files, volume_file: bytes, shard: int
) -> None:
    """Four thousand of them are changes to pixels or geometry of a whole series."""
    assert sum(SHARES.values()) == PER_SHARD
    codes: Counter[str] = Counter()
    for kind, count in SHARES.items():
        codes += outcomes(kind, range(shard * count, (shard + 1) * count), tmp_path, files, volume_file)
    print(f"shard {shard}: {dict(codes.most_common())}")
    assert len(codes) >= 10, codes


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=700),
    st.sampled_from([b"", b"\0" * 128 + b"DICM", b"PK\x03\x04", b"\x1f\x8b\x08", b"\\\x01\0\0"]),
)
def test_any_bytes_at_all_are_refused_by_name(tmp_path: Path, tail: bytes, start: bytes) -> None:
    path = tmp_path / "anything"
    path.write_bytes(start + tail)
    assert outcome(path) != "read"
