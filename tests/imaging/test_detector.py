"""The panel: gain, noise through the stages, MTF, lag, state, storage."""

import numpy as np
import pytest

from angiosuite.imaging.detector import (
    FULL_WELL,
    Detector,
    Panel,
    focal_spot_mtf,
    from_twelve_bits,
    to_twelve_bits,
)

SHARP = Panel(mtf_1_per_mm=0.999, mtf_2_per_mm=0.998, lag_first_frame=0.0, lag_after_1_s=0.0, swank=0.999999)


def frame_of(
    detector: Detector, signal: np.ndarray, *, quanta: float = 1e4, frame: int = 0, **given: float
) -> np.ndarray:
    options = {
        "quanta_at_one": quanta, "wanted_signal": 0.01, "electronic_quanta": 0.0, "interval_s": 1 / 15,
        "magnification": 1.0, **given,
    }  # fmt: skip
    return detector.expose(signal.astype(np.float32), frame=frame, **options)


def test_the_wanted_signal_becomes_one() -> None:
    d = Detector(SHARP, 300, 256, 1)
    assert frame_of(d, np.full((256, 256), 0.01), quanta=1e7).mean() == pytest.approx(1, rel=1e-3)


def test_noise_follows_the_quanta_behind_a_sharp_panel() -> None:
    d = Detector(SHARP, 300, 256, 1)
    quanta, variance = [], []
    for i, signal in enumerate(np.linspace(0.002, 0.04, 8)):
        f = frame_of(d, np.full((256, 256), signal), frame=i) * 100  # back to quanta: 1 is 0.01 * 1e4
        quanta.append(f.mean())
        variance.append(f.var())
    assert np.polyfit(quanta, variance, 1)[0] == pytest.approx(1, abs=0.05)


def test_electronic_noise_equals_quantum_noise_where_the_sheet_says() -> None:
    panel = Panel()
    d = Detector(panel, panel.pixel_mm * 2 * 512, 512, 1)
    per_ugy = 25000.0
    quanta = d.quanta_per_ugy(per_ugy) * panel.electronic_noise_ngy / 1000
    assert d.electronic_quanta(per_ugy) ** 2 == pytest.approx(quanta / panel.swank)


@pytest.mark.parametrize(("side", "rows"), [(297, 512), (156, 512), (297, 1024), (113, 1024)])
def test_the_mtf_is_as_set(side: float, rows: int) -> None:
    panel = Panel()
    d = Detector(panel, side, rows, 1)
    f = np.linspace(0.1, 0.48 / d.pixel_mm, 12)
    aperture = np.sinc(f * d.pixel_mm) / np.sinc(f * panel.pixel_mm)
    wanted = panel.mtf(f) * focal_spot_mtf(0.4, 1.35, f) * aperture
    assert np.abs(d.mtf(f, 0.4, 1.35) - wanted).max() < 0.035


def test_an_edge_shows_the_mtf_that_the_kernels_promise() -> None:
    d = Detector(Panel(lag_first_frame=0.0, lag_after_1_s=0.0), 156, 512, 1)
    step = np.full((512, 512), 0.01)
    step[:, 256:] = 0.02
    line = frame_of(d, step, quanta=1e9).mean(axis=0)
    spread = np.diff(line)
    spread /= spread.sum()
    f = np.array([0.3, 0.6, 1.0, 1.4])
    place = (np.arange(511) - 255) * d.pixel_mm
    measured = np.abs(np.exp(-2j * np.pi * f[:, None] * place) @ spread)
    assert np.abs(measured - d.mtf(f, 0.4, 1.0)).max() < 0.01


def test_the_panel_has_the_mtf_of_its_sheet() -> None:
    assert float(Panel().mtf(1.0)) == pytest.approx(0.6)
    assert float(Panel().mtf(2.0)) == pytest.approx(0.3)


def test_a_larger_focal_spot_blurs_more() -> None:
    f = np.array([1.0, 2.0])
    assert (focal_spot_mtf(0.7, 1.4, f) < focal_spot_mtf(0.4, 1.4, f)).all()
    assert np.allclose(focal_spot_mtf(0.7, 1.0, f), 1)


def test_lag_is_as_set_and_vanishes() -> None:
    d = Detector(Panel(), 300, 64, 1)
    light, dark = np.full((64, 64), 0.01), np.zeros((64, 64))
    for i in range(400):
        steady = frame_of(d, light, quanta=1e8, frame=i).mean()
    assert steady == pytest.approx(1, rel=1e-3)
    assert frame_of(d, dark, quanta=1e8, frame=401).mean() == pytest.approx(0.03, rel=0.02)
    for i in range(14):
        last = frame_of(d, dark, quanta=1e8, frame=402 + i).mean()
    assert last == pytest.approx(0.004, rel=0.05)
    d.rest(60)
    assert frame_of(d, dark, quanta=1e8, frame=500).mean() < 1e-6


def test_state_brings_back_the_very_next_frame() -> None:
    d = Detector(Panel(), 300, 64, 7)
    light = np.full((64, 64), 0.01)
    for i in range(3):
        frame_of(d, light, frame=i)
    kept = d.state()
    first = frame_of(d, light, frame=3)
    other = Detector(Panel(), 300, 64, 7)
    other.restore(kept)
    assert np.array_equal(first, frame_of(other, light, frame=3))


def test_direct_beam_saturates() -> None:
    d = Detector(SHARP, 300, 64, 1)
    assert frame_of(d, np.ones((64, 64)), quanta=1e6).max() == pytest.approx(FULL_WELL)


def test_twelve_bits_lose_less_than_the_noise() -> None:
    x = np.geomspace(0.05, FULL_WELL, 5000).astype(np.float32)
    stored = to_twelve_bits(x)
    assert stored.max() == 4095
    assert np.abs(from_twelve_bits(stored) / x - 1).max() < 0.002
