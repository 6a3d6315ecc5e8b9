"""Schema of ``glossary/<id>/term.yaml``: one term of the trade in a few sentences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from angiosuite.content.schema import Item, Line

Explanation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1500)]


class GlossaryItem(Item):
    """One term."""

    also: tuple[Line, ...] = Field(default=(), description="abbreviations and other names")
    text: Explanation = Field(description="may link, as the text of a page does")
