"""The injector's desk: what is filled, armed and given, what is refused, and how much so far."""

from __future__ import annotations

import pytest

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import Library, load_library
from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.suite.circulation.desk import Desk

STEP_S = 0.002


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def device(library: Library, name: str = "pigtail-5f") -> DeviceItem:
    item = library.get("devices", name).item
    assert isinstance(item, DeviceItem)
    return item


@pytest.fixture
def desk(library: Library) -> Desk:
    desk = Desk(library, 3)
    desk.connect(device(library))
    return desk


def ready(desk: Desk, rate_ml_s: float = 10.0, volume_ml: float = 15.0) -> Desk:
    desk.fill("iohexol-300", True)
    desk.purge()
    desk.injector.check()
    desk.injector.set(rate_ml_s=rate_ml_s, volume_ml=volume_ml, rise_s=0.2, limit_psi=900.0)
    assert not desk.injector.arm()
    return desk


def run(desk: Desk, seconds: float) -> tuple[float, float]:
    """Volume, ml, and iodine, mg, that left the tip."""
    ml = mg = 0.0
    for _ in range(round(seconds / STEP_S)):
        ml_s, mg_ml = desk.give(STEP_S)
        ml += ml_s * STEP_S
        mg += ml_s * mg_ml * STEP_S
    return ml, mg


def test_what_is_set_is_given_and_counted(desk: Desk) -> None:
    ready(desk)
    assert desk.injector.start()
    ml, mg = run(desk, 4.0)
    assert not desk.is_busy
    assert ml == pytest.approx(15.0, abs=0.2) and desk.given_ml == pytest.approx(ml)
    assert desk.given_mg == pytest.approx(mg)
    dead = device(desk._content).catheter.dead_space_ml  # saline lay in the catheter
    assert mg == pytest.approx((15.0 - dead) * 300.0, rel=0.03)
    assert desk.used == {"iohexol-300": pytest.approx(ml, rel=0.02)}


def test_the_rate_rises_and_is_held(desk: Desk) -> None:
    ready(desk)
    desk.injector.start()
    flows = [desk.give(STEP_S)[0] for _ in range(500)]
    assert flows[10] < 2.0 and max(flows) <= 10.2
    assert flows[400] == pytest.approx(10.0, rel=0.02)


def test_the_pressure_limit_holds_the_rate_back_and_is_told(library: Library) -> None:
    desk = Desk(library, 3)
    desk.connect(device(library, "microcatheter-2-4f"))
    ready(desk)
    desk.injector.start()
    run(desk, 2.0)
    most = desk.limits()
    assert most is not None and desk.injector.flow_ml_s < 10.0
    names = [name for name, _ in desk.take_events()]
    assert "pressure-limited" in names
    assert any("takes" in warning for warning in desk.show()["warnings"])


def test_medium_for_the_injector_that_is_not_known_is_refused_with_a_way_out(desk: Desk) -> None:
    for call, code in (
        (lambda: desk.fill("iohexol-30", True), "medium-not-known"),
        (lambda: desk.fill("carbon-dioxide", True), "medium-is-gas"),
        (lambda: desk.choose("renals"), "protocol-not-known"),
    ):
        with pytest.raises(AngiosuiteError) as refused:
            call()
        assert refused.value.code == code and refused.value.way_out


def test_without_a_catheter_nothing_is_pushed_and_nothing_armed(library: Library) -> None:
    desk = Desk(library, 3)
    for call in (lambda: desk.puff(3.0, 2.0), lambda: desk.flush(5.0)):
        with pytest.raises(WrongUse) as refused:
            call()
        assert refused.value.code == "no-catheter" and refused.value.way_out
    desk.fill("iohexol-300", False)
    assert desk.injector.arm() == ("no catheter connected",)
    assert desk.give(STEP_S) == (0.0, 0.0) and desk.limits() is None


def test_an_injector_that_is_not_purged_gives_air(desk: Desk) -> None:
    desk.fill("iohexol-300", True)
    assert desk.injector.check() == "seen"
    desk.injector.set(rate_ml_s=10.0, volume_ml=20.0)
    assert not desk.injector.arm()
    assert desk.show()["warnings"]
    desk.injector.start()
    run(desk, 4.0)
    names = [name for name, _ in desk.take_events()]
    assert {"armed-without-air-check", "air-injected"} <= set(names)
    assert desk.air_ml > 1.0 and desk.given_ml < 20.0


def test_a_puff_is_given_by_hand_and_a_flush_counts_no_contrast(desk: Desk) -> None:
    desk.puff(4.0, 2.0)
    ml, mg = run(desk, 6.0)
    assert not desk.is_busy and ml == pytest.approx(4.0, rel=0.05) and mg > 0.0
    used = dict(desk.used)
    desk.flush(10.0)
    ml, mg = run(desk, 6.0)
    dead = device(desk._content).catheter.dead_space_ml
    assert ml == pytest.approx(10.0, rel=0.05) and desk.used == used
    assert mg == pytest.approx(dead * 300.0, rel=0.25)  # contrast that lay in the catheter


def test_an_aborted_injection_stops(desk: Desk) -> None:
    ready(desk)
    desk.injector.start()
    before, _ = run(desk, 0.6)
    desk.injector.abort()
    after, _ = run(desk, 1.0)
    assert 0.0 < before < 7.0 and after < 1.0 and not desk.is_busy


def test_a_protocol_sets_the_injector(desk: Desk) -> None:
    item = desk.choose("abdominal-aorta")
    setting = desk.injector.setting
    assert (setting.rate_ml_s, setting.volume_ml) == (item.rate_ml_s, item.volume_ml)
    assert desk.show()["protocol"] == item.id


def test_a_warm_medium_passes_faster(desk: Desk) -> None:
    desk.fill("iohexol-350", False)
    cold = desk.limits()
    desk.fill("iohexol-350", True)
    warm = desk.limits()
    assert cold is not None and warm is not None and warm["rate_ml_s"] > cold["rate_ml_s"]


@pytest.mark.parametrize("by", ["injector", "hand"])
def test_a_state_amid_an_injection_goes_on_as_it_was(library: Library, by: str) -> None:
    one, other = Desk(library, 3), Desk(library, 3)
    one.connect(device(library))
    if by == "injector":
        ready(one).injector.start()
    else:
        one.fill("iohexol-300", True)
        one.purge()
        one.puff(8.0, 3.0)
    run(one, 0.7)
    plain, arrays = one.state()
    other.connect(device(library))
    other.restore(plain, arrays)
    assert run(one, 3.0) == run(other, 3.0)
    (a, x), (b, y) = one.state(), other.state()
    assert a == b and x.keys() == y.keys() and all((x[k] == y[k]).all() for k in x)


def test_only_catheters_are_offered_for_placing(library: Library) -> None:
    offered = [one["id"] for one in Desk(library, 3).catheters()]
    devices = {k: one.item for k, one in library.items["devices"].items() if isinstance(one.item, DeviceItem)}
    tubes = {k: one.catheter for k, one in devices.items() if one.part.kind == "catheter"}
    assert set(offered) == {k for k, one in tubes.items() if one.balloon is None and one.stent is None}
    assert "pigtail-5f" in offered and len(offered) < len(devices)
