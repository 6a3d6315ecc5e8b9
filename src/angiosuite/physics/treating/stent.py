"""A stent against its wall: how wide, how long, how close, whether it stays. Fracture is not modelled."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Literal

from .lesion_response import deficit_share

__all__ = [
    "StentForm",
    "Wall",
    "came_apart",
    "drag_n",
    "gap_mm",
    "holds_n",
    "is_apposed",
    "jump_mm",
    "length_mm",
    "migrates",
    "off_balloon_mm",
    "on_balloon_mm",
    "outward_kpa",
    "resists_kpa",
    "settled_mm",
]

_STEEP_FROM, _STEEP = 0.25, 3.0
"""A braid that is narrower than its own diameter by more than this share presses so much harder."""
_RINGS = 0.408
"""What over-dilatation takes of a stent's length: 30 % at half as wide again."""
_APART = 0.25
_CLOSED_MM = 0.1
"""Not even an occlusion is narrower: what a wire leaves of it."""
_APPOSED_MM = 0.2
_N_PER_KPA_MM2 = 1e-3
FRICTION = 0.2
"""Of bare struts on a wall; memory, draft."""


@dataclass(frozen=True, slots=True)
class StentForm:
    """A stent as it is made.

    Parameters
    ----------
    opens : "balloon" or "self"
    diameter_mm : float
        As labelled: free, or on its balloon at nominal pressure.
    most_mm : float
        Widest to which it can be dilated and holds together.
    length_mm : float
        As labelled, opened to its diameter.
    packed_length_mm : float
        In its catheter.
    outward_kpa : float
        What it would press with if it were narrower by its whole diameter; less in proportion.
    resists_kpa : float
        The same that it bears before it gives; of one that a balloon opens, all that it bears at any width.
    recoil : float
        Share that it gives back off its balloon.
    braided : bool
    """

    opens: Literal["balloon", "self"]
    diameter_mm: float
    most_mm: float
    length_mm: float
    packed_length_mm: float
    outward_kpa: float
    resists_kpa: float
    recoil: float = 0.0
    braided: bool = False


@dataclass(frozen=True, slots=True)
class Wall:
    """What a stent bears on: a vessel, or a lesion in it.

    Parameters
    ----------
    rest_mm : float
        Diameter to which it goes by itself.
    stiff_kpa : float
        Pressure that would make it wider by its whole diameter; less in proportion.
    """

    rest_mm: float
    stiff_kpa: float

    def presses_kpa(self, diameter_mm: float) -> float:
        """Pressure with which it closes on something of this diameter, kPa; 0 where it is not stretched."""
        return self.stiff_kpa * max(0.0, diameter_mm / max(self.rest_mm, _CLOSED_MM) - 1.0)


def _oversize(form: StentForm, diameter_mm: float) -> float:
    """How much it wants to be wider, as a share of its diameter, stiffer where a braid is."""
    x = max(0.0, 1.0 - diameter_mm / form.diameter_mm)
    return x * (1.0 + _STEEP * max(0.0, x - _STEEP_FROM)) if form.braided else x


def outward_kpa(form: StentForm, diameter_mm: float) -> float:
    """Pressure with which a stent of this diameter presses on the wall by itself, kPa.

    Notes
    -----
    **Model** ``k (D0 - D) / D0``; a braid times ``1 + 3 (x - 0.25)`` where it lacks more than a quarter, x
    what it lacks; one that a balloon opened presses with nothing of its own.
    **Source** that braids press harder below three quarters of their diameter: Hejazi et al. 2021
    (arXiv:2102.10219, abstract read), how much is an own choice; k of 20 to 60 kPa from memory, draft.
    **Valid for** nitinol on its unloading plateau only roughly: real ones press more evenly. Held by
    ``test_stent.py``.
    """
    return 0.0 if form.opens == "balloon" else form.outward_kpa * _oversize(form, diameter_mm)


def resists_kpa(form: StentForm, diameter_mm: float) -> float:
    """Pressure that a stent of this diameter bears before it gives, kPa.

    Notes
    -----
    **Model** as :func:`outward_kpa` with the greater constant, three times by default of contents: nitinol is
    loaded on its upper plateau. One that a balloon opened bears the same at any width, 100 to 200 kPa.
    **Source** memory, draft. Held by ``test_stent.py``.
    """
    return form.resists_kpa * (1.0 if form.opens == "balloon" else _oversize(form, diameter_mm))


def settled_mm(form: StentForm, wall: Wall, from_mm: float) -> float:
    """Diameter at which a stent comes to rest in its wall, mm, let go at `from_mm`.

    Parameters
    ----------
    form : StentForm
    wall : Wall
    from_mm : float
        In its sheath when it is released; under the balloon when it is dilated after.

    Notes
    -----
    **Model** it opens until ``outward = wall``, is pressed in until ``resists = wall``, and stays where the
    wall presses with something between: so what a balloon gained in it is kept. A stent narrower than its
    vessel stands free in it at its own diameter.
    **Source** the two forces of self-expanding stents; see :func:`outward_kpa`.
    **Valid for** one cross-section, round. Rises with the stent's diameter and with `from_mm`. Held by
    ``test_stent.py``.
    """
    if form.opens == "self":
        from_mm = min(from_mm, form.diameter_mm)
    if wall.presses_kpa(from_mm) > resists_kpa(form, from_mm):
        return _balance(form, wall, 0.0, from_mm, outward=False)
    if outward_kpa(form, from_mm) > wall.presses_kpa(from_mm):
        return _balance(form, wall, from_mm, form.diameter_mm, outward=True)
    return from_mm


def _balance(form: StentForm, wall: Wall, low_mm: float, high_mm: float, *, outward: bool) -> float:
    """Where a stent's pressure, which falls with width, meets its wall's, which rises."""
    of = outward_kpa if outward else resists_kpa
    for _ in range(60):
        mid = 0.5 * (low_mm + high_mm)
        if of(form, mid) > wall.presses_kpa(mid):
            low_mm = mid
        else:
            high_mm = mid
    return 0.5 * (low_mm + high_mm)


def gap_mm(stent_mm: float, vessel_mm: float) -> float:
    """How far its struts stand off the wall, mm."""
    return max(0.0, 0.5 * (vessel_mm - stent_mm))


def is_apposed(stent_mm: float, vessel_mm: float) -> bool:
    """Whether it lies on the wall: less than 0.2 mm of diameter between them (memory, draft)."""
    return vessel_mm - stent_mm < _APPOSED_MM


def length_mm(form: StentForm, diameter_mm: float) -> float:
    """Length of a stent of this diameter, mm.

    Notes
    -----
    **Model** a braid's wires keep their length: ``L^2 + (pi n D)^2`` is constant, with n from its two
    labelled lengths and its packed diameter taken as nothing. Others go evenly from packed to labelled
    length; above their diameter their rings open as struts of constant length do: ``L0 sqrt(1 - 0.408 ((D /
    D0)^2 - 1))``.
    **Source** helices; over-dilatation: Montague et al. 2004 (abstract read), 72 stents opened by balloon, 36
    of them 30 % or more shorter in the end, 20 opened half as wide again or more: our curve has 30 % there.
    **Valid for** free lengths; a braid that is packed or pulled as it is laid differs. Never longer when
    wider. Held by ``test_stent.py``.
    """
    x = max(0.0, diameter_mm) / form.diameter_mm
    if form.braided:
        packed = form.packed_length_mm**2
        return sqrt(max(0.0, packed - (packed - form.length_mm**2) * x * x))
    if x <= 1.0:
        return form.packed_length_mm + (form.length_mm - form.packed_length_mm) * x
    return form.length_mm * sqrt(max(0.0, 1.0 - _RINGS * (x * x - 1.0)))


def on_balloon_mm(chart_mm: float, vessel_mm: float, u: float) -> float:
    """Diameter of a stent on its inflated balloon in a lesion, mm: the chart less its deficit.

    `u` is drawn, 0 to 1. See :func:`~angiosuite.physics.treating.lesion_response.deficit_share`.
    """
    return chart_mm * (1.0 - deficit_share(chart_mm / vessel_mm, u))


def off_balloon_mm(form: StentForm, opened_mm: float, wall: Wall) -> float:
    """Diameter that is left when the balloon is down, mm.

    Notes
    -----
    **Model** one that a balloon opened gives back its recoil, and more where the wall presses harder than it
    bears; one that opens itself settles from there (:func:`settled_mm`).
    **Source** 3 to 6 % from memory, draft; coronary ones of 2007 gave back 0.28 mm of 2.77, 10 % (Aziz et
    al., abstract read). Held by ``test_stent.py``.
    """
    back = opened_mm * (1.0 - form.recoil) if form.opens == "balloon" else opened_mm
    return settled_mm(form, wall, back)


def came_apart(form: StentForm, diameter_mm: float, u: float) -> bool:
    """Whether a stent dilated to this diameter no longer holds together.

    Notes
    -----
    **Model** none up to its widest; from there the share rises evenly to all at a quarter more; `u`, drawn, 0
    to 1, is how strong this one is.
    **Source** Montague et al. 2004 (abstract read): of 22 models five came apart just above their label, one
    above half as much again, five stopped opening; where it begins is the content's number, the rise ours.
    **Valid for** stents that a balloon opens. Held by ``test_stent.py``.
    """
    return u < (diameter_mm / form.most_mm - 1.0) / _APART


def holds_n(form: StentForm, diameter_mm: float, apposed_mm: float, friction: float = FRICTION) -> float:
    """Force along the vessel that a stent bears before it slides, N.

    Parameters
    ----------
    form : StentForm
    diameter_mm : float
    apposed_mm : float
        Length of it that lies on the wall.
    friction : float

    Notes
    -----
    **Model** ``mu P pi D L``, P what it presses with; one that a balloon opened is held by the wall that it
    stretches, here by a third of what it bears.
    **Source** Coulomb; coefficient from memory, draft; that third is an own choice. **Valid for** no barbs.
    Held by ``test_stent.py``.
    """
    pressed = outward_kpa(form, diameter_mm) if form.opens == "self" else form.resists_kpa / 3.0
    return friction * _N_PER_KPA_MM2 * pressed * pi * diameter_mm * apposed_mm


def drag_n(flow_ml_s: float, diameter_mm: float, length_mm: float, viscosity_mpas: float = 4.0) -> float:
    """Force with which blood drags a stent that it flows through, N.

    Notes
    -----
    **Model** shear of Poiseuille's flow on its inside: ``8 mu L Q / r^2``. **Valid for** a lined stent, an
    upper bound of a bare one; pulses not. Held by ``test_stent.py``.
    """
    r_m = 0.5e-3 * diameter_mm
    return 8.0 * 1e-3 * viscosity_mpas * 1e-3 * length_mm * 1e-6 * abs(flow_ml_s) / (r_m * r_m)


def migrates(holds_n: float, drag_n: float, pull_n: float = 0.0) -> bool:
    """Whether a stent slides: blood's drag and what pulls on it are more than friction holds."""
    return drag_n + abs(pull_n) > holds_n


def jump_mm(hub_n: float, shaft_mm: float, stiffness_n: float, most_mm: float) -> float:
    """How far a stent springs forward when it lets go of a pushed shaft, mm; never backward.

    Parameters
    ----------
    hub_n : float
        Push at the hub; a pull is negative and stores nothing that springs forward.
    shaft_mm : float
        Length of the shaft that is pressed together.
    stiffness_n : float
        Its ``E A``.
    most_mm : float
        The content's: 1 to 4 (memory, draft).

    Notes
    -----
    **Model** ``F L / (E A)``, the push stored in the shaft. Held by ``test_stent.py``.
    """
    return min(most_mm, max(0.0, hub_n) * shaft_mm / stiffness_n)
