"""Where the archive is and who asks: from the environment, never from a command line or a log."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from angiosuite.kit.errors import WrongUse


class Credentials(BaseSettings):
    """``ANGIOSUITE_ARCHIVE_USER`` with ``_PASSWORD``, or ``ANGIOSUITE_ARCHIVE_TOKEN``; all optional."""

    model_config = SettingsConfigDict(env_prefix="ANGIOSUITE_ARCHIVE_", frozen=True)

    user: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")

    @property
    def given(self) -> bool:
        """Whether there are any."""
        return bool(self.user or self.token.get_secret_value())


@dataclass(frozen=True, slots=True)
class ArchiveAddress:
    """Root of an archive's DICOMweb service and the certificates that it is trusted by.

    Parameters
    ----------
    url : str
        For example ``https://pacs.example.org/dicom-web``.
    ca_file : Path or None
        Certificates of the house's own authority, PEM; None takes the usual ones.
    """

    url: str
    ca_file: Path | None = None

    def checked(self, credentials: Credentials) -> ArchiveAddress:
        """Itself, when it can be used.

        Raises
        ------
        WrongUse
            When it is no address of a web service, names a password, or would carry one in the clear.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise WrongUse(
                "This is not the address of a DICOMweb service",
                code="archive-address",
                where="--to",
                value=self.url[:200],
                way_out="It looks like https://pacs.example.org/dicom-web.",
            )
        if parts.username or parts.password:
            raise WrongUse(
                "A password does not belong into an address, where logs keep it",
                code="archive-address",
                where="--to",
                value=parts.hostname,
                way_out="Set ANGIOSUITE_ARCHIVE_USER and ANGIOSUITE_ARCHIVE_PASSWORD.",
            )
        if credentials.given and parts.scheme == "http" and not is_loopback(parts.hostname):
            raise WrongUse(
                "Credentials are not sent without encryption",
                code="archive-in-the-clear",
                where="--to",
                value=self.url[:200],
                way_out="Use the archive's https address.",
            )
        if self.ca_file is not None and not self.ca_file.is_file():
            raise WrongUse(
                "There is no file of certificates here",
                code="archive-ca-file",
                where="--ca-file",
                value=str(self.ca_file),
                way_out="Name a PEM file.",
            )
        return ArchiveAddress(self.url.rstrip("/"), self.ca_file)


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
