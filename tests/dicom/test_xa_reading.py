"""Runs of a real system, and our own read back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.pixels.decoders import JPEGLosslessSV1Decoder

from angiosuite.dicom.xa_reading import RunRead, read_run
from angiosuite.kit.errors import RefusedInput


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Callable[[str], RunRead]:
    """A real run."""
    return lambda name: read_run(shared_data / "data" / "xa-phantom-runs" / f"{name}.dcm")


@pytest.mark.parametrize(
    ("name", "frames", "primary", "secondary", "sid", "kvp"),
    [
        ("IM1", 14, 31.3, 0.1, 860, 60.1),
        ("IM2", 12, -27.3, -0.1, 865, 60),
        ("IM5", 16, -26.5, -32.7, 931, 60),
        ("IM7", 9, -29.3, 25.5, 976, 60),
    ],
)
def test_geometry_and_times_of_real_runs(
    real: Callable[[str], RunRead],
    name: str,
    frames: int,
    primary: float,
    secondary: float,
    sid: float,
    kvp: float,
) -> None:
    run = real(name)
    assert (run.frames, run.sid_mm, run.sod_mm, run.kvp) == (frames, sid, 720, kvp)
    assert run.primary_deg is not None and run.secondary_deg is not None and run.times_s is not None
    assert np.allclose(run.primary_deg, primary) and np.allclose(run.secondary_deg, secondary)
    assert np.allclose(np.diff(run.times_s), 1 / 15, atol=1e-4) and not run.is_moving


def test_a_missing_pixel_spacing_is_said_and_not_guessed(real: Callable[[str], RunRead]) -> None:
    for name in ("IM1", "IM2"):
        run = real(name)
        assert run.imager_pixel_mm is None and run.iso_pixel_mm is None
        assert any("ImagerPixelSpacing is missing" in finding for finding in run.findings)
    run = real("IM5")
    assert run.imager_pixel_mm == (0.390625, 0.390625) and not run.findings
    assert run.iso_pixel_mm == pytest.approx((0.390625 * 720 / 931,) * 2)


def test_exposure_of_each_frame_where_the_maker_s_elements_are_known(real: Callable[[str], RunRead]) -> None:
    each = real("IM5").each_frame
    assert set(each) == {"kv", "mas", "ms", "sid_mm"} and all(len(column) == 16 for column in each.values())
    assert each["mas"][0] < 0.7 * each["mas"][5], "the gain settles in the first frames"


def test_pixels_of_a_real_run_are_decoded(real: Callable[[str], RunRead]) -> None:
    run = real("IM7")
    if not JPEGLosslessSV1Decoder.is_available:
        with pytest.raises(RefusedInput, match=r"angiosuite\[codecs\]"):
            run.pixels()
        pytest.skip("no decoder for JPEG Lossless")
    pixels = run.pixels()
    assert pixels.shape == (9, 512, 512) and pixels.dtype == np.uint8 and pixels.std() > 5


def test_our_own_run_reads_back_as_it_was(sample_session: Path, exported: Path) -> None:
    run = read_run(exported / "dicom" / "RUN00001")
    assert not run.findings and run.mask_frames == (2, 3) and run.bits == 12
    assert run.times_s is not None and np.allclose(run.times_s[-1], 2.664)
    assert run.iso_pixel_mm is not None and run.iso_pixel_mm[0] == pytest.approx(297 / 64 * 785 / 1050)
    stored = np.fromfile(sample_session / "runs" / "001.u16", "<u2").reshape(-1, 64, 64)
    assert np.array_equal(run.pixels(), stored)
    assert read_run(exported / "dicom" / "RUN00003").is_moving


def test_lists_that_do_not_fit_the_frames_are_said(exported: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(exported / "dicom" / "RUN00001")
    dataset.FrameTimeVector = ["0", "33"]
    dataset.PositionerMotion = "DYNAMIC"
    dataset.PositionerPrimaryAngleIncrement = ["0", "1"]
    dataset.EstimatedRadiographicMagnificationFactor = "1.1"
    dataset.save_as(tmp_path / "odd.dcm")
    run = read_run(tmp_path / "odd.dcm")
    assert run.times_s is None and run.primary_deg is None
    assert len(run.findings) == 5, run.findings


@pytest.mark.parametrize("name", ["PIC00010", "DOSE0001"])
def test_what_is_no_run_is_refused_by_name(exported: Path, name: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_run(exported / "dicom" / name)
    assert refused.value.code == "not-a-run"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 11_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_run_is_read_or_refused(
    exported: Path, tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]]
) -> None:
    data = bytearray((exported / "dicom" / "RUN00001").read_bytes())
    for place, value in flips:
        data[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged-run.dcm"
    path.write_bytes(bytes(data))
    with contextlib.suppress(RefusedInput):
        read_run(path).pixels()
