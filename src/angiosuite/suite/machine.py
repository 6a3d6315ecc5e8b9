"""The machine's content as what the engine needs: gantry, settings, offers. Content becomes physics here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.equipment import Pose as StoredPose
from angiosuite.content.exposure import Acquisition as AcquisitionOffer
from angiosuite.imaging.detector import Panel
from angiosuite.imaging.exposure_control import FLUOROSCOPY, SINGLE_SHOT, Programme, Pulse
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.scatter import GridModel
from angiosuite.physics.xray.tube import TubeLimits

from .acquisition import Acquisition
from .gantry import Axis, GantrySpec
from .order import Order
from .pose import Pose
from .settings import Settings


def gantry_spec(item: EquipmentItem) -> GantrySpec:
    """Travel, speeds, housings and stored positions of gantry and table."""
    g, t = item.gantry, item.table
    entries = {
        "rotation": g.rotation_deg,
        "angulation": g.angulation_deg,
        "sid": g.sid_mm,
        "detector_rotation": g.detector_rotation_deg,
        "table_x": t.x_mm,
        "table_y": t.y_mm,
        "table_z": t.z_mm,
        "table_tilt": t.tilt_deg,
    }
    home = Pose(
        rotation_deg=g.rotation_deg.start,
        angulation_deg=g.angulation_deg.start,
        sid_mm=g.sid_mm.start,
        table_x_mm=t.x_mm.start,
        table_y_mm=t.y_mm.start,
        table_z_mm=t.z_mm.start,
        table_tilt_deg=t.tilt_deg.start,
        detector_rotation_deg=g.detector_rotation_deg.start,
        sod_mm=g.sod_mm,
    )
    return GantrySpec(
        axes={name: Axis(a.low, a.high, a.speed_per_s) for name, a in entries.items()},
        home=home,
        stored={entry.id: _stored(entry, home) for entry in g.stored_positions},
        detector_half_mm=g.housing.detector_radius_mm,
        tube_radius_mm=g.housing.tube_radius_mm,
        table_half_width_mm=t.top_width_mm / 2,
        clearance_mm=g.housing.clearance_mm,
    )


def _stored(entry: StoredPose, home: Pose) -> Pose:
    given = {
        name: value
        for name in (
            "rotation_deg",
            "angulation_deg",
            "sid_mm",
            "detector_rotation_deg",
            "table_x_mm",
            "table_y_mm",
            "table_z_mm",
        )
        if (value := getattr(entry, name)) is not None
    }
    return home.moved(given)


def field_mm(item: EquipmentItem, fov_cm: float) -> float:
    """Side of the square read out for a nominal field of view, mm."""
    for entry in item.detector.fields:
        if entry.fov_cm == fov_cm:
            return min(entry.width_mm, entry.height_mm)
    raise WrongUse(
        "The machine has no such field of view",
        code="fov-unknown",
        where=item.id,
        value=fov_cm,
        way_out=f"Choose {', '.join(f'{entry.fov_cm:g}' for entry in item.detector.fields)} cm.",
    )


def offers(item: EquipmentItem) -> dict[str, Any]:
    """What can be chosen, for the page."""
    e = item.exposure
    return {
        "fovs": [entry.fov_cm for entry in item.detector.fields],
        "pulse_rates": list(e.pulse_rates_hz),
        "dose_levels": [{"id": level.id, "title": level.title} for level in e.fluoroscopy_levels],
        "frame_sizes": [512, 1024],
    }


def default_settings(item: EquipmentItem) -> Settings:
    """What the machine starts with."""
    e = item.exposure
    return Settings(
        fov_cm=item.detector.default_fov_cm,
        pulse_rate=e.default_pulse_rate_hz,
        dose_level=e.default_level,
        grid=True,
        frame_size=512,
    )


def changed_settings(item: EquipmentItem, now: Settings, changes: Mapping[str, Any]) -> Settings:
    """Settings after a choice; `WrongUse` names what the machine offers instead."""
    allowed: dict[str, list[Any]] = {
        "fov_cm": [entry.fov_cm for entry in item.detector.fields],
        "pulse_rate": list(item.exposure.pulse_rates_hz),
        "dose_level": [level.id for level in item.exposure.fluoroscopy_levels],
    }
    for name, options in allowed.items():
        if name in changes and changes[name] not in options:
            raise WrongUse(
                "The machine does not offer this",
                code="setting-not-offered",
                where=name,
                value=changes[name],
                way_out=f"Choose one of {', '.join(str(option) for option in options)}.",
            )
    return now.changed(changes)


def fluoroscopy(item: EquipmentItem, settings: Settings, high_level: bool) -> Order:
    """A pulse of fluoroscopy."""
    levels = item.exposure.fluoroscopy_levels
    level = next((entry for entry in levels if entry.id == settings.dose_level), levels[0])
    return Order(
        mode="fluoro",
        programme=FLUOROSCOPY,
        detector_ngy=level.detector_ngy,
        rate_hz=settings.pulse_rate,
        matrix=settings.frame_size,
        high_level=high_level,
    )


def single_shot(item: EquipmentItem, settings: Settings) -> Order:
    """A single shot."""
    levels = item.exposure.shot_levels
    level = next((entry for entry in levels if entry.id == settings.dose_level), levels[0])
    return Order("shot", SINGLE_SHOT, level.detector_ngy, 0.0, settings.frame_size)


def run_frame(
    offer: AcquisitionOffer, chosen: Acquisition, rate_hz: float, locked: Pulse | None = None
) -> Order:
    """A frame of a run, by the programme's own curve and dose level."""
    c = offer.curve
    programme = Programme(
        name=offer.title,
        filters_cu_mm=tuple(c.filters_cu_mm),
        kv_thin=c.kv_thin,
        kv_plateau=c.kv_plateau,
        kv_high=c.kv_high,
        preferred_ms=c.preferred_ms,
        longest_ms=c.longest_ms,
        highest_power_kw=c.highest_power_kw,
    )
    level = next(entry for entry in offer.levels if entry.id == chosen.level)
    return Order(
        mode="run",
        programme=programme,
        detector_ngy=level.detector_ngy,
        rate_hz=rate_hz,
        matrix=chosen.matrix,
        run_s=chosen.total_s,
        locked=locked,
    )


def acquisition_offers(offers: Mapping[str, AcquisitionOffer]) -> list[dict[str, Any]]:
    """The programmes of runs, for the page."""
    return [
        {
            "id": offer.id,
            "title": offer.title,
            "kind": offer.kind,
            "rates_hz": list(offer.rates_hz),
            "levels": [{"id": level.id, "title": level.title} for level in offer.levels],
            "matrices": list(offer.matrices),
            "phases": [{"rate_hz": phase.rate_hz, "seconds": phase.seconds} for phase in offer.phases],
            "longest_s": offer.longest_s,
        }
        for offer in offers.values()
    ]


def tube_limits(item: EquipmentItem) -> TubeLimits:
    """Limits of tube and generator."""
    t = item.tube
    return TubeLimits(
        kv_low=t.kv.low,
        kv_high=t.kv.high,
        ma_low=t.ma.low,
        ma_high=t.ma.high,
        pulse_ms_low=t.pulse_ms.low,
        pulse_ms_high=t.pulse_ms.high,
        focal_spots=tuple((spot.size_mm, spot.power_kw) for spot in t.focal_spots),
        continuous_power_kw=t.continuous_power_kw,
        anode_heat_kj=t.anode_heat_kj,
        filters_cu_mm=t.copper_filters_mm,
    )


def panel(item: EquipmentItem) -> Panel:
    """The flat panel."""
    d = item.detector
    return Panel(
        pixel_mm=d.pixel_mm,
        swank=d.swank,
        mtf_1_per_mm=d.mtf_1_per_mm,
        mtf_2_per_mm=d.mtf_2_per_mm,
        electronic_noise_ngy=d.electronic_noise_ngy,
        lag_first_frame=d.lag_first_frame,
        lag_after_1_s=d.lag_after_1_s,
    )


def grid(item: EquipmentItem) -> GridModel:
    """The anti-scatter grid."""
    return GridModel(primary=item.grid.primary_transmission, scatter=item.grid.scatter_transmission)
