"""A run as one file: there and back, without its owner, and every bad file refused whole."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.debrief import Debrief
from angiosuite.practice.sharing import challenge, pack, read_challenge, unpack


@pytest.fixture
def file(made: Callable[..., AttemptSample], tmp_path: Path) -> bytes:
    """A passed attempt as a file."""
    sample = made()
    sample.held(9.0)
    sample.held(3.0)
    sample.answer("before")
    sample.finish()
    Debrief(sample.attempt).judged()
    pack(sample.attempt, tmp_path / "one.angiorun")
    return (tmp_path / "one.angiorun").read_bytes()


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """The file with one of its parts replaced, added or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        if content is not None:
            new.writestr(name, content)
    return out.getvalue()


def test_a_run_comes_back_with_its_score_and_pictures_and_without_its_owner(home: Home, file: bytes) -> None:
    facts = unpack(file, home.root / "shared" / "run-1", home)
    folder = AttemptFolder(home.root / "shared" / "run-1")
    assert facts.drill == "sample-centring"
    assert folder.session.facts().owner == ""
    assert Debrief(folder).judged()["score"] == 100.0
    held = [e.data["index"] for e in folder.entries() if e.name == "frame" and e.data["mode"] == "held"]
    assert all(folder.session.frame_jpeg(index)[:2] == b"\xff\xd8" for index in held)


def test_disputes_and_checkpoints_stay_at_home(made: Callable[..., AttemptSample], tmp_path: Path) -> None:
    sample = made()
    sample.held(3.0)
    sample.finish()
    sample.attempt.write("disputes", [{"text": "wrong"}])
    pack(sample.attempt, tmp_path / "one.angiorun")
    names = zipfile.ZipFile(tmp_path / "one.angiorun").namelist()
    assert not [name for name in names if "disputes" in name or "checkpoint" in name]


def test_a_file_that_was_changed_is_refused_and_nothing_remains(home: Home, file: bytes) -> None:
    bad = changed(file, "log.jsonl", b'{"format":1}\n')
    with pytest.raises(RefusedInput, match="changed or damaged"):
        unpack(bad, home.root / "shared" / "run-1", home)
    assert not (home.root / "shared" / "run-1").exists()
    assert list(home.tmp.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../out", "/etc/x", "a/../../x", "frames/../../x", "C:x", "frames\\..\\x", ".hidden"]
)
def test_a_file_that_names_another_place_is_refused(home: Home, file: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["files"][name] = "0" * 64
    bad = changed(file, "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(RefusedInput):
        unpack(bad, home.root / "shared" / "run-1", home)
    assert not (home.root / "shared").exists() or list((home.root / "shared").iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_run_is_refused_by_name(home: Home, data: bytes) -> None:
    with pytest.raises(RefusedInput):
        unpack(data, home.root / "shared" / "run-1", home)


def test_a_file_cut_anywhere_is_refused_or_whole(home: Home, file: bytes) -> None:
    for cut in range(0, len(file) - 1, max(len(file) // 40, 1)):
        with pytest.raises(RefusedInput):
            unpack(file[:cut], home.root / "shared" / f"run-{cut}", home)


def test_a_challenge_asks_for_the_same_patient_and_start(made: Callable[..., AttemptSample]) -> None:
    facts = made(seed=41).attempt.facts()
    asked = read_challenge(json.dumps(challenge(facts, "A. Teacher")).encode())
    assert (asked["drill"], asked["patient"], asked["seed"]) == (facts.drill, facts.patient, 41)
    assert asked["by"] == "A. Teacher"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"kind":"challenge","drill":"../x","patient":"a","seed":1}',
             '{"kind":"challenge","drill":"a","patient":"b","seed":-1}',
             '{"kind":"challenge","drill":"a","patient":"b","seed":"1"}']
)  # fmt: skip
def test_a_broken_challenge_is_refused(text: str) -> None:
    with pytest.raises(RefusedInput):
        read_challenge(text.encode())


def test_a_log_that_names_other_files_gives_none_of_them_away(
    made: Callable[..., AttemptSample], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_text("secret")
    sample = made()
    sample.held(3.0)
    sample.finish()
    log = sample.folder.log
    log.write_text(log.read_text().replace('"file":"000', f'"file":"{secret}","was":"000'))
    assert str(secret) in log.read_text()
    pack(sample.attempt, tmp_path / "one.angiorun")
    names = zipfile.ZipFile(tmp_path / "one.angiorun").namelist()
    assert not [name for name in names if "secret" in name]
