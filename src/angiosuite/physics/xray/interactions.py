"""What a photon does when it meets water: random numbers, Compton and Rayleigh scattering, a new direction.

The kernels that :mod:`.monte_carlo` (a slab before a detector) and :mod:`.monte_carlo_room` (a trunk in a
room) share.
"""

from __future__ import annotations

import numpy as np
from numba import njit

HC_KEV_ANGSTROM = 12.39842
ELECTRON_KEV = 510.99895


@njit(cache=True, nogil=True)
def uniform(state):  # type: ignore[no-untyped-def]
    """SplitMix64 step of a one-element state; uniform in (0, 1)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (np.float64(z >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def seeded(state, seed, history):  # type: ignore[no-untyped-def]
    """Begin the stream of one history; the same whatever thread runs it."""
    state[0] = (np.uint64(seed) * np.uint64(0xD1342543DE82EF95)) ^ (
        np.uint64(history) * np.uint64(0x2545F4914F6CDD1D) + np.uint64(0x9E3779B97F4A7C15)
    )
    uniform(state)


@njit(cache=True, nogil=True)
def at_kev(table, energy):  # type: ignore[no-untyped-def]
    """Linear interpolation in a table with one entry per keV from 0."""
    i = int(energy)
    return table[i] + (energy - i) * (table[i + 1] - table[i])


@njit(cache=True, nogil=True)
def at_x(values, x, step):  # type: ignore[no-untyped-def]
    """Linear interpolation in a table over momentum transfer; its last value beyond."""
    i = int(x / step)
    if i > values.shape[0] - 2:
        return values[values.shape[0] - 1]
    return values[i] + (x / step - i) * (values[i + 1] - values[i])


@njit(cache=True, nogil=True)
def compton(state, energy, s, x_step):  # type: ignore[no-untyped-def]
    """Cosine of a Compton angle and energy before over energy after.

    **Model**: Kahn's method for Klein and Nishina's law, then rejection by the binding function S(x).
    """
    k = energy / ELECTRON_KEV
    while True:
        a = uniform(state)
        b = uniform(state)
        c = uniform(state)
        if a < (1 + 2 * k) / (9 + 2 * k):
            inv = 1 + 2 * k * b
            ok = c <= 4 * (1 / inv - 1 / (inv * inv))
        else:
            inv = (1 + 2 * k) / (1 + 2 * k * b)
            t = 1 - (inv - 1) / k
            ok = c <= 0.5 * (t * t + 1 / inv)
        if ok:
            cosine = 1 - (inv - 1) / k
            xs = energy / HC_KEV_ANGSTROM * np.sqrt(max(0.5 * (1 - cosine), 0.0))
            if uniform(state) * s[s.shape[0] - 1] <= at_x(s, xs, x_step):
                return cosine, inv


@njit(cache=True, nogil=True)
def rayleigh(state, energy, f2, x_step):  # type: ignore[no-untyped-def]
    """Cosine of a Rayleigh angle.

    **Model**: x² drawn with density falling as 1/(1 + (x/0.18)²)², corrected by F²(x) (1 + cos²) / 2.
    """
    top = energy / HC_KEV_ANGSTROM
    m = (top / 0.18) ** 2
    while True:
        q = uniform(state)
        t = q * (m / (1 + m))
        x2 = t / (1 - t) * 0.18 * 0.18
        cosine = 1 - 2 * x2 / (top * top)
        envelope = 1.0 / (1.0 + x2 / (0.18 * 0.18)) ** 2
        value = at_x(f2, np.sqrt(x2), x_step) / f2[0] * (1 + cosine * cosine) / 2
        if uniform(state) * 16.0 * envelope <= value:
            return cosine


@njit(cache=True, nogil=True)
def turned(u, v, w, cosine, phi):  # type: ignore[no-untyped-def]
    """A direction turned by a polar angle (its cosine) and an azimuth."""
    sine = np.sqrt(max(1 - cosine * cosine, 0.0))
    if abs(w) > 0.99999:
        return sine * np.cos(phi), sine * np.sin(phi), cosine * (1.0 if w > 0 else -1.0)
    root = np.sqrt(1 - w * w)
    return (
        u * cosine + sine * (u * w * np.cos(phi) - v * np.sin(phi)) / root,
        v * cosine + sine * (v * w * np.cos(phi) + u * np.sin(phi)) / root,
        w * cosine - sine * root * np.cos(phi),
    )
