"""The detector's signal behind all layers: six cached transmissions and what comes on top of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.exponential import attenuate, retransmit, transmit
from angiosuite.physics.xray.layers import LayerMass
from angiosuite.physics.xray.pixel_mass import PixelMass, retouch
from angiosuite.physics.xray.projector import Image


class Spectrum(Protocol):
    """What the signal needs of a beam: a few energies that stand for its spectrum."""

    @property
    def energies_kev(self) -> NDArray[np.float64]:
        """Energies, keV."""
        ...

    @property
    def weights(self) -> NDArray[np.float64]:
        """Share of the unattenuated detector signal at each energy; their sum is 1."""
        ...

    def mu_rho(self, material: str) -> NDArray[np.float64]:
        """Mass attenuation coefficient at each energy, cm2/g."""
        ...


class Transmissions:
    """Signal of the primary beam, as a share of the unattenuated signal, for one spectrum at a time.

    The still sum of masses is turned into one transmission per energy, kept until its key or the spectrum
    changes; layers that come later (moving organs, contrast, wires) multiply the pixels that they touch. What
    touches few pixels (`PixelMass`) is reckoned on these alone, so that its many materials cost little.

    Notes
    -----
    **Model** ``S = sum_e w_e T_e exp(-sum_m mu_m(e) A_m)``, T_e of the still sum. Exact for any split into
    still and later layers, beam hardening included, because line integrals add.
    **Source** Beer and Lambert; energies and weights after ``beam``.
    **Valid for** primary radiation; scatter is added elsewhere.
    Held by ``tests/physics/xray/test_transmission.py``.
    """

    def __init__(self) -> None:
        self._key: Hashable = None
        self._still: NDArray[np.float32] = np.zeros((0, 0, 0), np.float32)
        self._signal: Image = np.zeros((0, 0), np.float32)
        self._weights: NDArray[np.float32] = np.zeros(0, np.float32)
        self._spectrum: Spectrum | None = None
        self._extra: NDArray[np.float32] = np.zeros((0, 0, 0), np.float32)
        self._mass: NDArray[np.float32] = np.zeros((0, 0, 0), np.float32)

    @property
    def still(self) -> NDArray[np.float32]:
        """Transmission of the still sum at each energy, shape (energies, rows, columns)."""
        return self._still

    @property
    def still_signal(self) -> Image:
        """Signal behind the still sum alone, shape (rows, columns)."""
        return self._signal

    def set_still(self, key: Hashable, images: Mapping[str, Image], spectrum: Spectrum) -> bool:
        """Make the transmissions of a sum of masses; does nothing when nothing changed.

        Parameters
        ----------
        key : hashable
            Equal for equal `images` (geometry and phase) and equal `spectrum` (technique).
        images : mapping of material to image
            g/cm2, all of one shape.
        spectrum : Spectrum

        Returns
        -------
        bool
            True when they were made anew.
        """
        if self._spectrum is not None and key is not None and key == self._key:
            return False
        names = tuple(images)
        mass = np.stack([images[name] for name in names])
        mu = np.stack([np.asarray(spectrum.mu_rho(name), np.float32) for name in names], axis=1)
        self._weights = np.asarray(spectrum.weights, np.float32)
        energies, (rows, columns) = len(self._weights), mass.shape[1:]
        if self._still.shape != (energies, rows, columns):
            self._still = np.empty((energies, rows, columns), np.float32)
            self._signal = np.empty((rows, columns), np.float32)
        still, signal, weights = self._still, self._signal, self._weights
        share(lambda k, n: transmit(mass, mu, weights, still, signal, k, n))
        self._key, self._spectrum = key, spectrum
        return True

    def through(
        self, images: Mapping[str, Image], layers: Iterable[LayerMass | PixelMass], spectrum: Spectrum
    ) -> Image:
        """Signal behind a sum of masses and `layers` that is not worth keeping, shape (rows, columns), 1.

        The same as :meth:`set_still` and :meth:`signal` but for rounding, in half their time where everything
        moves. What is kept stays as it is.
        """
        layers, few = _parted(layers)
        names = tuple(dict.fromkeys([*images, *(name for layer in layers for name in layer.materials)]))
        rows, columns = next(iter(images.values())).shape
        if self._mass.shape[1:] != (rows, columns) or len(self._mass) < len(names):
            self._mass = np.empty((len(names), rows, columns), np.float32)
        mass = self._mass[: len(names)]
        for plane, name in zip(mass, names, strict=True):
            plane[...] = images.get(name, np.float32(0.0))
        for layer in layers:
            r0, r1, c0, c1 = layer.window
            for name, part in zip(layer.materials, layer.mass, strict=True):
                mass[names.index(name), r0:r1, c0:c1] += part
        mu = np.stack([np.asarray(spectrum.mu_rho(name), np.float32) for name in names], axis=1)
        weights, out = np.asarray(spectrum.weights, np.float32), np.empty((rows, columns), np.float32)
        share(lambda k, n: attenuate(mass, mu, weights, out, k, n))
        if few is not None:
            _behind(few, mass, mu, _NO_STILL, spectrum, out)
        return out

    def signal(self, layers: Iterable[LayerMass | PixelMass] = (), out: Image | None = None) -> Image:
        """Signal behind the still sum and `layers`, shape (rows, columns), 1; touched pixels are made anew.

        The layers add before the exponential, in any order and with any overlap.
        """
        if self._spectrum is None:
            raise RuntimeError("set_still comes first")
        if out is None:
            out = self._signal.copy()
        else:
            out[...] = self._signal
        given, few = _parted(layer for layer in layers if layer is not None)
        if not given:
            if few is not None:
                nothing = np.zeros((0, *out.shape), np.float32), np.zeros((len(self._weights), 0), np.float32)
                _behind(few, *nothing, self._still, self._spectrum, out)
            return out
        names = tuple(dict.fromkeys(name for layer in given for name in layer.materials))
        rows, columns = out.shape
        if self._extra.shape[1:] != (rows, columns) or self._extra.shape[0] < len(names):
            self._extra = np.zeros((len(names), rows, columns), np.float32)
        extra = self._extra[: len(names)]
        spans = np.zeros((rows, 2), np.int64)
        spans[:, 0] = columns
        for layer in given:
            r0, r1, c0, c1 = layer.window
            for name, part in zip(layer.materials, layer.mass, strict=True):
                extra[names.index(name), r0:r1, c0:c1] += part
            touched: NDArray[np.bool_] = np.asarray(layer.mass != 0).max(axis=0)
            some = np.flatnonzero(touched.max(axis=1))
            first, last = touched.argmax(axis=1), touched.shape[1] - touched[:, ::-1].argmax(axis=1)
            spans[r0 + some, 0] = np.minimum(spans[r0 + some, 0], c0 + first[some])
            spans[r0 + some, 1] = np.maximum(spans[r0 + some, 1], c0 + last[some])
        spectrum, weights, still = self._spectrum, self._weights, self._still
        mu = np.stack([np.asarray(spectrum.mu_rho(name), np.float32) for name in names], axis=1)
        share(lambda k, n: retransmit(extra, mu, weights, still, spans, out, k, n))
        if few is not None:
            _behind(few, extra, mu, still, spectrum, out)
        for layer in given:
            r0, r1, c0, c1 = layer.window
            extra[:, r0:r1, c0:c1] = 0
        return out


_NO_STILL = np.zeros((0, 0, 0), np.float32)


def _parted(
    layers: Iterable[LayerMass | PixelMass],
) -> tuple[list[LayerMass], PixelMass | None]:
    """Layers that are windows, and the one that is pixels; were there more, all but it become windows."""
    windows: list[LayerMass] = []
    few: PixelMass | None = None
    for layer in layers:
        if isinstance(layer, LayerMass):
            windows.append(layer)
        elif few is None:
            few = layer
        else:
            windows.append(layer.layer())
    return windows, few


def _behind(
    few: PixelMass,
    mass: NDArray[np.float32],
    mu: NDArray[np.float32],
    still: NDArray[np.float32],
    spectrum: Spectrum,
    out: Image,
) -> None:
    """Signal on some pixels behind `mass`, the still sum where there is one, and what is their own."""
    own_mu = np.stack([np.asarray(spectrum.mu_rho(name), np.float32) for name in few.materials], axis=1)
    flat = np.ascontiguousarray(mass).reshape(len(mass), out.size)
    before = still.reshape(len(still), out.size) if len(still) else np.zeros((0, 0), np.float32)
    weights = np.asarray(spectrum.weights, np.float32)
    retouch(few.pixels, few.mass, own_mu, flat, mu, weights, before, out.reshape(-1))
