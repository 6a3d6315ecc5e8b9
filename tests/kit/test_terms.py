"""Terms in words."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.terms import ABBREVIATIONS, WHOLE, term_words


def test_abbreviations_are_large_and_the_first_letter_is():
    assert term_words("ct-guided-lung-biopsy") == "CT guided lung biopsy"
    assert term_words("uterine-artery-embolisation") == "Uterine artery embolisation"
    assert term_words("ivc-filter") == "IVC filter" and term_words("c-arm-positioning") == "C-arm positioning"


@given(st.text())
def test_no_letter_is_lost(term):
    if term not in WHOLE:
        assert term_words(term).casefold() == term.replace("-", " ").casefold()


def test_the_pages_know_the_same_abbreviations():
    source = Path(__file__).parents[2] / "frontend" / "src" / "lib" / "evidence" / "terms.ts"
    listed = re.search(r"ABBREVIATIONS = new Set\(\[(.*?)\]\)", source.read_text("utf-8"), re.DOTALL)
    assert listed and set(re.findall(r"'(\w+)'", listed[1])) == ABBREVIATIONS
