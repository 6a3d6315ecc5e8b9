"""The contrast phase of a CT, read from levels of artery, liver, veins and renal pelvis, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.findings import ContrastPhase

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

#: Large artery (HU) from which blood is opacified; blood without contrast is 30 to 60 HU.
OPACIFIED_HU = 105.0
#: Liver (HU) that has taken up contrast; without it is 45 to 65 HU.
LIVER_HU = 85.0
#: Artery (HU) that only the first pass reaches, and ratio of artery to liver before the liver fills.
FIRST_PASS_HU, FIRST_PASS_RATIO = 270.0, 2.7
#: Artery (HU) below which the medium has spread out, and renal pelvis (HU) that holds excreted medium.
SPREAD_HU, EXCRETED_HU = 150.0, 250.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Median CT numbers, HU, None where the scan does not show the part.

    Parameters
    ----------
    artery : float or None
        Opacified large artery before the spine.
    prevertebral : float or None
        Densest soft tissue before the spine where no artery is opacified (98th percentile).
    liver : float or None
    pelvis : float or None
        Excreted medium in the renal pelvis.
    """

    artery: float | None
    prevertebral: float | None
    liver: float | None
    pelvis: float | None


def liver_level(volume: Image, body: Mask, canal: NDArray[np.float64] | None, edge: float) -> float | None:
    """Level of the liver: the largest even soft mass (thicker than 3 cm) right of the spine; None without.

    **Model** 20 to 220 HU over a cube of 30 mm, at least 60 ml of such centres.
    """
    soft = ((volume > 0.0) & (volume < 220.0) & body).view(np.uint8)
    core = ndimage.minimum_filter(soft, int(30.0 / edge)) > 0
    if canal is not None:
        columns = np.arange(volume.shape[2])[None, None, :]
        core &= columns < canal[:, 1, None, None] - 10.0 / edge
    parts, count = ndimage.label(core)
    if count == 0:
        return None
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    if sizes.max() * edge**3 < 6e4:
        return None
    return float(np.median(volume[parts == int(sizes.argmax())]))


def prevertebral_level(volume: Image, before: Image, aside: Image, body: Mask) -> float | None:
    """Densest soft tissue (HU, 98th percentile of 6 mm means) where the large artery runs; None if unseen."""
    mean = ndimage.uniform_filter(np.clip(volume, -150.0, 150.0), 3)
    near = (before > 30.0) & (before < 80.0) & (np.abs(aside) < 40.0) & body
    tissue = near & (mean > 0.0) & (ndimage.maximum_filter(volume, 5) < 150.0)
    return float(np.percentile(mean[tissue], 98)) if tissue.sum() > 100 else None


def pelvis_level(
    volume: Image, before: Image, aside: Image, body: Mask, spared: Mask, edge: float
) -> float | None:
    """Level of excreted medium (HU) beside the spine; None where there is none.

    **Model** parts above 250 HU of 0.3 to 60 ml, 18 to 85 mm beside the canal and no more than 75 mm before
    it, that are no bone and lie in tissue of 60 to 250 HU (the enhanced kidney).
    """
    area = (np.abs(aside) > 18.0) & (np.abs(aside) < 85.0) & (before > -25.0) & (before < 75.0)
    parts, count = ndimage.label((volume > EXCRETED_HU) & area & body & ~spared)
    sizes = np.bincount(parts.ravel(), minlength=count + 1) * edge**3 / 1000.0
    best = None
    for number, cut in enumerate(ndimage.find_objects(parts), start=1):
        if cut is None or not 0.3 < sizes[number] < 60.0:
            continue
        grown = tuple(slice(max(0, part.start - 4), part.stop + 4) for part in cut)
        part = parts[grown] == number
        near = ndimage.binary_dilation(part, iterations=1)
        rim = ndimage.binary_dilation(near, iterations=2) & ~near
        values = volume[grown][rim]
        if ((values > 60.0) & (values < EXCRETED_HU)).mean() > 0.6:
            level = float(np.median(volume[grown][part]))
            best = level if best is None else max(best, level)
    return best


def decide(levels: Levels, hint: str | None = None) -> tuple[ContrastPhase, str]:
    """Contrast phase and one sentence of reasons.

    Parameters
    ----------
    levels : Levels
        What was measured.
    hint : str, optional
        Phase as the series was called; decides only where nothing was measured.

    Notes
    -----
    **Model** no large artery above 105 HU: native. Excreted medium, or an artery below 150 HU: delayed. An
    artery above 270 HU, or 2.7 times the liver, or any while the liver is below 85 HU: arterial. Else
    portal-venous.
    **Source** enhancement curves of aorta, liver and kidney after a bolus (first pass 20 to 40 s, liver peak
    60 to 80 s, excretion after 3 min): Bae, Radiology 256 (2010) 32-61; limits chosen here (draft).
    **Valid for** adults, 100 to 140 kVp. Held by tests/anatomy/test_contrast_phase.py.
    """
    artery, liver = levels.artery, levels.liver
    liver_text = f", the liver {liver:.0f} HU" if liver is not None else ""
    if artery is None or artery < OPACIFIED_HU:
        if levels.prevertebral is None:
            known: dict[str, ContrastPhase] = {
                "native": "native",
                "arterial": "arterial",
                "portal-venous": "portal-venous",
                "delayed": "delayed",
            }
            if hint in known:
                return known[hint], "No large vessel before the spine is seen; the series is called so."
            return "unknown", "No large vessel before the spine is seen, so the phase cannot be told."
        text = f"soft tissue before the spine is at most {levels.prevertebral:.0f} HU{liver_text}"
        if levels.prevertebral >= OPACIFIED_HU:
            return "unknown", f"No enhanced artery is found for certain: {text}."
        return "native", f"No enhanced arteries found: {text}."
    text = f"The large artery before the spine has {artery:.0f} HU{liver_text}"
    if levels.pelvis is not None and artery < FIRST_PASS_HU:
        return "delayed", f"{text}, and the renal pelvis {levels.pelvis:.0f} HU: medium is being excreted."
    if artery < SPREAD_HU:
        return "delayed", f"{text}: the medium has spread out."
    if artery > FIRST_PASS_HU or (
        liver is not None and (artery > FIRST_PASS_RATIO * liver or liver < LIVER_HU)
    ):
        return "arterial", f"{text}: the first pass."
    return "portal-venous", f"{text}: the medium has reached liver and veins."
