"""The build hook rebuilds the pages exactly when their source changed."""

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling is there only where packages are built")

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
assert _spec
assert _spec.loader
hook = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hook)


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}\n")
    (folder / "src" / "main.ts").write_text("one\ntwo\n")
    return folder


def test_what_npm_leaves_behind_does_not_count_as_source(frontend):
    before = hook.source_hash(frontend)
    for name in ("node_modules", "dist", ".vite"):
        (frontend / name).mkdir()
        (frontend / name / "x.js").write_text("x")
    assert hook.source_hash(frontend) == before


def test_a_changed_line_a_new_file_and_a_new_name_each_change_the_hash(frontend):
    seen = {hook.source_hash(frontend)}
    (frontend / "src" / "main.ts").write_text("one\nthree\n")
    seen.add(hook.source_hash(frontend))
    (frontend / "src" / "more.ts").write_text("")
    seen.add(hook.source_hash(frontend))
    (frontend / "src" / "more.ts").rename(frontend / "src" / "other.ts")
    seen.add(hook.source_hash(frontend))
    assert len(seen) == 4


def test_the_line_ends_of_a_checkout_do_not_count(frontend):
    before = hook.source_hash(frontend)
    (frontend / "src" / "main.ts").write_bytes(b"one\r\ntwo\r\n")
    assert hook.source_hash(frontend) == before


def test_pages_count_as_built_only_with_the_stamp_of_this_source(frontend, tmp_path):
    static = tmp_path / "static"
    assert not hook.is_current(frontend, static)
    static.mkdir()
    (static / "index.html").write_text("<!doctype html>")
    assert not hook.is_current(frontend, static)
    (static / "build.json").write_text(f'{{"frontend": "{hook.source_hash(frontend)}"}}')
    assert hook.is_current(frontend, static)
    (frontend / "src" / "main.ts").write_text("changed")
    assert not hook.is_current(frontend, static)


def test_without_a_lock_file_nothing_is_built_and_the_message_says_why(frontend, tmp_path):
    with pytest.raises(RuntimeError, match=r"package-lock\.json is missing"):
        hook.build_pages(frontend, tmp_path / "static")
    assert not (tmp_path / "static").exists()


def test_a_failing_npm_leaves_the_older_pages_in_place(frontend, tmp_path, monkeypatch):
    (frontend / "package-lock.json").write_text("{}")
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("older")
    monkeypatch.setenv(hook.OWN_NPM, "/bin/false")
    with pytest.raises(RuntimeError, match="registry"):
        hook.build_pages(frontend, static)
    assert (static / "index.html").read_text() == "older"


def test_node_is_asked_for_only_when_the_pages_are_stale(frontend, tmp_path, monkeypatch):
    monkeypatch.delenv(hook.OWN_NPM, raising=False)
    static = tmp_path / "src" / "angiosuite" / "web" / "static"
    one = hook.PagesHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel", None)
    assert one.dependencies() == [hook.NODE_WHEEL]
    static.mkdir(parents=True)
    (static / "index.html").write_text("")
    (static / "build.json").write_text(f'{{"frontend": "{hook.source_hash(frontend)}"}}')
    assert one.dependencies() == []
