"""Judges pictures of a session with a task: on where things really are and on the pixels, never on clicks.

Everything is read from the facts that the log has of a picture, from its pixels and from the task, so that
the same log gives the same judgement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.target_contrast import capsule_mask, contrast_to_noise, subtraction_artefact
from angiosuite.physics.xray.contrast_tubes import ContrastTubes

from . import run_review
from .blood_targets import found_in_blood
from .outputs import Mode
from .runs import RunRecord
from .targets import Shadow, Target, View

if TYPE_CHECKING:
    from .circulation.blood import Blood
    from .picture import Exposure
    from .session import Session

Mask = NDArray[np.bool_]
Window = tuple[int, int, int, int]

EVERY = 5
"""Of fluoroscopy every fifth picture is judged, on geometry alone."""
CORE = 0.85
"""Share of a shadow's radius whose pixels count as the target: its rim is blurred."""
GAP_PX, GAP_SHARE = 3.0, 1.35
"""The ring begins at this share of the shadow's radius and so many pixels on."""
RING_PX = (5.0, 12.0)
"""Least and greatest width of the ring, pixels."""
RIM_PX = 6
"""What the blades' penumbra may darken inside the open field, pixels."""
FULL = 0.5
"""Share of the greatest concentration from which a tube counts as filled."""


class Judge:
    """Judges the pictures and runs of one session.

    Parameters
    ----------
    session : Session
    targets : sequence of Target
    """

    def __init__(self, session: Session, targets: Sequence[Target]) -> None:
        self._session = session
        self._given = tuple(target for target in targets if target.kind != "run")
        self._resolved: tuple[object, tuple[Target, ...]] = (None, self._given)
        self._phantoms: dict[str, ContrastTubes] = {}
        self._runs = any(target.kind in ("run", "tubes", "vessel") for target in targets)

    @property
    def _targets(self) -> tuple[Target, ...]:
        """Targets that have a place: those in blood as soon as it flows."""
        if all(target.asked is None for target in self._given):
            return self._given
        blood = self._session.blood
        graph = blood.shown[0]
        if self._resolved[0] is not graph or graph is None:
            found = (_in_blood(target, blood) for target in self._given)
            self._resolved = (graph, tuple(target for target in found if target is not None))
        return self._resolved[1]

    # ---- pictures -------------------------------------------------------------------------------

    def picture(self, exposure: Exposure, mode: Mode, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Every target in a picture by its id; empty for one that is not judged."""
        session = self._session
        fluoroscopy = mode is Mode.FLUORO
        if not self._targets or session.silent or (fluoroscopy and facts["index"] % EVERY != 1):
            return {}
        seen = facts
        if mode is Mode.HELD and facts["index"] - 1 in session.frames_seen:
            seen = {**session.frames_seen.facts(facts["index"] - 1), "size": facts["size"]}
        view = View.of(seen, session.room)
        shadows = {
            target.id: target.shadow(view)
            for target in self._targets
            if not target.phantom or (session.phantom is not None and session.phantom.id == target.phantom)
            if target.has_outline
        }
        judged: dict[str, Any] = {}
        for target in self._targets:
            if target.id not in shadows and target.has_outline:
                continue
            found = target.judged(view)
            others = [shadow for name, shadow in shadows.items() if name != target.id]
            others += self._objects(view, target)
            if target.blood is not None:
                found |= target.blood.judged(view, session.blood.seen())
                if not target.blood.is_line:
                    judged[target.id] = found
                    continue
                found["overlap"] = target.blood.covered(view, others)
            else:
                found["overlap"] = overlap(shadows[target.id], others, view.geometry.rows)
            flows = bool(target.tubes) or target.blood is not None
            subtracted = mode is Mode.RUN and flows and self._is_subtracted()
            if exposure.read is not None and not fluoroscopy and not subtracted:
                found["cnr"] = cnr_of(exposure.read, target.shadow(view, inset=True), others, view)
            judged[target.id] = found
        return judged

    def _is_subtracted(self) -> bool:
        """Whether the run that is made is subtraction angiography: its tubes are judged less the mask."""
        run = self._session.xrays.running
        return run is not None and run.acquisition.kind == "dsa"

    def _objects(self, view: View, target: Target) -> list[Shadow]:
        """Shadows of the task's objects that are no targets themselves."""
        known = {one.object.id for one in self._targets if one.object is not None}
        mine = None if target.object is None else target.object.id
        return [
            Target(one.id, "object", object=one).shadow(view)
            for one in self._session.picture.objects
            if one.id not in known and one.id != mine
        ]

    # ---- runs -----------------------------------------------------------------------------------

    def run(self, number: int) -> None:
        """Write what the subtraction of a run is worth, as it is looked at now."""
        session = self._session
        run = session.xrays.runs.get(number)
        if not self._runs or session.silent or not run.ended or not run.frames or run.removed:
            return
        frame, view = self._fullest(run)
        told: dict[str, Any] = {
            "run": number,
            "frame": frame,
            "mask": list(run.mask),
            "shift_px": list(run.shift_px),
            "artefact": None,
            "cnr": None,
        }
        if run.mask and self._flows:
            told["cnr"] = self._flowing(run, frame, view)
        elif run.mask:
            told |= self._subtracted(run, frame, view)
        session.write("observation", "judged-run", told)

    def _facts(self, run: RunRecord, frame: int) -> Mapping[str, Any]:
        assert run.first_index is not None
        return self._session.frames_seen.facts(run.first_index + frame - 1)

    def _ages_s(self, run: RunRecord, frame: int) -> tuple[float, ...]:
        """Age of the run's injection at one of its frames, seconds."""
        if run.injection_us is None or run.first_us is None:
            return ()
        return ((run.first_us + self._facts(run, frame)["run_t_us"] - run.injection_us) * 1e-6,)

    def _view(self, run: RunRecord, frame: int) -> View:
        return View.of(self._facts(run, frame), self._session.room, self._ages_s(run, frame))

    def _tubes_of(self, run: RunRecord) -> ContrastTubes | None:
        """All tubes of the phantom that was in the beam; None without one."""
        if run.phantom is None:
            return None
        if run.phantom not in self._phantoms:
            self._phantoms[run.phantom] = self._session.room.phantom(run.phantom).tubes
        return self._phantoms[run.phantom]

    def _fullest(self, run: RunRecord) -> tuple[int, View]:
        """The frame behind the mask in which most iodine is in the targets' tubes; the last without any."""
        first = min(max(run.mask, default=0) + 1, run.frames)
        best, most = run.frames, 0.0
        if self._flows:
            full = [(self._filled_in(run, frame), -frame) for frame in range(first, run.frames + 1)]
            return -max(full)[1], self._view(run, -max(full)[1])
        tubes = self._tubes_of(run)
        if tubes is not None and run.injection_us is not None:
            wanted = self._nodes_of(run, tubes)
            for frame in range(first, run.frames + 1):
                total = float(tubes.concentration(self._ages_s(run, frame))[wanted].sum())
                if total > most + 1e-9:
                    best, most = frame, total
        return best, self._view(run, best)

    def _nodes_of(self, run: RunRecord, whole: ContrastTubes) -> NDArray[np.bool_]:
        """Which nodes of the run's phantom belong to the targets; all of them without a target of tubes."""
        names = {tube.name for one in self._targets if one.phantom == run.phantom for tube in one.tubes}
        chosen = [np.full(len(tube.line.arc_mm), not names or tube.name in names) for tube in whole.tubes]
        return np.concatenate(chosen)

    @property
    def _flows(self) -> bool:
        """Whether targets lie in the patient's own vessels."""
        return any(target.blood is not None and target.blood.is_line for target in self._targets)

    def _filled_in(self, run: RunRecord, frame: int) -> float:
        """How full the targets were in a frame, all together."""
        found = self._facts(run, frame).get("judged", {})
        return sum(float(one.get("filled", 0.0)) for one in found.values())

    def _flowing(self, run: RunRecord, frame: int, view: View) -> float | None:
        """Contrast to noise of the targets that were filled in a frame, less the mask."""
        judged = self._facts(run, frame).get("judged", {})
        shadows = [
            target.shadow(view)
            for target in self._targets
            if target.blood is not None
            and target.blood.is_line
            and float(judged.get(target.id, {}).get("filled", 0.0)) >= FULL
        ]
        if not shadows:
            return None
        segments = np.concatenate([one.segments for one in shadows])
        whole = Shadow(segments, np.concatenate([one.radii for one in shadows]))
        return cnr_of(run_review.vessels(self._session, run.number, frame), whole, [], view)

    def _subtracted(self, run: RunRecord, frame: int, view: View) -> dict[str, Any]:
        """Artefact away from the tubes, and contrast to noise of those that are filled."""
        difference = run_review.vessels(self._session, run.number, frame)
        rows = difference.shape[0]
        away = np.zeros((rows, rows), np.bool_)
        r0, r1, c0, c1 = view.blades.pixel_window(rows)
        reach = RIM_PX + int(np.ceil(max(abs(shift) for shift in run.shift_px)))
        away[max(r0 + reach, 0) : max(r1 - reach, 0), max(c0 + reach, 0) : max(c1 - reach, 0)] = True
        filled: Shadow | None = None
        whole = self._tubes_of(run)
        if whole is not None:
            every = Target("", "tubes", tubes=whole.tubes).shadow(view)
            away &= ~capsule_mask((rows, rows), every.segments, GAP_SHARE * every.radii + GAP_PX, (0, 0))
            filled = self._filled(run, whole, view, every)
        cnr = None if filled is None else cnr_of(difference, filled, [], view)
        artefact = subtraction_artefact(difference, away)
        return {"artefact": None if artefact is None else round(artefact, 4), "cnr": cnr}

    def _filled(self, run: RunRecord, whole: ContrastTubes, view: View, every: Shadow) -> Shadow | None:
        """The capsules of the targets' tubes that hold contrast now."""
        there = np.where(self._nodes_of(run, whole), whole.concentration(view.moment.injections_s), 0.0)
        if there.max() <= 0.0:
            return None
        full = there >= FULL * there.max()
        starts = np.cumsum([0, *(len(tube.line.arc_mm) for tube in whole.tubes)])
        both = np.concatenate([full[a : b - 1] & full[a + 1 : b] for a, b in pairwise(starts)])
        return Shadow(every.segments[both], every.radii[both]) if both.any() else None


def _in_blood(target: Target, blood: Blood) -> Target | None:
    """A target with its place in blood; None where the patient has not got it."""
    if target.asked is None:
        return target
    place = found_in_blood(target.asked, blood)
    return None if place is None else replace(target, blood=place)


# ---- pixels -----------------------------------------------------------------------------------------


def overlap(shadow: Shadow, others: Sequence[Shadow], rows: int) -> float:
    """Share of a shadow's pixels that other shadows cover, 0 to 1."""
    if not others:
        return 0.0
    r0, r1, c0, c1 = window_of(shadow, 1.0, rows, 4 * rows)
    mask = capsule_mask((r1 - r0, c1 - c0), shadow.segments, np.maximum(shadow.radii, 0.8), (r0, c0))
    covered = np.zeros_like(mask)
    for other in others:
        covered |= capsule_mask(mask.shape, other.segments, other.radii, (r0, c0))
    count = int(mask.sum())
    return round(float((mask & covered).sum()) / count, 4) if count else 0.0


def cnr_of(image: NDArray[np.floating], shadow: Shadow, others: Sequence[Shadow], view: View) -> float | None:
    """Contrast to noise of a shadow in an image; None where the open field does not hold it."""
    rows = image.shape[0]
    width = float(np.clip(shadow.radii.mean(), *RING_PX))
    inner = GAP_SHARE * shadow.radii + GAP_PX
    window = window_of(shadow, float(inner.max() - shadow.radii.min()) + width, rows, 0)
    r0, r1, c0, c1 = window
    if r1 - r0 < 8 or c1 - c0 < 8:
        return None
    shape, corner = (r1 - r0, c1 - c0), (r0, c0)
    core = capsule_mask(shape, shadow.segments, np.maximum(CORE * shadow.radii, 0.8), corner)
    ring = capsule_mask(shape, shadow.segments, inner + width, corner)
    ring &= ~capsule_mask(shape, shadow.segments, inner, corner)
    for other in others:
        grown = capsule_mask(shape, other.segments, other.radii + GAP_PX, corner)
        ring &= ~grown
    a0, a1, b0, b1 = view.blades.pixel_window(rows)
    inside = np.zeros(shape, np.bool_)
    rim = RIM_PX if view.blades.area_fraction < 1.0 else 1
    inside[max(a0 + rim - r0, 0) : max(a1 - rim - r0, 0), max(b0 + rim - c0, 0) : max(b1 - rim - c0, 0)] = (
        True
    )
    if (core & inside).sum() < 0.85 * core.sum():
        return None
    found = contrast_to_noise(image[r0:r1, c0:c1], core & inside, ring & inside)
    return None if found is None else round(found, 3)


def window_of(shadow: Shadow, more_px: float, rows: int, beyond: int) -> Window:
    """Rows and columns that hold a shadow and a rim, at most `beyond` pixels outside the picture."""
    reach = shadow.radii + more_px
    ends = shadow.segments
    low_x = int(np.floor((np.minimum(ends[:, 0], ends[:, 2]) - reach).min()))
    high_x = int(np.ceil((np.maximum(ends[:, 0], ends[:, 2]) + reach).max())) + 1
    low_y = int(np.floor((np.minimum(ends[:, 1], ends[:, 3]) - reach).min()))
    high_y = int(np.ceil((np.maximum(ends[:, 1], ends[:, 3]) + reach).max())) + 1
    r0, r1, c0, c1 = (int(np.clip(v, -beyond, rows + beyond)) for v in (low_y, high_y, low_x, high_x))
    return r0, max(r1, r0), c0, max(c1, c0)
