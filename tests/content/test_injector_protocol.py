"""Injector protocols as content: a default that a room can use, faults that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.injector_protocol import NOTE, ProtocolItem
from angiosuite.content.scaffold import new

PROTOCOLS: dict[str, ProtocolItem] = {
    identity: loaded.item
    for identity, loaded in load_library().items["protocols"].items()
    if isinstance(loaded.item, ProtocolItem)
}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("rate_ml_s: 5\n", "rate_ml_s: 9\n", "rate_ml_s", "not within the usual"),
        ("volume_ml: 10\n", "volume_ml: 40\n", "volume_ml", "not within the usual"),
        ("xray_delay_s: 0 ", "xray_delay_s: 2 ", "xray_delay_s", "only one"),
        ("rise_s: 0.3", "rise_s: 6", "rise_s", "longer than the volume"),
        ("limit_psi: 600", "limit_psi: 2000", "limit_psi", "1200"),
        ("catheters: [double-curve, ", "catheters: [wire, ", "catheters[0]", "one of"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("protocol", "someone", tmp_path) / "protocol.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def test_a_protocol_is_a_default_and_says_so() -> None:
    assert "not an answer key" in NOTE


@pytest.mark.parametrize("identity", PROTOCOLS)
def test_the_run_outlasts_the_injection_and_a_catheter_of_its_family_exists(identity: str) -> None:
    protocol = PROTOCOLS[identity]
    lasts_s = protocol.injection_delay_s + protocol.volume_ml / protocol.rate_ml_s + protocol.rise_s / 2
    assert protocol.run.seconds > lasts_s
    devices = [one.item for one in load_library().items["devices"].values()]
    parts = [one.part for one in devices if isinstance(one, DeviceItem)]
    families = {part.family for part in parts if isinstance(part, Catheter)}
    assert set(protocol.catheters) <= families


@pytest.mark.parametrize("identity", PROTOCOLS)
def test_only_flush_catheters_and_great_veins_take_more_than_eight_ml_a_second(identity: str) -> None:
    protocol = PROTOCOLS[identity]
    assert protocol.rate_ml_s <= 8 or protocol.catheters == ("flush",)


def test_the_survey_of_neuroradiology_is_met_within_a_standard_deviation() -> None:
    """Yousem and Trinh 2001: means (SD) of rate and volume of 63 programmes."""
    for identity, rate, rate_sd, volume, volume_sd in (
        ("common-carotid", 7.2, 1.8, 9.9, 2.0),
        ("internal-carotid", 5.8, 1.4, 7.9, 1.5),
        ("vertebral", 5.4, 1.2, 7.8, 1.7),
    ):
        assert PROTOCOLS[identity].rate_ml_s == pytest.approx(rate, abs=rate_sd)
        assert PROTOCOLS[identity].volume_ml == pytest.approx(volume, abs=volume_sd)
