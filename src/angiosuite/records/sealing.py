"""A person's key at work: what is written is encrypted and bound to its place; without it all is noise."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json

from angiosuite.kit.errors import AngiosuiteError

KEY_BYTES = 32
_NONCE_BYTES = 12


def new_key() -> bytes:
    """A fresh key of 256 bits."""
    return secrets.token_bytes(KEY_BYTES)


class Seal:
    """Encrypts and decrypts JSON values with one person's key (AES-256-GCM, random 96-bit nonces).

    **Valid for** up to 2³² values per key (NIST SP 800-38D, 8.3), far above what a person records.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(key)

    def close(self, value: Any, place: str) -> bytes:
        """Nonce and ciphertext; `place` is authenticated, so that a row moved elsewhere does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return nonce + self._cipher.encrypt(nonce, plain.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> Any:
        """The value; `AngiosuiteError` when key, place or bytes are not those it was closed with."""
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise AngiosuiteError(
                "An entry of the records was changed outside the program and cannot be read",
                code="records-damaged",
                where=place.split("|", 2)[1] if "|" in place else place,
                way_out="Bring back the last backup: angiosuite restore FILE.",
            ) from error
        return from_json(plain)

    def handle(self, text: str) -> str:
        """A keyed hash, 64 hexadecimal digits: the same text is found again, and nobody else can guess it."""
        return hmac.new(self._key, b"handle:" + text.encode(), hashlib.sha256).hexdigest()
