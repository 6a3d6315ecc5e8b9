"""Search: every title finds its page first, any text is safe, and the file is made whole or not at all."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.content import load_library
from angiosuite.content.scaffold import new
from angiosuite.learning.guide.passages import hash_of, passages_of
from angiosuite.learning.guide.search_index import Passage, SearchIndex, folded, words_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The index of all that ships."""
    return index_of(tmp_path_factory.mktemp("cache"), passages_of(load_library()))


def index_of(folder: Path, passages: list[Passage]) -> SearchIndex:
    """An index whose key is that of its passages."""
    key = hashlib.sha256(repr(passages).encode()).hexdigest()[:16]
    return SearchIndex(folder, key, lambda: passages)


def some(*titles: str, body: str = "") -> list[Passage]:
    return [
        Passage("guide", str(n), f"guide:{n}", title, title, "", "", body) for n, title in enumerate(titles)
    ]


def test_every_title_finds_its_own_item_first(index: SearchIndex, size: str) -> None:
    """A seeded quarter of the titles in the everyday size."""
    titles = {(p.kind, p.id): p.name for p in passages_of(load_library()) if p.kind != "requirement"}
    keys = random.Random(4).sample(list(titles), len(titles) // 4 if size == "everyday" else len(titles))
    wrong = []
    for key in keys:
        title = titles[key]
        found = [(one.kind, one.id) for one in index.search(title, 20)]
        same = [other for other, name in titles.items() if words_of(name) == words_of(title)]
        if not found or found[0] not in same or key not in found[: len(same)]:
            wrong.append((title, found[:3]))
    assert wrong == []
    assert len(titles) > 40


def test_every_requirement_is_found_by_its_title(index: SearchIndex) -> None:
    for passage in passages_of(load_library()):
        if passage.kind == "requirement":
            found = index.search(passage.title, 100)
            assert passage.name in {one.title for one in found if one.kind == "requirement"}


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_any_text_is_a_safe_query(index: SearchIndex, text: str) -> None:
    for found in index.search(text, 5):
        assert found.title and found.go


@pytest.mark.parametrize(
    "text",
    ['"', "'", "*", "(", "AND", "OR NOT", "NEAR(a b)", "title:", "a^2", "-a", "\0", "\ud800", "{x y}:z",
     "_", "١٢", "ﬁ", "x" * 5000, "a " * 5000, "😀", "ѝ",
     "%", ";DROP TABLE passages", "\u0301", "--", "a AND", "«»"],
)  # fmt: skip
def test_what_looks_like_syntax_is_only_words(index: SearchIndex, text: str) -> None:
    index.search(text)


def test_beginnings_case_marks_and_spellings_do_not_matter(tmp_path: Path) -> None:
    index = index_of(tmp_path, some("Embolisation of a haemorrhage", "Behçet disease", "Wada test"))
    for query, wanted in (
        ("EMBOLIZATION", "0"),
        ("hemorrhag", "0"),
        ("emb", "0"),
        ("behcet", "1"),
        ("BEHÇET", "1"),
        ("wad tes", "2"),
    ):
        assert [one.id for one in index.search(query)][:1] == [wanted], query


def test_what_has_every_word_is_preferred_and_any_word_will_do_otherwise(tmp_path: Path) -> None:
    index = index_of(tmp_path, some("Biliary drainage", "Biliary stent", "Renal drainage"))
    assert [one.id for one in index.search("biliary drainage")] == ["0"]
    assert {one.id for one in index.search("biliary unheard-of")} == {"0", "1"}
    assert index.search("unheard-of") == index.search("") == index.search("drainage", 0) == []


def test_a_title_weighs_more_than_a_text(tmp_path: Path) -> None:
    body = Passage("guide", "body", "guide:body", "Another", "Another", "", "", "drainage " * 30)
    index = index_of(tmp_path, [body, *some("Drainage")])
    assert [one.title for one in index.search("drainage")] == ["Drainage", "Another"]


def test_a_snippet_marks_what_was_looked_for(tmp_path: Path) -> None:
    index = index_of(tmp_path, some("Title", body="one two needle four five"))
    (found,) = index.search("needle")
    assert [(piece.text, piece.hit) for piece in found.snippet] == [
        ("one two ", False),
        ("needle", True),
        (" four five", False),
    ]


def test_an_item_is_found_once_with_the_section_that_fits(tmp_path: Path) -> None:
    passages = [
        Passage("guide", "a", "guide:a", "A page", "A page", "", "", "of something"),
        Passage("guide", "a", "guide:a/dose", "A page", "", "", "Dose", "kerma kerma kerma"),
        Passage("guide", "a", "guide:a/kit", "A page", "", "", "Kit", "kerma and a wire"),
    ]
    assert [one.go for one in index_of(tmp_path, passages).search("kerma")] == ["guide:a/dose"]


def test_the_file_is_named_by_its_content_and_replaces_the_one_before(tmp_path: Path) -> None:
    first, second = index_of(tmp_path, some("One")), index_of(tmp_path, some("Two"))
    first.search("x")
    assert [path.name for path in tmp_path.iterdir()] == [first.path.name]
    second.search("x")
    assert [path.name for path in tmp_path.iterdir()] == [second.path.name]
    assert first.path != second.path == index_of(tmp_path, some("Two")).path
    assert [one.title for one in first.search("one")] == ["One"]


def test_the_key_follows_what_can_be_found(tmp_path: Path) -> None:
    before = hash_of(load_library([tmp_path / "pack"]))
    assert before == hash_of(load_library()) and len(before) == 16
    page = new("guide", "a-page", tmp_path / "pack")
    second = hash_of(load_library([tmp_path / "pack"]))
    (page / "text.md").write_text((page / "text.md").read_text("utf-8") + "\nMore.\n", "utf-8")
    assert len({before, second, hash_of(load_library([tmp_path / "pack"]))}) == 3


def test_the_file_cannot_be_written_through_the_search(tmp_path: Path) -> None:
    index = index_of(tmp_path, some("One"))
    with index._open() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM passages")


def test_without_a_folder_to_write_to_it_lives_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    index = index_of(tmp_path / "file", some("One"))
    assert [one.title for one in index.search("one")] == ["One"]
    assert (tmp_path / "file").read_text("utf-8") == "in the way"


def test_several_ask_at_once_and_get_the_same(tmp_path: Path) -> None:
    index = index_of(tmp_path, some("One", "Two", body="one two three"))
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(len(index.search("three")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2] * 8


@given(st.text(max_size=60))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(folded(text)) == folded(text)
