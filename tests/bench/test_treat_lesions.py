"""A thousand simulated lesions lie within the intervals of the published series."""

from angiosuite.bench import tables
from angiosuite.bench.treat_lesions import rows


def test_every_figure_lies_within_the_interval_of_its_series() -> None:
    measured = list(rows(None))
    assert len(measured) >= 15
    assert [row.name for row in measured if row.reached != "must"] == []


def test_the_table_is_found() -> None:
    assert "lesions" in tables()["treat"].title
