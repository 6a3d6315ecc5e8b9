"""Who asks, and who may see: the principal of every call on records, and the visibility of every object."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is on this installation; one person may be several."""

    TRAINEE = "trainee"
    TEACHER = "teacher"
    DIRECTOR = "director"


class Visibility(StrEnum):
    """Who besides its owner may read an object."""

    PRIVATE = "private"
    """The owner alone; where every object begins."""
    TEACHERS = "teachers"
    """The owner, teachers and directors."""
    EVERYONE = "everyone"
    """Everybody with access to this installation."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person in whose name a call is made.

    Parameters
    ----------
    person : str
        Id of the person.
    roles : frozenset of Role
        What they are; decides what of others they may read, never what they may change.
    """

    person: str
    roles: frozenset[Role] = field(default=frozenset({Role.TRAINEE}))

    def may_read(self, owner: str, visibility: Visibility) -> bool:
        """Whether an object of this owner and visibility can be read."""
        if owner == self.person or visibility is Visibility.EVERYONE:
            return True
        return visibility is Visibility.TEACHERS and bool(self.roles & {Role.TEACHER, Role.DIRECTOR})

    def may_change(self, owner: str) -> bool:
        """Whether an object of this owner can be changed: by the owner alone."""
        return owner == self.person
