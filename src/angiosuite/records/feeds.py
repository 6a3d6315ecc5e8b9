"""Calendar feeds: one secret address per person, for programs that can send no token."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal

from .database import Database
from .faults import NotThere
from .marks import Marks

_NAME = "calendar"


class Feeds:
    """The keys of feeds; only their hashes are kept, so that a key is shown once, when it is made."""

    def __init__(self, database: Database) -> None:
        self._marks = Marks(database, "feed")

    def make(self, principal: Principal) -> str:
        """A new key of the caller's feed; an older one stops working."""
        secret = secrets.token_urlsafe(32)
        self._marks.set(principal, _NAME, {"hash": _hash(secret)})
        return f"{principal.person}.{secret}"

    def revoke(self, principal: Principal) -> None:
        """End the caller's feed."""
        self._marks.set(principal, _NAME, {"hash": ""})

    def exists(self, principal: Principal) -> bool:
        """Whether the caller has a feed."""
        found = self._marks.get(principal, _NAME)
        return found is not None and bool(found[0]["hash"])

    def identify(self, key: str) -> Principal | None:
        """Whose feed this key opens; reads as a trainee, whatever else they are."""
        person, _, secret = key.partition(".")
        if not (person.isascii() and person.isalnum()):
            return None
        owner = Principal(person)
        try:
            found = self._marks.get(owner, _NAME)
        except (NotThere, RefusedInput):
            return None
        kept = found[0]["hash"] if found else ""
        return owner if kept and hmac.compare_digest(kept, _hash(secret)) else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
