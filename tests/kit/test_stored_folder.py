"""A stored folder is there whole or as it was; what cannot be read is one error."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.kit.stored_folder import Reading, StoredFolderError, check_format, written_whole


def test_a_folder_appears_when_all_is_written_and_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "thing"
    for text in ("one", "two"):
        with written_whole(target) as scratch:
            (scratch / text).write_text(text)
            assert not (target / text).exists()
        assert [path.name for path in target.iterdir()] == [text]
    assert list(target.parent.iterdir()) == [target]


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "thing"
    with written_whole(target) as scratch:
        (scratch / "kept").write_text("kept")

    def fail() -> None:
        with written_whole(target) as scratch:
            (scratch / "half").write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert list(tmp_path.iterdir()) == [target] and [path.name for path in target.iterdir()] == ["kept"]


@pytest.mark.parametrize("harm", [OSError("gone"), KeyError("layers"), ValueError("cut"), TypeError("none")])
def test_what_goes_wrong_in_reading_is_one_error_that_says_what_where_and_the_way_out(
    tmp_path: Path, harm: Exception
) -> None:
    with pytest.raises(StoredFolderError) as found, Reading("body", tmp_path, "Delete it."):
        raise harm
    assert found.value.code == "stored-folder" and found.value.__cause__ is harm
    assert (
        "body" in str(found.value) and str(tmp_path) in str(found.value) and "Delete it." in str(found.value)
    )


def test_another_format_is_refused_and_other_faults_pass_unchanged(tmp_path: Path) -> None:
    with pytest.raises(StoredFolderError, match="format 9, expected 1"), Reading("body", tmp_path, "."):
        check_format(9, 1)
    with pytest.raises(ZeroDivisionError), Reading("body", tmp_path, "."):
        raise ZeroDivisionError
    with Reading("body", tmp_path, "."):
        check_format(1, 1)
