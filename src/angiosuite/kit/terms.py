"""Terms of evidence as people read them: "ct-guided-lung-biopsy" is "CT guided lung biopsy"."""

from __future__ import annotations

ABBREVIATIONS = frozenset(
    {
        "abr", "acls", "acr", "ccc", "cme", "cpd", "ct", "dsa", "ebir", "epa", "frcr", "icu", "ir", "ivc",
        "mr", "mri", "picc", "tips", "usmle",
    }
)  # fmt: skip
"""Words of terms that are written in capitals."""
WHOLE = {
    "c-arm-positioning": "C-arm positioning",
    "irdr-computer": "IR/DR, computer",
    "irdr-oral": "IR/DR, oral",
}
"""Terms whose words do not follow from their id."""


def term_words(term: str) -> str:
    """A term in words, its first letter large."""
    if term in WHOLE:
        return WHOLE[term]
    words = [word.upper() if word in ABBREVIATIONS else word for word in term.split("-")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
