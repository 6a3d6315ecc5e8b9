"""Identifiers: short, sortable for sessions, kebab-case for content."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
"""Form of a content or patient identifier."""


def session_id(created: datetime) -> str:
    """A session's folder name: UTC date and time, then four random letters."""
    return created.strftime("%Y%m%d-%H%M%S-") + secrets.token_hex(2)


def is_safe_id(text: str) -> bool:
    """Whether a text may name a folder: kebab-case, at most 80 characters."""
    return len(text) <= 80 and KEBAB.match(text) is not None
