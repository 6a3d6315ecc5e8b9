"""Feeds: a secret address per person, shown once, ended by the next one or at will."""

from __future__ import annotations

import pytest

from angiosuite.kit.people import Principal
from angiosuite.records.records import Records

from .conftest import Two


def test_a_feed_is_its_persons_alone_and_the_newest_key_counts(records: Records, two: Two) -> None:
    first = records.feeds.make(two.dora)
    assert records.feeds.identify(first) == Principal(two.dora.person)
    assert records.feeds.exists(two.dora) and not records.feeds.exists(two.ana)
    second = records.feeds.make(two.dora)
    assert records.feeds.identify(first) is None and records.feeds.identify(second) is not None
    records.feeds.revoke(two.ana)
    assert records.feeds.identify(second) is not None
    records.feeds.revoke(two.dora)
    assert records.feeds.identify(second) is None


def test_a_feed_ends_with_its_person(records: Records, two: Two) -> None:
    key = records.feeds.make(two.ana)
    records.people.erase(two.ana)
    assert records.feeds.identify(key) is None


@pytest.mark.parametrize("key", ["", ".", "a.b", "\0.x", "ä.x", "0123456789abcdef.", "x" * 9000])
def test_a_key_of_nobody_opens_nothing(records: Records, two: Two, key: str) -> None:
    records.feeds.make(two.ana)
    assert records.feeds.identify(key) is None
    assert records.feeds.identify(f"{two.ana.person}.{key}") is None
