"""From a pose and a press to a picture and its dose: the imaging chain of one room.

Layers give g/cm² along each ray; six energies make them a signal; heel, blades, wedges and scatter join;
the panel counts quanta; exposure control learns; the display shows. Each step is a room of its own below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.equipment import EquipmentItem
from angiosuite.imaging.detector import Detector, to_twelve_bits
from angiosuite.imaging.display import Display
from angiosuite.imaging.dose import DoseAccount, pulse_dose
from angiosuite.imaging.exposure_control import (
    ExposureControl,
    Pulse,
    Situation,
    measured,
    wanted_detector_ngy,
)
from angiosuite.imaging.last_image_hold import LastImageHold
from angiosuite.physics.xray.beam import Beam, beam
from angiosuite.physics.xray.geometry import BeamGeometry

from . import machine
from .collimator import Blades, Collimator, Wedge
from .darkroom import Darkroom, Undrawn
from .dose_display import shown_dose
from .exposure import NOT_DRAWN, Exposure
from .moment import Moment
from .objects import Objects
from .order import Order
from .paths import METER_CELLS, Paths
from .phantom import Phantom
from .pose import Pose, beam_geometry
from .pulse_state import pulse_of, pulse_state, technique_facts
from .settings import Settings
from .shading import Shading
from .signal import with_scatter
from .stance import Stance
from .viewer import PlainView, Seen, Viewer
from .watchers import PulseTaken

__all__ = ["Exposure", "Picture"]

Image = NDArray[np.float32]

FORGOTTEN_US = 20_000_000
"""After this time without X-rays the panel's lag is nothing, microseconds."""
_PLAIN = PlainView()


class Picture:
    """The imaging chain of one session.

    Parameters
    ----------
    paths : Paths
        The patient on the table, prepared.
    equipment : EquipmentItem
        The machine.
    reference_mm : (3,) float64
        Point of the patient in the isocentre when the table stands at zero, LPS mm.
    seed : int
        Root of the detector's noise.
    """

    def __init__(
        self, paths: Paths, equipment: EquipmentItem, reference_mm: NDArray[np.float64], seed: int
    ) -> None:
        self.equipment = equipment
        self.reference_mm = reference_mm
        self.seed = seed
        self.paths = paths
        self.control = ExposureControl(machine.tube_limits(equipment))
        self.dose = DoseAccount()
        self.held = LastImageHold()
        self._panel = machine.panel(equipment)
        self._grid = machine.grid(equipment)
        self._readout: tuple[float, int] | None = None
        self._detector: Detector | None = None
        self._display: Display | None = None
        self._last_pulse_us = self._last_drawn_us = -FORGOTTEN_US
        self._last: tuple[Pulse, float] | None = None
        self._mask: Image | None = None
        self._view: Mapping[str, Any] = {}
        self._stance = Stance()
        self._shading = Shading(equipment.tube.anode_angle_deg)
        self._meter = Shading(equipment.tube.anode_angle_deg)
        self._darkroom = Darkroom(self._develop, self._panel_for)
        self.objects: Objects = ()
        """What a task put into the patient."""

    # ---- one exposure ---------------------------------------------------------------------------

    def begin(self, t_us: int) -> None:
        """A pedal went down: a new event, the display's filter starts afresh."""
        self.dose.begin_event()
        self.held.clear()
        self._darkroom.clear()
        if t_us - self._last_pulse_us >= FORGOTTEN_US:
            self._readout = None
        if self._display is not None:
            self._display.restart()

    def end(self) -> None:
        """The pedal went up: rates fall to zero."""
        self.dose.end_event()

    def expose(
        self,
        *,
        t_us: int,
        pose: Pose,
        settings: Settings,
        collimator: Collimator,
        order: Order,
        moment: Moment,
        quality: Literal["full", "draft"],
        frame: int,
        viewer: Viewer = _PLAIN,
        drawn: bool = True,
    ) -> Exposure:
        """One pulse.

        Parameters
        ----------
        t_us : int
            Simulated time, microseconds.
        pose, settings, collimator
            How the room stands.
        order : Order
            What the pulse is for.
        moment : Moment
            Where breath, heart, patient and contrast stand.
        quality : {"full", "draft"}
            Projector; changes the picture alone, never dose or noise.
        frame : int
            Index of the frame, keys the noise.
        viewer : Viewer
            Shows the frame in a way of its own.
        drawn : bool
            Whether the picture is made now; if not, that of fluoroscopy is kept to be made when asked for.
            Exposure control, dose and facts do not depend on it.
        """
        side_mm = machine.field_mm(self.equipment, settings.fov_cm)
        blades = collimator.blades
        situation = self._situation(pose, settings, side_mm * float(np.sqrt(blades.area_fraction)), order)
        pulse = order.locked or self.control.pulse(order.programme, situation)
        technique = pulse.technique
        rays = beam(technique.kv, technique.filter_cu_mm)
        geometry = beam_geometry(pose, self.reference_mm, side_mm, order.matrix)
        opening = self._shading.opening(pose, side_mm, order.matrix, blades, technique.focal_spot_mm)
        wedges = tuple(collimator.wedges.values())
        self._place_objects()
        filtered = self._shading.filtered(pose, side_mm, order.matrix, rays, wedges)
        moment = self._stance.seen_from(pose, moment)
        phantom, rows = self.paths.phantom, order.matrix
        one = Undrawn(t_us, pose, settings, blades, wedges, moment, rows, quality, frame, pulse, phantom)
        if order.mode == "fluoro":
            self._darkroom.keep(one, drawn)
        read, noise = None, 0.0
        if drawn:
            primary, coarse = self.paths.signal_and_measure(geometry, rays, moment, quality)
            read, noise = self._drawn(one, geometry, side_mm, primary)
        else:
            coarse = self.paths.measure(geometry, rays, moment)
        self._last_pulse_us = t_us
        level = self._metered(coarse, rays, wedges, situation, pose, side_mm, blades) / pulse.wanted_signal
        if order.mode != "shot":
            self.control.observe(level, pulse, situation)
        spent = pulse_dose(
            technique,
            source_isocentre_mm=pose.sod_mm,
            source_detector_mm=pose.sid_mm,
            field_area_mm2=side_mm * side_mm * blades.area_fraction,
            mean_relative=self._shading.mean_in_opening(filtered, opening),
        )
        self.dose.add(spent, t_us=t_us, interval_s=order.share_s, kind=order.mode)
        self._last, self._mask = (pulse, noise), opening
        self._view = {**pose.as_dict(), "fov_cm": settings.fov_cm, "matrix": order.matrix}
        facts = {
            **technique_facts(pulse),
            "kar_mgy": round(spent.kar_mgy, 9),
            "pka_ugy_m2": round(spent.pka_ugy_m2, 9),
            "detector_ngy": round(situation.detector_ngy * level, 3),
            "measured": round(level, 5),
            "thickness_cm": round(self.control.thickness_cm, 3),
        }
        stored, image, own_view = None, NOT_DRAWN, False
        if read is not None:
            stored = None if order.mode == "fluoro" else to_twelve_bits(read)
            image, own_view = self._shown(read, stored, noise, pulse, opening, settings, order, viewer)
        taken = PulseTaken(
            t_us=t_us,
            mode=order.mode,
            pose=pose,
            geometry=geometry,
            field_mm=side_mm,
            blades=blades,
            technique=technique,
            moment=moment,
            kar_mgy=spent.kar_mgy,
            pka_ugy_m2=spent.pka_ugy_m2,
            interval_s=order.share_s,
            thickness_cm=self.control.thickness_cm,
        )
        return Exposure(image, stored, facts, own_view, taken, read, order.matrix)

    def _drawn(
        self, one: Undrawn, geometry: BeamGeometry, side_mm: float, primary: Image
    ) -> tuple[Image, float]:
        """The pulse with the panel as the last pulse left it, remembered for a held image."""
        detector, _ = self._read_out(side_mm, one.matrix)
        interval_s = min((one.t_us - self._last_pulse_us) * 1e-6, FORGOTTEN_US * 1e-6)
        if self._last_pulse_us > self._last_drawn_us:
            detector.rest(min(self._last_pulse_us - self._last_drawn_us, FORGOTTEN_US) * 1e-6)
        self._last_drawn_us = one.t_us
        read, noise, _ = self._develop(one, detector, interval_s, primary)
        self.held.add(read, geometry.key)
        return read, noise

    def _place_objects(self) -> None:
        """Paths are shared by the sessions of a room: those of this one."""
        if self.paths.objects is not self.objects:
            self.paths.objects = self.objects

    def _panel_for(self, one: Undrawn) -> tuple[Detector, float]:
        """A panel as the last drawn picture left it, and the seconds since then, for a pulse to be drawn."""
        side_mm = machine.field_mm(self.equipment, one.settings.fov_cm)
        panel = Detector(self._panel, side_mm, one.matrix, self.seed)
        since_s = (one.t_us - self._last_drawn_us) * 1e-6
        if self._detector is None or self._readout != (side_mm, one.matrix):
            return panel, FORGOTTEN_US * 1e-6
        panel.restore(self._detector.state())
        return panel, min(since_s, FORGOTTEN_US * 1e-6)

    def _develop(
        self, one: Undrawn, detector: Detector, interval_s: float, primary: Image | None = None
    ) -> tuple[Image, float, Image]:
        """The panel's frame in units of the wanted signal, the relative noise of a pixel, the opening."""
        pose, pulse, technique = one.pose, one.pulse, one.pulse.technique
        side_mm = machine.field_mm(self.equipment, one.settings.fov_cm)
        rays = beam(technique.kv, technique.filter_cu_mm)
        geometry = beam_geometry(pose, self.reference_mm, side_mm, one.matrix)
        opening = self._shading.opening(pose, side_mm, one.matrix, one.blades, technique.focal_spot_mm)
        filtered = self._shading.filtered(pose, side_mm, one.matrix, rays, one.wedges)
        if primary is None:
            if self.paths.phantom is not one.phantom:
                self.paths.phantom = one.phantom
            self._place_objects()
            primary = self.paths.signal(geometry, rays, one.moment, one.quality)
        grid, gap_mm = self._grid if one.settings.grid else None, self._air_gap_mm(pose)
        signal = with_scatter(primary, filtered, opening, side_mm, one.blades, grid, gap_mm, rays)
        quanta_per_mm2 = rays.detected_quanta_per_mm2_per_ugy
        quanta_at_one = (
            detector.quanta_per_ugy(quanta_per_mm2) * pulse.kerma_in_air_ugy * rays.detector_kerma_per_signal
        )
        read = detector.expose(
            signal,
            quanta_at_one=quanta_at_one,
            wanted_signal=pulse.wanted_signal,
            electronic_quanta=detector.electronic_quanta(quanta_per_mm2),
            frame=one.frame,
            interval_s=interval_s,
            focal_spot_mm=pulse.technique.focal_spot_mm,
            magnification=pose.sid_mm / pose.sod_mm,
        )
        return read, detector.relative_noise(quanta_at_one * pulse.wanted_signal), opening

    def _shown(
        self,
        read: Image,
        stored: NDArray[np.uint16] | None,
        noise: float,
        pulse: Pulse,
        opening: Image,
        settings: Settings,
        order: Order,
        viewer: Viewer,
    ) -> tuple[NDArray[np.uint8], bool]:
        """The frame on the monitor, and whether the viewer showed it in its own way."""
        assert self._display is not None
        display = self._display
        chosen = (settings.displayed({"recursive": 0.0}) if order.mode == "run" else settings).for_display

        def plain() -> NDArray[np.uint8]:
            if order.mode == "shot":
                display.new_scene()
            air = 1.0 / pulse.wanted_signal
            image = display.show(read, chosen, noise_at_one=noise, air=air, mask=opening)
            if order.mode == "shot":
                display.new_scene()
            return image

        own = viewer.show(Seen(read, stored, noise, opening, settings, self._view, plain))
        return (plain(), False) if own is None else (own, True)

    def hold(self, settings: Settings, viewer: Viewer = _PLAIN, drawn: bool = True) -> Exposure | None:
        """The image that stays when the pedal is released: the mean of the last few frames of this view.

        Of frames that were not drawn it is made now, or (`drawn` false) only told of.
        """
        if self._last is not None and self._darkroom.asked_for and not drawn:
            facts = {"frames_averaged": self._darkroom.alike, **technique_facts(self._last[0])}
            return Exposure(NOT_DRAWN, None, facts, rows=self._view["matrix"])
        display = self._develop_held() if self._darkroom.asked_for else self._display
        mean = self.held.image()
        if mean is None or self._last is None or display is None:
            return None
        pulse, noise = self._last
        count = self.held.count
        calm = noise / float(np.sqrt(count))
        opening = np.ones_like(mean) if self._mask is None else self._mask
        mask = self._mask

        def plain() -> NDArray[np.uint8]:
            display.restart()
            air = 1.0 / pulse.wanted_signal
            image = display.show(mean, settings.for_display, noise_at_one=calm, air=air, mask=mask)
            display.restart()
            return image

        own = viewer.show(Seen(mean, None, calm, opening, settings, self._view, plain))
        image = plain() if own is None else own
        self.held.clear()
        self._darkroom.clear()
        facts = {"frames_averaged": count, **technique_facts(pulse)}
        return Exposure(image, to_twelve_bits(mean), facts, own is not None, None, mean, len(mean))

    def _develop_held(self) -> Display:
        """Draw the frames that the held image is made of; a display that knows none of them."""
        self.held.clear()
        for one in self._darkroom.developed():
            self.held.add(one.read, b"held")
            assert self._last is not None
            self._last, self._mask = (self._last[0], one.noise), one.opening
        return Display(self._view["matrix"])

    def look(self, settings: Settings) -> Exposure | None:
        """The last frame of fluoroscopy as the monitor would show it; None when all was drawn."""
        if not self._darkroom.asked_for:
            return None
        display = Display(self._view["matrix"])
        for one in self._darkroom.developed():
            air = 1.0 / one.pulse.pulse.wanted_signal
            chosen = settings.for_display
            image = display.show(one.read, chosen, noise_at_one=one.noise, air=air, mask=one.opening)
        return Exposure(image, None, {}, read=one.read, rows=len(image))

    def forget(self) -> None:
        """Panel, display and what waits to be held start afresh; exposure control and dose stay."""
        self.held.clear()
        self._darkroom.clear()
        self._readout = self._detector = self._display = self._mask = None
        self._last_pulse_us = self._last_drawn_us = -FORGOTTEN_US

    def new_scene(self) -> None:
        """The next frame starts the display's filter and window afresh, as a run does."""
        if self._display is not None:
            self._display.new_scene()

    @property
    def last_pulse(self) -> Pulse | None:
        """The last pulse's technique and what followed from it."""
        return None if self._last is None else self._last[0]

    # ---- its parts --------------------------------------------------------------------------------

    def _metered(
        self,
        primary: Image,
        rays: Beam,
        wedges: tuple[Wedge, ...],
        situation: Situation,
        pose: Pose,
        side_mm: float,
        blades: Blades,
    ) -> float:
        """Mean signal of the measuring field, 1 = unattenuated, from the coarse picture without noise."""
        cells = METER_CELLS
        opening = self._meter.opening(pose, side_mm, cells, blades, 0.4)
        filtered = self._meter.filtered(pose, side_mm, cells, rays, wedges)
        grid, gap_mm = situation.grid, situation.air_gap_mm
        signal = with_scatter(primary, filtered, opening, side_mm, blades, grid, gap_mm, rays)
        return measured(signal, blades.pixel_window(cells))

    def _read_out(self, side_mm: float, rows: int) -> tuple[Detector, Display]:
        if self._readout != (side_mm, rows) or self._detector is None or self._display is None:
            self._readout = (side_mm, rows)
            self._detector = Detector(self._panel, side_mm, rows, self.seed)
            self._display = Display(rows)
            self.held.clear()
        return self._detector, self._display

    def _air_gap_mm(self, pose: Pose) -> float:
        """Patient to detector, mm."""
        return max(pose.sid_mm - pose.sod_mm - self.paths.half_depth_mm, 10.0)

    def _situation(self, pose: Pose, settings: Settings, open_side_mm: float, order: Order) -> Situation:
        exposure = self.equipment.exposure
        asked = wanted_detector_ngy(
            order.detector_ngy, settings.fov_cm, self.equipment.detector.default_fov_cm
        )
        return Situation(
            source_detector_mm=pose.sid_mm,
            air_gap_mm=self._air_gap_mm(pose),
            field_side_mm=open_side_mm,
            grid=self._grid if settings.grid else None,
            pulses_per_s=order.rate_hz,
            detector_ngy=asked,
            high_level=order.high_level,
            limit_mgy_min=exposure.limit_mgy_min,
            high_level_limit_mgy_min=exposure.high_level_limit_mgy_min,
            run_s=order.run_s,
        )

    def technique_state(self) -> dict[str, Any]:
        """The last pulse's technique, for the page."""
        return technique_facts(self._last[0])["technique"] if self._last is not None else {}

    def shown_dose(self, t_us: int) -> dict[str, Any]:
        """The dose display: rate while X-rays are on, totals, time, frames, the five minutes."""
        return shown_dose(self.dose, t_us)

    # ---- state -----------------------------------------------------------------------------------

    def state(self, t_us: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next picture depends on; no arrays once the lag is forgotten."""
        plain: dict[str, Any] = {
            "control": self.control.state(),
            "dose": self.dose.state(),
            "last_pulse_us": self._last_pulse_us,
            "last_drawn_us": self._last_drawn_us,
            "readout": list(self._readout) if self._readout else None,
            "last": pulse_state(self._last),
            "view": dict(self._view),
            "stance": self._stance.state(),
            "darkroom": self._darkroom.state(),
        }
        arrays: dict[str, NDArray[Any]] = {}
        if (
            t_us - self._last_pulse_us < FORGOTTEN_US
            and self._detector is not None
            and self._display is not None
        ):
            shown, held = self._display.state(), self.held.state()
            arrays = {f"panel_{name}": value for name, value in self._detector.state().items()}
            arrays["shown_kept"] = shown.pop("kept")
            arrays |= {f"held_{i}": frame for i, frame in enumerate(held["frames"])}
            plain["display"] = shown
            plain["held"] = {
                "view": held["view"].hex() if held["view"] else None,
                "count": len(held["frames"]),
            }
            if self._mask is not None:
                arrays["mask"] = self._mask
        return plain, arrays

    def restore(
        self,
        plain: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
        phantom: Callable[[str], Phantom],
    ) -> None:
        """Return to a state taken by :meth:`state`; `phantom` finds a test phantom by its identifier."""
        self.control.restore(plain["control"])
        self.dose.restore(plain["dose"])
        self._last_pulse_us = plain["last_pulse_us"]
        self._last_drawn_us = plain.get("last_drawn_us", self._last_pulse_us)
        self._last = pulse_of(plain["last"])
        self._view = plain.get("view", {})
        self._stance.restore(plain.get("stance"))
        self._readout = None
        if "darkroom" in plain:
            self._darkroom.restore(plain["darkroom"], phantom)
        if plain["readout"] and "panel_fast" in arrays:
            detector, display = self._read_out(*plain["readout"])
            detector.restore({name: arrays[f"panel_{name}"] for name in ("fast", "slow")})
            display.restore({**plain["display"], "kept": arrays["shown_kept"]})
            view = plain["held"]["view"]
            frames = [arrays[f"held_{i}"] for i in range(plain["held"]["count"])]
            self.held.restore({"frames": frames, "view": bytes.fromhex(view) if view else None})
            self._mask = arrays.get("mask")
