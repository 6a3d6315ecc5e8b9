"""What lies in a tube: air until it is flushed, blood that came in at the tip, clot that grows in it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.flow.lumen_column import Parcel
from angiosuite.suite.instruments.tube_lumen import TubeLumen


def tube() -> TubeLumen:
    return TubeLumen(bore_mm=1.0, length_mm=1000.0, dead_space_ml=0.9)


def stood(minutes: float, act_s: float = 120.0, heparin_iu_ml: float = 0.0) -> TubeLumen:
    """A tube that was flushed, filled with blood and left."""
    one = tube()
    one.flush(5.0, heparin_iu_ml)
    one.aspirate(0.9)
    for _ in range(round(60 * minutes)):
        one.advance(1.0, act_s)
    return one


def test_it_comes_from_its_packet_full_of_air_and_a_flush_pushes_all_of_it_out() -> None:
    one = tube()
    assert one.air_ml == pytest.approx(0.9) and not one.is_flushed
    told = one.flush(5.0)
    assert told.air_ml == pytest.approx(0.9) and told.clot_mm3 == 0.0
    assert one.is_flushed


def test_a_flush_smaller_than_the_dead_space_leaves_air() -> None:
    one = tube()
    assert one.flush(0.5).air_ml == pytest.approx(0.5)
    assert one.air_ml == pytest.approx(0.4) and not one.is_flushed


def test_aspirating_before_flushing_sends_no_air_into_the_patient() -> None:
    one = tube()
    assert one.aspirate(3.0).air_ml == pytest.approx(0.9)
    assert one.flush(5.0).air_ml == pytest.approx(0.0)


def test_an_injector_that_pushes_through_the_column_finds_the_air_too() -> None:
    one = tube()
    out = [one.push(Parcel(0.1, 30.0)) for _ in range(20)]
    assert sum(parcel.gas_ml for parcel in out) == pytest.approx(0.9)
    assert sum(parcel.iodine_mg for parcel in out) == pytest.approx(300.0 * (2.0 - 0.9))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["flush", "inject", "aspirate", "wait"]), st.floats(0.01, 4.0))))
def test_the_lumen_is_always_full_and_nothing_of_air_or_iodine_is_made(acts: list[tuple[str, float]]) -> None:
    one = tube()
    air, iodine = one.content.gas_ml, 0.0
    for what, size in acts:
        if what == "flush":
            told = one.flush(size)
            air, iodine = air - told.air_ml, iodine - told.iodine_mg
        elif what == "inject" and one.holds_psi < 80.0:
            told = one.inject(size, 300.0)
            air, iodine = air - told.air_ml, iodine + 300.0 * size - told.iodine_mg
        elif what == "aspirate":
            drawn = one.aspirate(size)
            air -= drawn.air_ml
            iodine = one.content.iodine_mg if drawn.ml else iodine
        else:
            one.advance(100.0 * size, 120.0)
            air, iodine = one.content.gas_ml, one.content.iodine_mg
        assert one.content.ml == pytest.approx(0.9)
        assert one.content.gas_ml == pytest.approx(air, abs=1e-9)
        assert one.content.iodine_mg == pytest.approx(iodine, abs=1e-6)
        assert 0.0 <= one.blood_ml <= 0.9 + 1e-12
        assert 0.0 <= one.clot_mm3 <= 900.0


def test_blood_runs_back_through_an_open_hub_at_its_poiseuille_flow() -> None:
    one = tube()
    one.flush(5.0)
    lost = sum(one.advance(1.0, 120.0, hub_is_open=True, mmhg=90.0) for _ in range(60))
    flow_ml_s = np.pi * (0.5e-3) ** 4 * 90.0 * 133.322 / (8.0 * 4e-3 * 1.0) * 1e6
    assert one.blood_ml == pytest.approx(0.9)
    assert lost == pytest.approx(60.0 * flow_ml_s - 0.9, rel=1e-4)


def test_behind_a_closed_hub_blood_creeps_into_less_than_a_third() -> None:
    one = tube()
    one.flush(5.0)
    one.advance(3600.0, 120.0)
    assert 0.2 < one.blood_ml / 0.9 < 0.31


@pytest.mark.parametrize(
    ("heparin_iu_ml", "minutes", "share"),
    [(0.0, 10.0, 0.65), (0.0, 30.0, 1.0), (5.0, 10.0, 0.19), (5.0, 30.0, 0.46)],
)
def test_clot_grows_as_in_catheters_that_were_left_standing(
    heparin_iu_ml: float, minutes: float, share: float
) -> None:
    """Shares of catheters with clots in "Blood Clot Formation in Angiographic Catheters" (abstract)."""
    one = stood(minutes, heparin_iu_ml=heparin_iu_ml)
    assert one.clot_mm3 / 900.0 == pytest.approx(share, abs=0.06)


def test_blood_that_stands_shorter_than_two_minutes_does_not_clot() -> None:
    assert stood(1.9).clot_mm3 == 0.0
    assert stood(3.0).is_clotted


def test_the_longer_the_clotting_time_the_less_clot() -> None:
    grown = [stood(10.0, act_s).clot_mm3 for act_s in (120.0, 160.0, 200.0, 250.0, 299.0, 310.0)]
    assert all(a > b for a, b in pairwise(grown))
    assert grown[-1] == 0.0


def test_time_in_one_step_or_in_many_grows_the_same_clot() -> None:
    one = tube()
    one.flush(5.0, 0.0)
    one.aspirate(0.9)
    one.advance(600.0, 120.0)
    assert one.clot_mm3 == pytest.approx(stood(10.0).clot_mm3, rel=1e-9)


def test_a_flush_every_two_minutes_keeps_it_free_of_clot() -> None:
    one = tube()
    one.flush(5.0)
    left = 0.0
    for _ in range(15):
        one.advance(115.0, 120.0)
        left += one.flush(5.0).clot_mm3
    assert left == 0.0 and one.clot_mm3 == 0.0


def test_what_is_pushed_carries_the_clot_out_and_a_double_flush_does_not() -> None:
    careless, careful = stood(4.0), stood(4.0)
    grown = careless.clot_mm3
    assert careless.flush(5.0).clot_mm3 == pytest.approx(grown)
    short = stood(4.0)
    assert short.flush(0.3).clot_mm3 == pytest.approx(grown / 3.0)
    assert careful.aspirate(3.0).clot_mm3 == pytest.approx(grown)
    assert careful.flush(5.0).clot_mm3 == 0.0


def test_a_lumen_full_of_old_clot_resists_hand_and_suction_until_pressure_moves_it() -> None:
    one = stood(40.0)
    assert one.aspirate(5.0).is_blocked and one.flush(5.0).is_blocked
    assert one.open_mm < 0.3
    assert one.flush(5.0, psi=600.0).clot_mm3 > 800.0


def test_clot_of_ten_minutes_withstands_suction_and_a_hand_drives_it_into_the_patient() -> None:
    one = stood(10.0)
    assert one.aspirate(5.0).is_blocked
    assert one.flush(5.0).clot_mm3 > 500.0


def test_a_push_in_drops_does_what_one_push_does() -> None:
    whole, drops = stood(4.0), stood(4.0)
    whole.push(Parcel(0.4, 120.0))
    for _ in range(100):
        drops.push(Parcel(0.004, 1.2))
    for one in (whole, drops):
        one.advance(300.0, 120.0)
    assert drops.take_clot_mm3() == pytest.approx(whole.take_clot_mm3(), rel=1e-9)
    assert drops.stood_s == pytest.approx(whole.stood_s, rel=1e-9)
    assert drops.clot_mm3 == pytest.approx(whole.clot_mm3, rel=1e-9)


def test_clot_that_an_injector_pushed_out_is_told_once() -> None:
    one = stood(5.0)
    grown = one.clot_mm3
    one.push(Parcel(2.0))
    assert one.take_clot_mm3() == pytest.approx(grown)
    assert one.take_clot_mm3() == 0.0


def test_a_restored_lumen_goes_on_as_the_first() -> None:
    one = stood(6.0, heparin_iu_ml=2.0)
    one.flush(0.2)
    kept = one.state()
    other = tube()
    other.restore(kept)
    for lumen in (one, other):
        lumen.advance(400.0, 150.0)
        lumen.flush(0.4)
    assert all(np.array_equal(value, other.state()[key]) for key, value in one.state().items())


def test_the_state_of_a_plain_column_can_be_gone_on_from() -> None:
    other = tube()
    other.restore({"parcels": np.array([[0.9, 12.0, 0.0]])})
    assert other.blood_ml == other.clot_mm3 == 0.0
    assert other.content.iodine_mg == 12.0


def test_an_agent_that_is_drawn_back_comes_into_the_syringe_and_not_out_of_the_tip() -> None:
    tube = TubeLumen(0.7, 1300.0, 0.5)
    tube.flush(1.0)
    tube.push(Parcel(0.3, 0.0, 0.0, ((1, 0.03),)))
    tube.aspirate(0.5)
    assert tube.take_agents() == ()
    assert tube.drawn_ml[1] == pytest.approx(0.03)
    again = TubeLumen(0.7, 1300.0, 0.5)
    again.restore(tube.state())
    assert again.drawn_ml == tube.drawn_ml
