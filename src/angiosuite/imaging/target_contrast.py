"""What a picture shows of a target: shadows as capsules, contrast to noise, what subtraction leaves."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

SLOW_BLOCKS = 17
"""Side of the square, in blocks, whose mean is taken away: slow changes are those of scatter and lag."""
LAG_PX = 3
"""Pixels apart at which a detector's blur no longer ties the noise of two pixels together."""
MOST_VALUES, MOST_FITTED = 20_000, 4_000
"""Values that a robust deviation is taken of, at most (then known to 1 %), and that a plane is fitted to."""
NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
BLOCKS = 128
"""Blocks a side of the picture in which artefacts are looked for; an eye overlooks finer noise."""
EXCEEDED, NORMAL_EXCEEDED = 0.05, 1.96
"""Share of the blocks whose size counts, and the deviations that as many of a normal distribution exceed."""


@njit(cache=True, nogil=True)
def _fill(out, segments, radii, first, last):  # type: ignore[no-untyped-def]
    """Count the capsules that hold each pixel; segments (n, 4): x, y of both ends; first row and column."""
    rows, columns = out.shape
    for i in range(len(segments)):
        ax, ay, bx, by = segments[i]
        r = radii[i]
        x0, x1 = max(int(np.floor(min(ax, bx) - r)) - last, 0), min(int(max(ax, bx) + r) + 2 - last, columns)
        y0, y1 = max(int(np.floor(min(ay, by) - r)) - first, 0), min(int(max(ay, by) + r) + 2 - first, rows)
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        for row in range(y0, y1):
            for column in range(x0, x1):
                px, py = column + last - ax, row + first - ay
                t = 0.0
                if length > 0.0:
                    t = min(max((px * dx + py * dy) / length, 0.0), 1.0)
                ex, ey = px - t * dx, py - t * dy
                if ex * ex + ey * ey <= r * r:
                    out[row, column] = True


def capsule_mask(shape: tuple[int, int], segments: Floats, radii: Floats, corner: tuple[int, int]) -> Mask:
    """Pixels within `radii` of segments (n, 4: x, y of both ends), for a window at `corner` (row, column)."""
    out = np.zeros(shape, np.bool_)
    plain = np.ascontiguousarray(segments, np.float64).reshape(-1, 4)
    _fill(out, plain, np.ascontiguousarray(radii, np.float64), corner[0], corner[1])
    return out


def robust_sd(values: NDArray[np.floating]) -> float:
    """Standard deviation by the median absolute deviation: a tenth of outliers hardly moves it."""
    if values.size < 8:
        return 0.0
    values = values[:: max(1, values.size // MOST_VALUES)]
    middle = np.median(values)
    return NORMAL_MAD * float(np.median(np.abs(values - middle)))


def noise_sd(image: NDArray[np.floating], where: Mask, lag_px: int = LAG_PX) -> float:
    """Standard deviation of the noise of a pixel, whatever anatomy lies below.

    **Model** differences of pixels `lag_px` apart, along rows and columns, have twice the noise's variance;
    slow anatomy drops out, edges are outliers to the median absolute deviation.
    Held by ``tests/imaging/test_target_contrast.py``.
    """
    step = max(1, int(np.sqrt(where.sum() / MOST_VALUES)))
    across = _differences(image[::step], where[::step], lag_px)
    down = _differences(image[:, ::step].T, where[:, ::step].T, lag_px)
    return robust_sd(np.concatenate([across, down])) / float(np.sqrt(2.0))


def _differences(image: NDArray[np.floating], where: Mask, lag: int) -> NDArray[np.floating]:
    """Differences of pixels of a row `lag` apart, where both count."""
    return np.asarray((image[:, lag:] - image[:, :-lag])[where[:, lag:] & where[:, :-lag]])


def contrast_to_noise(image: NDArray[np.floating], target: Mask, ring: Mask) -> float | None:
    """How much a target stands out of its surroundings, in standard deviations of a pixel's noise.

    Parameters
    ----------
    image : (rows, columns)
        Signal, or a logarithm of it.
    target, ring : bool (rows, columns)
        Pixels of the target, and pixels about it to compare with.

    Notes
    -----
    **Model** mean in the target less the mean there of the plane that fits the ring best (what would be seen
    without the target, if the surroundings only slope), over :func:`noise_sd` of the ring. Noise of quanta
    makes it grow with the root of the dose.
    **Source** contrast-to-noise ratio as in ICRU Report 54 (1996), with the background taken as a plane.
    Held by ``tests/imaging/test_target_contrast.py``.
    """
    if target.sum() < 4 or ring.sum() < 40:
        return None
    row, column = (axis[:: max(1, axis.size // MOST_FITTED)] for axis in np.nonzero(ring))
    middle = row.mean(), column.mean()
    sides = np.stack([np.ones(len(row)), row - middle[0], column - middle[1]], axis=1)
    plane = np.linalg.lstsq(sides, image[row, column].astype(np.float64), rcond=None)[0]
    inside = np.nonzero(target)
    there = plane[0] + plane[1] * (inside[0].mean() - middle[0]) + plane[2] * (inside[1].mean() - middle[1])
    noise = noise_sd(image, ring)
    return abs(float(image[target].mean()) - float(there)) / noise if noise > 0.0 else None


def subtraction_artefact(difference: Image, where: Mask) -> float | None:
    """What is left of a subtraction where nothing should be, over noise: 1 is noise alone.

    Parameters
    ----------
    difference : float32 (rows, columns)
        Live less mask, logarithms.
    where : bool (rows, columns)
        Pixels of the open field away from what fills.

    Notes
    -----
    **Model** in means of blocks, 128 a side, less their mean over 17 by 17 blocks (scatter and lag change
    slowly): the size that a twentieth of the blocks exceeds, over the one that the noise of the pixels, with
    the detector's blur, makes a twentieth exceed. Edges that do not cancel cover a small part of a picture;
    a deviation over all of it would overlook them.
    **Valid for** fields of some thousand pixels. Held by ``tests/imaging/test_target_contrast.py``.
    """
    n = max(1, difference.shape[0] // BLOCKS)
    rows, columns = (size // n * n for size in difference.shape)

    def blocks(image: NDArray[np.floating]) -> NDArray[np.floating]:
        return image[:rows, :columns].reshape(rows // n, n, columns // n, n).mean(axis=(1, 3))

    whole = blocks(where.astype(np.float32)) >= 1.0
    noise = _block_noise(difference, where, n)
    if whole.sum() < 60 or noise <= 0.0:
        return None
    share = ndimage.uniform_filter(whole.astype(np.float32), SLOW_BLOCKS, mode="constant")
    level = np.float32(np.median(difference[where][::16]))
    values = np.where(whole, blocks(difference - level), np.float32(0.0))
    values -= ndimage.uniform_filter(values, SLOW_BLOCKS, mode="constant") / np.maximum(share, 1e-3)
    return float(np.quantile(np.abs(values[whole]), 1.0 - EXCEEDED)) / (NORMAL_EXCEEDED * noise)


def _block_noise(image: Image, where: Mask, n: int) -> float:
    """Standard deviation of the mean of a block of n by n pixels from noise alone.

    **Model** variance of pixels times, for each direction, the mean of the noise's correlation over the
    block; the correlation at 1 to 3 pixels from differences at these lags against those at 4.
    """
    total = 1.0
    step = max(1, int(np.sqrt(where.sum() / MOST_VALUES)))
    for turned, inside in ((image[::step], where[::step]), (image[:, ::step].T, where[:, ::step].T)):
        lags = range(1, LAG_PX + 2)
        variances = [0.5 * robust_sd(_differences(turned, inside, lag)) ** 2 for lag in lags]
        alone = variances[-1]
        if alone <= 0.0:
            return 0.0
        tied = [max(1.0 - variance / alone, 0.0) for variance in variances[:-1]]
        share = (n + 2.0 * sum(max(n - k, 0) * value for k, value in enumerate(tied, 1))) / n**2
        total *= share * float(np.sqrt(alone))
    return float(np.sqrt(total))
