"""Roadmap and overlay in a session: armed, made, shown over fluoroscopy, invalid once the view changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.roadmap import Roadmap
from angiosuite.imaging.vessel_map import VesselMap
from angiosuite.kit.errors import WrongUse

from . import run_review
from .outputs import FLAG_ROADMAP, FLAG_SUBTRACTED
from .viewer import Seen

if TYPE_CHECKING:
    from .session import Session


class RoadmapTool:
    """The roadmap of one session, or the vessels of a run laid over its fluoroscopy; a `Viewer` of pulses.

    Parameters
    ----------
    session : Session
        The session that this belongs to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.fade = 0.7
        self._roadmap: Roadmap | None = None
        self._vessels: VesselMap | None = None
        self._run: int | None = None
        self._fitted: VesselMap | None = None
        self._armed = False
        self._lost = ""
        """Why overlay or roadmap no longer fits, in words."""
        self._kind = "roadmap"

    # ---- what commands do -------------------------------------------------------------------------

    def arm(self) -> None:
        """The next fluoroscopy makes a roadmap."""
        self.forget()
        self._armed = True
        self._tell("Roadmap: inject during the next fluoroscopy")

    def overlay(self, number: int, frame: int | None) -> None:
        """Lay a run's vessels over fluoroscopy: one frame, or the peak opacification.

        Raises
        ------
        WrongUse
            When the run has no mask or filling, or was made in another view.
        """
        diff = run_review.vessels(self._session, number, frame)
        run = self._session.xrays.runs.get(number)
        view = {**(run.pose or {}), "fov_cm": run.fov_cm, "matrix": run.matrix}
        vessels = VesselMap.of(diff, view, self._pixel_mm(run.fov_cm, run.matrix))
        reason = vessels.valid_for(self._view_now())
        if reason:
            raise WrongUse(
                f"The run does not lie on this view: {reason[0].lower()}{reason[1:]}",
                code="other-view",
                where=f"run {number}",
                way_out="Return to the run's position, or make a roadmap here.",
            )
        self.forget()
        self._vessels, self._run = vessels, number
        self._tell(f"Run {number} over fluoroscopy")

    def off(self) -> None:
        """No roadmap."""
        if self.state != "off":
            self.forget()
            self._tell("Roadmap off")

    def forget(self) -> None:
        """No roadmap, without a word."""
        self._roadmap = self._vessels = self._run = self._fitted = None
        self._armed, self._lost = False, ""

    # ---- what the session tells ---------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "off", "armed", "making", "ready", "live" or "invalid"."""
        if self._lost:
            return "invalid"
        if self._roadmap is not None:
            return self._roadmap.state
        if self._vessels is not None:
            return "live" if self._session.pedals.down == "fluoro" else "ready"
        return "armed" if self._armed else "off"

    @property
    def kind(self) -> str:
        """ "roadmap" or "overlay"; of one that is no longer valid, what it was."""
        return self._kind if self._lost else "roadmap" if self._vessels is None else "overlay"

    @property
    def is_active(self) -> bool:
        """Whether fluoroscopy makes or shows a roadmap."""
        return self.state in ("making", "live")

    def pressed(self) -> None:
        """Fluoroscopy begins."""
        if self._armed and self._roadmap is None:
            self._roadmap, self._armed = Roadmap(self._session.settings.frame_size), False
        if self._roadmap is not None and not self._lost:
            self.look()
        if self._roadmap is not None and not self._lost:
            self._roadmap.begin()
            if self.state == "making":
                self._tell("Making the roadmap")

    def released(self) -> None:
        """Fluoroscopy ended."""
        if self._roadmap is None or self._lost:
            return
        making = self._roadmap.state == "making"
        self._roadmap.end()
        if making and self._roadmap.state == "ready":
            self._tell("Roadmap ready")
        elif making:
            self._roadmap, self._armed = None, True
            self._tell("The press was too short for a roadmap: try again")

    def look(self) -> None:
        """Whether the view is still that of the roadmap or the run; says so once when it is not."""
        if self._lost or (self._roadmap is None and self._vessels is None):
            return
        now, reason = self._view_now(), ""
        if self._roadmap is not None:
            reason = self._roadmap.check(now)
        elif self._vessels is not None:
            reason = self._vessels.valid_for(now)
        if reason:
            self._lost = reason
            self._kind, self._roadmap, self._vessels, self._fitted = self.kind, None, None, None
            self._tell(f"Roadmap no longer valid: {reason[0].lower()}{reason[1:]}")

    def show(self, seen: Seen) -> NDArray[np.uint8] | None:
        """The frame under roadmap or overlay; None where the plain picture is to be shown."""
        self.look()
        if self._lost:
            return None
        if self._vessels is not None:
            return self._fit(seen).over(seen.plain(), self.fade)
        if self._roadmap is None:
            return None
        s = seen.settings
        return self._roadmap.show(
            seen.read,
            seen.view,
            noise=seen.noise,
            fade=self.fade,
            mask=seen.opening,
            window=s.window,
            level=s.level,
        )

    def told(self, own_view: bool) -> tuple[int, dict[str, Any]]:
        """Bits of the frame's header and facts of a frame that was made under the roadmap."""
        if self._vessels is not None and own_view:
            return FLAG_ROADMAP, {"roadmap": "overlay"}
        if self._roadmap is not None and self._roadmap.state == "making":
            return FLAG_ROADMAP | (FLAG_SUBTRACTED if own_view else 0), {"roadmap": "making"}
        if own_view:
            return FLAG_ROADMAP | FLAG_SUBTRACTED, {"roadmap": "subtracted"}
        return 0, {}

    def about(self) -> dict[str, Any]:
        """For the page."""
        return {
            "state": self.state,
            "kind": self.kind,
            "fade": self.fade,
            "reason": self._lost,
            "run": self._run,
        }

    def _tell(self, text: str) -> None:
        about = self.about()
        facts = {name: about[name] for name in ("state", "kind", "reason", "run")}
        self._session.event("roadmap", facts, text)

    # ---- views ----------------------------------------------------------------------------------------

    def _view_now(self) -> dict[str, Any]:
        session = self._session
        s = session.settings
        return {**session.gantry.pose.as_dict(), "fov_cm": s.fov_cm, "matrix": s.frame_size}

    def _pixel_mm(self, fov_cm: float, matrix: int) -> float:
        room = self._session.room
        return room.field_mm(self._session.settings.changed({"fov_cm": fov_cm})) / matrix

    def _fit(self, seen: Seen) -> VesselMap:
        """The run's vessels in the matrix and field of the live picture, kept until these change."""
        assert self._vessels is not None
        rows, pixel_mm = seen.read.shape[0], self._pixel_mm(seen.settings.fov_cm, seen.read.shape[0])
        fitted = self._fitted
        if fitted is None or fitted.opacity.shape[0] != rows or abs(fitted.pixel_mm - pixel_mm) > 1e-9:
            fitted = self._fitted = self._vessels.on(rows, pixel_mm)
        return fitted

    # ---- state ----------------------------------------------------------------------------------------

    def state_of(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next picture depends on."""
        plain: dict[str, Any] = {
            "fade": self.fade,
            "armed": self._armed,
            "lost": self._lost,
            "kind": self._kind,
            "run": self._run,
        }
        arrays: dict[str, NDArray[Any]] = {}
        if self._roadmap is not None:
            plain["rows"], plain["roadmap"] = self._roadmap.rows, self._roadmap.plain_state()
            arrays = {f"roadmap_{name}": value for name, value in self._roadmap.arrays_state().items()}
        elif self._vessels is not None:
            plain["vessels"] = {"view": dict(self._vessels.view), "pixel_mm": self._vessels.pixel_mm}
            arrays = {"roadmap_vessels": self._vessels.opacity}
        return plain, arrays

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state_of`."""
        self.forget()
        self.fade, self._armed, self._run = plain["fade"], plain["armed"], plain["run"]
        self._lost, self._kind = plain["lost"], plain["kind"]
        mine = {n.removeprefix("roadmap_"): v for n, v in arrays.items() if n.startswith("roadmap_")}
        if "roadmap" in plain:
            self._roadmap = Roadmap(plain["rows"])
            self._roadmap.restore(plain["roadmap"], mine)
        elif "vessels" in plain:
            self._vessels = VesselMap(mine["vessels"], **plain["vessels"])
