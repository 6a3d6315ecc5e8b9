"""A source that says how its figures are known: read, from memory, or an open question."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from angiosuite.content.schema import Basis, Broken, Source


class KnownSource(Source):
    """Where figures come from, and whether that was read."""

    basis: Basis = Field(description="read, memory (to be checked before it is shown as fact), or open")

    def rules(self) -> Iterator[Broken]:
        """What was read can be found again."""
        if self.basis == "read" and self.url is None:
            yield Broken(
                ("url",),
                "is missing of what was read",
                "`url: https://…`, or `basis: memory`",
                uses=("basis",),
            )
