"""The home folder is made, kept, upgraded, and gives back what was removed."""

import json

import pytest

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.home import Home, atomic_write


def test_a_removed_folder_comes_back_whole(tmp_path):
    home = Home(tmp_path / "home").open()
    folder = home.sessions / "s1"
    folder.mkdir()
    (folder / "a.txt").write_text("kept")
    key = home.discard(folder, "session")
    assert not folder.exists() and [t.key for t in home.trashed("session")] == [key]
    home.restore(key, home.sessions)
    assert (folder / "a.txt").read_text() == "kept"


@pytest.mark.parametrize("key", ["", "..", "../x", "session--none", "a/b"])
def test_restoring_what_was_never_removed_is_refused(tmp_path, key):
    home = Home(tmp_path).open()
    with pytest.raises(RefusedInput):
        home.restore(key, home.sessions)


def test_a_newer_home_is_left_alone(tmp_path):
    (tmp_path / "version.json").write_text(json.dumps({"layout": 99}))
    with pytest.raises(RefusedInput, match="newer"):
        Home(tmp_path).open()
    assert json.loads((tmp_path / "version.json").read_text()) == {"layout": 99}


def test_a_home_that_cannot_be_made_says_how_to_choose_another(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AngiosuiteError, match="ANGIOSUITE_HOME"):
        Home(tmp_path / "file" / "home").open()


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "settings.json"
    atomic_write(target, "old")

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        atomic_write(target, "new")
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]


def test_disk_use_counts_bytes_by_purpose(tmp_path):
    home = Home(tmp_path).open()
    (home.sessions / "x").write_bytes(b"12345")
    assert home.disk_use()["sessions"] == 5
