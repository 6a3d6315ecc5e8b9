"""The timeline against a log made by hand."""

from angiosuite.kit.log import Entry
from angiosuite.practice.timeline import POINTS, thinned, timeline


def entry(seq: int, t_s: float, kind: str, name: str, **data: object) -> Entry:
    """One line of a log."""
    return Entry(seq, round(t_s * 1e6), kind, name, 1, data)


def test_presses_become_bars_and_pulses_a_curve_that_never_falls() -> None:
    log = [
        entry(1, 1.0, "event", "xray-on", pedal="fluoro", text="X-rays on"),
        entry(2, 1.0, "observation", "frame", kar_mgy=0.2, mode="fluoro"),
        entry(3, 2.0, "observation", "frame", kar_mgy=0.3, mode="fluoro"),
        entry(4, 2.5, "observation", "staff", operator={"chest_usv": 0.4, "eye_usv": 0.1}),
        entry(5, 2.5, "event", "xray-off", pedal="fluoro", text="X-rays off"),
        entry(6, 4.0, "event", "xray-on", pedal="acquire", text="X-rays on"),
        entry(7, 5.0, "observation", "frame", kar_mgy=2.0, mode="run"),
    ]
    told = timeline(log)
    assert told["xray"] == [[1_000_000, 2_500_000, "fluoro"], [4_000_000, 5_000_000, "run"]]
    assert told["kerma"] == [[0, 0.0], [1_000_000, 0.2], [2_000_000, 0.5], [5_000_000, 2.5], [5_000_000, 2.5]]
    assert told["staff"] == [[2_500_000, 0.4]]
    assert told["end_us"] == 5_000_000


def test_hints_answers_and_events_stand_at_their_moments() -> None:
    log = [
        entry(1, 3.0, "event", "hint-shown", level=1, text="Hint 1"),
        entry(2, 7.0, "event", "answered", question="depth", answer="before", text="Answered"),
        entry(3, 8.0, "event", "measured", text="Measured 12 mm"),
    ]
    told = timeline(log)
    assert told["hints"] == [3_000_000]
    assert told["answers"] == [{"t_us": 7_000_000, "question": "depth", "answer": "before"}]
    assert [one["name"] for one in told["events"]] == ["hint-shown", "answered"]


def test_an_empty_log_has_an_empty_timeline() -> None:
    assert timeline([])["xray"] == []
    assert timeline([])["end_us"] == 0


def test_a_thinned_curve_keeps_its_ends() -> None:
    points = [[float(i), float(i * i)] for i in range(10 * POINTS)]
    few = thinned(points)
    assert len(few) == POINTS
    assert few[0] == points[0] and few[-1] == points[-1]
