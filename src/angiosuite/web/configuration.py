"""How a server is set up: home, address, token and limits, from the command line or ``ANGIOSUITE_*``."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Settings of one server; each can be given as ``ANGIOSUITE_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="ANGIOSUITE_", extra="ignore", frozen=True)

    home: Path | None = None
    """Home folder; the platform's place for data when not given."""
    host: str = "127.0.0.1"
    """Address to listen on; loopback unless chosen otherwise."""
    port: int = Field(default=8741, ge=0, le=65535)
    """Port to listen on; 0 takes any free one."""
    token: str = Field(default_factory=lambda: secrets.token_urlsafe(24), min_length=16)
    """Secret of the start URL."""
    allowed_hosts: tuple[str, ...] = ()
    """Further names by which the server may be called (``Host`` header), without port."""
    upload_limit_mb: int = Field(default=4096, ge=1)
    """Largest upload, in megabytes."""
    live_sessions: int = Field(default=3, ge=1, le=64)
    """Sessions that run at once; the one longest unwatched is put to rest first."""
    rest_after_s: float = Field(default=120.0, ge=0.0)
    """Time without any page after which a session is put to rest, in seconds."""
    keep_signed: bool = True
    """Keep kind, day, term and level of signed decisions on a person who is erased, as the law may ask."""
    content: tuple[Path, ...] = ()
    """Further packs; they are read again whenever one of their files is saved."""
    prepare: bool = True
    """Compile kernels and build the built-in patient when the server starts."""

    @property
    def host_names(self) -> frozenset[str]:
        """Names that the ``Host`` header may carry, lower case, without port."""
        return frozenset(
            {"127.0.0.1", "localhost", "[::1]", self.host.lower(), *map(str.lower, self.allowed_hosts)}
        )
