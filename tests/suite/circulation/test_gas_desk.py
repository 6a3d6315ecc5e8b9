"""Carbon dioxide by hand: filled, purged, given, and what is dangerous is told."""

from __future__ import annotations

import pytest

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import Library, load_library
from angiosuite.kit.errors import WrongUse
from angiosuite.suite.circulation.gas_desk import GasDesk

STEP_S = 0.002
SECOND_US = 1_000_000


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def connected(library: Library) -> GasDesk:
    item = library.get("devices", "pigtail-5f").item
    assert isinstance(item, DeviceItem)
    desk = GasDesk(library)
    desk.connect(item)
    return desk


@pytest.fixture
def desk(library: Library) -> GasDesk:
    return connected(library)


def run(desk: GasDesk, seconds: float) -> tuple[float, float, float]:
    """CO2, air and liquid that left the tip, ml."""
    pushes = [desk.give(93.0, STEP_S) for _ in range(round(seconds / STEP_S))]
    return sum(p.co2_ml for p in pushes), sum(p.air_ml for p in pushes), sum(p.liquid_ml for p in pushes)


def purged(desk: GasDesk, ml: float = 40.0) -> GasDesk:
    desk.fill(ml)
    for _ in range(3):
        desk.purge()
    return desk


def test_an_empty_syringe_is_refused_with_a_way_out(desk: GasDesk) -> None:
    for call in (desk.purge, lambda: desk.inject(20.0, 0)):
        with pytest.raises(WrongUse) as refused:
            call()
        assert refused.value.code == "gas-empty" and refused.value.way_out


def test_every_purge_leaves_less_air(desk: GasDesk) -> None:
    desk.fill(40.0)
    shares = [desk.syringe.air_share]
    for _ in range(3):
        desk.purge()
        shares.append(desk.syringe.air_share)
    assert shares == sorted(shares, reverse=True) and shares[0] > 0.05 > 0.01 > shares[-1]
    assert desk.show(0)["air"] == "clear"


def test_gas_that_was_not_purged_carries_air_and_that_is_told(desk: GasDesk) -> None:
    desk.fill(40.0)
    assert desk.faults(30.0, artery=True, above=False, now_us=0) == ("air-in-reservoir",)
    desk.inject(30.0, 0)
    _, air, _ = run(desk, 5.0)
    assert air > 0.5


def test_gas_drives_the_liquid_out_first_and_all_of_it_comes(desk: GasDesk) -> None:
    purged(desk)
    desk.inject(20.0, 0)
    co2, air, liquid = run(desk, 6.0)
    assert not desk.is_busy and liquid > 0.3
    assert co2 + air == pytest.approx(20.0 * 760.0 / (760.0 + 93.0), rel=0.12)  # at the blood's pressure
    assert desk.given_ml == pytest.approx(co2 + air)
    assert air < 0.01 * co2


def test_dangers_are_told_where_they_are(desk: GasDesk) -> None:
    purged(desk, 100.0)
    assert desk.faults(30.0, artery=True, above=False, now_us=0) == ()
    assert desk.faults(30.0, artery=True, above=True, now_us=0) == ("gas-above-diaphragm",)
    assert desk.faults(30.0, artery=False, above=True, now_us=0) == ()
    assert "gas-too-much" in desk.faults(1.5 * desk.rules.most_ml, artery=True, above=False, now_us=0)


def test_gas_again_too_soon_is_told_but_not_behind_a_small_push(desk: GasDesk) -> None:
    purged(desk)
    desk.inject(4.0, 0)
    assert desk.faults(20.0, artery=True, above=False, now_us=SECOND_US) == ()
    desk.inject(20.0, SECOND_US)
    assert desk.show(2 * SECOND_US)["wait_s"] > 0
    assert desk.faults(20.0, artery=True, above=False, now_us=2 * SECOND_US) == ("gas-too-soon",)
    later = round((desk.rules.interval_s + 2.0) * SECOND_US)
    assert desk.faults(20.0, artery=True, above=False, now_us=later) == ()


def test_a_state_amid_a_push_goes_on_as_it_was(library: Library) -> None:
    one, other = connected(library), connected(library)
    purged(one)
    one.inject(20.0, 5)
    run(one, 0.4)
    other.restore(*one.state())
    assert run(one, 3.0) == run(other, 3.0) and one.show(9) == other.show(9)
