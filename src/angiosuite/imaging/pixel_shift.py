"""Automatic pixel shift: how far the mask must be moved to lie on a frame."""

from __future__ import annotations

import numpy as np
import scipy  # scipy.fft is loaded when it is first used
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter

from angiosuite.imaging.subtraction import Shift, moved

Image = NDArray[np.float32]
Area = NDArray[np.bool_]

_LONGEST_ROWS = 512
"""Larger frames are binned to so many rows: the noise falls as the pixels grow, and so the result stays."""
_FARTHEST = 40
"""Movement that is looked for, binned pixels."""
_COARSE = 12.0
"""Deviation of the Gaussian above which structures do not count, binned pixels."""
_ROUNDS = 12
_CLOSE_ENOUGH = 2e-3
_UNSURE = 0.3
"""Deviation of the result, binned pixels, above which two frames tell nothing of a movement."""
_OUTLIER = 3.0
_FEWEST = 1024
"""Pixels that must be left to compare."""


def find_shift(live_log: Image, mask_log: Image, opening: Image | None = None) -> Shift:
    """Shift to give to the mask, (x to the right, y down), pixels; (0, 0) where the frames tell nothing.

    Parameters
    ----------
    live_log, mask_log : float32 (rows, columns)
        Logarithms of two frames of one view.
    opening : float32 (rows, columns), optional
        Share of each pixel that the collimator leaves open; its edge stands still and is left out.

    Notes
    -----
    **Model**: live(x) = mask(x - s) + noise + what varies slowly, apart from vessels that fill. First the
    peak of the cross-correlation of band-passed frames, normalised by their overlap; then steps of Gauss and
    Newton on the difference less its slow part, each pixel weighted by how well it fits (Tukey's biweight of
    the smoothed difference), which leaves vessels out. Slow parts are taken from the difference and not from
    the frames, so that no edge of the field pulls toward no movement; gradients are central differences of
    the moved mask and of the frame, whose noise is odd about a pixel and does not pull toward whole pixels.
    **Source**: Lucas and Kanade, IJCAI 1981; biweight: Beaton and Tukey, Technometrics 16:147 (1974).
    **Valid for**: movement up to 40 of 512 pixels, without rotation.
    Held by ``tests/imaging/test_pixel_shift.py`` and ``angiosuite bench runs``: 0.1 pixel rms.
    """
    factor = max(1, live_log.shape[0] // _LONGEST_ROWS)
    live, mask = _binned(live_log, factor), _binned(mask_log, factor)
    inside = np.ones(live.shape, np.bool_) if opening is None else _binned(opening, factor) > 0.99
    inside = binary_erosion(inside, iterations=2, border_value=1)
    if inside.sum() < _FEWEST:
        return 0.0, 0.0
    live, mask = _continued(live, inside), _continued(mask, inside)
    fine = _fineness(live, mask, inside)
    live, mask = (gaussian_filter(image, fine, truncate=3.0) for image in (live, mask))
    x, y = _correlated(live, mask, inside)
    inside = binary_erosion(inside, iterations=round(2.0 * fine), border_value=0)
    x, y = _refined(live, mask, inside, x, y, fine)
    return x * factor, y * factor


def _binned(image: Image, factor: int) -> Image:
    if factor == 1:
        return image
    rows, columns = image.shape
    blocks = image.reshape(rows // factor, factor, columns // factor, factor)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def _slow(image: Image, weight: Image) -> Image:
    """Weighted local mean on a grid four times as coarse."""
    below = gaussian_filter(_binned(weight, 4), _COARSE / 4.0, truncate=2.5)
    above = gaussian_filter(_binned(image * weight, 4), _COARSE / 4.0, truncate=2.5)
    small = above / np.maximum(below, np.float32(1e-3))
    return np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)


def _continued(image: Image, inside: Area) -> Image:
    """The image with what is closed filled from beside."""
    if inside.all():
        return image
    return np.where(inside, image, _slow(image, inside.astype(np.float32)))


def _fineness(live: Image, mask: Image, inside: Area) -> float:
    """Deviation of the smoothing, binned pixels: the stronger the noise, the wider."""
    off = live - mask
    rough = off[1:-1, 1:-1] - 0.25 * (off[:-2, 1:-1] + off[2:, 1:-1] + off[1:-1, :-2] + off[1:-1, 2:])
    noise = 1.4826 * float(np.median(np.abs(rough[inside[1:-1, 1:-1]][::5])))
    return float(np.clip(1.0 + 20.0 * noise, 1.0, 2.5))


def _correlated(live: Image, mask: Image, inside: Area) -> Shift:
    """Peak of the cross-correlation, normalised by the overlap, to a part of a pixel."""
    weight = inside.astype(np.float32)
    window = gaussian_filter(weight, 3.0, truncate=2.0) * weight
    spectra = []
    for picture in (live, mask):
        band = picture - gaussian_filter(picture, _COARSE, truncate=2.0)
        bound = 3.0 * float(np.median(np.abs(band[inside][::5]))) + 1e-6
        spectra.append(scipy.fft.rfft2(np.clip(band, -bound, bound) * window, workers=2))
    overlap = scipy.fft.irfft2(np.abs(scipy.fft.rfft2(window, workers=2)) ** 2, s=live.shape, workers=2)
    score = scipy.fft.irfft2(spectra[0] * np.conj(spectra[1]), s=live.shape, workers=2)
    score = score / np.maximum(overlap, 0.2 * overlap.flat[0])
    reach = min(_FARTHEST, min(live.shape) // 4)
    around = np.roll(score, (reach, reach), axis=(0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    row, column = (int(k) for k in np.unravel_index(int(around.argmax()), around.shape))
    row, column = (min(max(k, 1), 2 * reach - 1) for k in (row, column))
    across, down = around[row, column - 1 : column + 2], around[row - 1 : row + 2, column]
    return column - reach + _vertex(across), row - reach + _vertex(down)


def _vertex(three: NDArray[np.floating]) -> float:
    """Place of a parabola's highest point about the middle of three values, within one step."""
    a, b, c = (float(value) for value in three)
    bend = a - 2.0 * b + c
    return float(np.clip(0.5 * (a - c) / bend, -1.0, 1.0)) if bend < 0.0 else 0.0


def _refined(live: Image, mask: Image, inside: Area, x: float, y: float, fine: float) -> Shift:
    """Gauss and Newton's steps with robust weights from a first estimate."""
    live_right, live_down = _gradient(live)
    for _ in range(_ROUNDS):
        lies = moved(mask, x, y)
        counted = _compared(inside, x, y)
        if counted.sum() < _FEWEST:
            return 0.0, 0.0
        off = live - lies
        weight = _fits(off, counted)
        off -= _slow(off, weight)
        right, down = _gradient(lies)
        # Products of two frames' gradients: their noises are apart, so it does not add to the slope.
        wx, wy = weight * live_right, weight * live_down
        xx, yy = _total(wx, right), _total(wy, down)
        xy = 0.5 * (_total(wx, down) + _total(wy, right))
        # Moving the mask by d changes it by -gradient . d.
        bx = -0.5 * (_total(wx, off) + _total(weight * right, off))
        by = -0.5 * (_total(wy, off) + _total(weight * down, off))
        determinant = xx * yy - xy * xy
        if min(xx, yy) <= 0.0 or determinant <= 0.01 * xx * yy:
            return 0.0, 0.0
        spread = _total(weight * off, off) / float(weight.sum(dtype=np.float64))
        if spread * 4.0 * np.pi * fine**2 * max(xx, yy) / determinant > _UNSURE**2:
            return 0.0, 0.0
        step_x, step_y = (yy * bx - xy * by) / determinant, (xx * by - xy * bx) / determinant
        x, y = x + float(np.clip(step_x, -2.0, 2.0)), y + float(np.clip(step_y, -2.0, 2.0))
        if max(abs(x), abs(y)) > _FARTHEST + 4.0:
            return 0.0, 0.0
        if max(abs(step_x), abs(step_y)) < _CLOSE_ENOUGH:
            break
    return x, y


def _gradient(image: Image) -> tuple[Image, Image]:
    """Central differences along a row and down a column."""
    right, down = np.zeros_like(image), np.zeros_like(image)
    right[:, 1:-1] = 0.5 * (image[:, 2:] - image[:, :-2])
    down[1:-1] = 0.5 * (image[2:] - image[:-2])
    return right, down


def _compared(inside: Area, x: float, y: float) -> Area:
    """Pixels that are open in the frame and in the moved mask."""
    margin = int(np.ceil(max(abs(x), abs(y)))) + 2
    counted = inside & np.roll(inside, (round(y), round(x)), axis=(0, 1))
    counted[:margin] = counted[-margin:] = False
    counted[:, :margin] = counted[:, -margin:] = False
    return counted


def _total(a: Image, b: Image) -> float:
    return float(np.vdot(a, b))


def _fits(off: Image, counted: Area) -> Image:
    """How well each pixel fits, 0 to 1: Tukey's biweight of the smoothed difference."""
    smooth = gaussian_filter(off, 2.0, truncate=2.5)
    inside = smooth[counted][::7]
    middle = np.float32(np.median(inside))
    spread = np.float32(1.4826 * np.median(np.abs(inside - middle)) + 1e-6)
    u = (smooth - middle) / (np.float32(_OUTLIER) * spread)
    weight = np.square(np.maximum(np.float32(1.0) - u * u, np.float32(0.0)))
    weight[~counted] = 0.0
    return weight
