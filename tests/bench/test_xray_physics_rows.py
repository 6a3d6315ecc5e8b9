"""The bench's quick physics rows reach their targets; the Monte Carlo ones run in the bench itself."""

from itertools import islice

from angiosuite.bench import tables
from angiosuite.bench.xray_physics import iodine_contrast_percent, rows


def test_contrast_and_attenuation_reach_the_aim() -> None:
    measured = list(islice(rows(None), 3))
    assert [row.reached for row in measured] == ["aim", "aim", "aim"]


def test_iodine_contrast_is_far_below_its_target() -> None:
    assert iodine_contrast_percent()[0] < 0.3


def test_the_table_is_found() -> None:
    assert "X-ray physics" in tables()["xray"].title
