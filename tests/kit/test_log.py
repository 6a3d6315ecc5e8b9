"""The log is whole lines of plain JSON, whatever happens to the process that writes it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.log import LogWriter, cut_torn_line, read_entries, read_header, whole_bytes

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.dictionaries(st.text(min_size=1), plain, max_size=4))
def test_what_is_written_is_read_back(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    log = LogWriter(path, {"seed": 1})
    log.append(20_000, "event", "x", data)
    log.close()
    assert [entry.data for entry in read_entries(path)] == [data]
    assert all(json.loads(line) for line in path.read_text().splitlines())


@given(cut=st.integers(0, 400))
def test_a_torn_log_keeps_every_whole_line_and_goes_on(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    log = LogWriter(path, {"seed": 1})
    for number in range(5):
        log.append(number * 20_000, "command", "x", {"n": number})
    log.close()
    whole = path.read_bytes()
    header_end = whole.index(b"\n") + 1
    path.write_bytes(whole[: max(header_end, len(whole) - cut)])
    kept = path.read_bytes().count(b"\n") - 1
    again = LogWriter(path)
    assert again.seq == kept
    again.append(10**6, "event", "after", {})
    again.close()
    assert [entry.seq for entry in read_entries(path)] == list(range(1, kept + 2))


def test_an_unknown_kind_is_not_written(tmp_path):
    log = LogWriter(tmp_path / "log.jsonl", {})
    with pytest.raises(ValueError, match="kind"):
        log.append(0, "gossip", "x", {})


def test_a_log_that_is_not_one_is_refused_by_name(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("hello\n")
    with pytest.raises(RefusedInput) as caught:
        read_header(path)
    assert caught.value.code == "log-unreadable"


def test_a_newer_log_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"format": 99}\n')
    with pytest.raises(RefusedInput, match="Update Angiosuite"):
        read_header(path)


def test_cutting_a_whole_log_cuts_nothing(tmp_path):
    path = tmp_path / "log.jsonl"
    LogWriter(path, {}).close()
    assert cut_torn_line(path) == 0


def test_a_line_that_is_being_written_is_no_part_of_a_whole_log(tmp_path):
    path = tmp_path / "log.jsonl"
    LogWriter(path, {}).close()
    whole = path.stat().st_size
    with open(path, "ab") as file:
        file.write(b'{"seq":1,' + b" " * 200_000)
    assert whole_bytes(path) == whole
    assert cut_torn_line(path) > 200_000 and path.stat().st_size == whole
