"""An archive that speaks DICOMweb: what it has (QIDO-RS), and one more object into it (STOW-RS).

httpx2 carries it: dicomweb-client builds a message in memory several times over, which is gigabytes for a
long run, and repeats a failed POST with a body that is used up.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from angiosuite.dicom.study import Instance
from angiosuite.kit.errors import AngiosuiteError, RefusedInput, WrongUse

from .archive_settings import ArchiveAddress, Credentials, is_loopback

if TYPE_CHECKING:
    import httpx2

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Pauses before each new attempt."""
LONGEST_WAIT_S = 60.0
"""Longest pause that an archive may ask for (``Retry-After``)."""
PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers that may be others a moment later."""
PAGE = 500
"""Instances asked for at a time."""
CONNECT_S, ANSWER_S = 15.0, 300.0
SOP_INSTANCE, FAILED, REASON = "00080018", "00081198", "00081197"
"""Tags of the DICOM JSON that archives answer with."""


class ArchiveUnreachable(AngiosuiteError):
    """The archive could not be reached, or does not answer as one (exit code 3)."""

    exit_code = 3


class Archive:
    """One archive's DICOMweb service, as a context.

    Parameters
    ----------
    address : ArchiveAddress
        Where it is.
    credentials : Credentials
        Who asks.
    waits_s : tuple of float
        Pauses before each new attempt, seconds; as many attempts more than the first.

    Raises
    ------
    WrongUse
        When the address cannot be used or the extra is not installed.
    """

    def __init__(
        self, address: ArchiveAddress, credentials: Credentials, waits_s: tuple[float, ...] = WAITS_S
    ) -> None:
        try:
            import httpx2
        except ImportError as error:
            raise WrongUse(
                "Sending needs a part that is not installed",
                code="archive-extra",
                way_out="pip install 'angiosuite[archive]', then try again.",
            ) from error
        self._address = address.checked(credentials)
        self._waits_s = waits_s
        self.retries = 0
        token = credentials.token.get_secret_value()
        verify: ssl.SSLContext | bool = True
        if self._address.ca_file is not None:
            verify = ssl.create_default_context(cafile=str(self._address.ca_file))
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auth=(credentials.user, credentials.password.get_secret_value())
            if credentials.user and not token
            else None,
            verify=verify,
            timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=not is_loopback(urlsplit(self._address.url).hostname or ""),  # no proxy to this machine
        )
        self._broken = httpx2.TransportError

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    # ---- what it has --------------------------------------------------------------------------------

    def present(self, study_uid: str) -> frozenset[str]:
        """SOP Instance UIDs that the archive has of a study.

        Raises
        ------
        ArchiveUnreachable
            When it does not answer, or not as an archive.
        """
        for wait_s in (*self._waits_s, None):
            try:
                return self._ask(study_uid)
            except self._broken as error:
                self._pause(wait_s, error)
            except _Passing as passing:
                self._pause(wait_s, passing)
        raise AssertionError("the last pause raises")

    def _ask(self, study_uid: str) -> frozenset[str]:
        found: set[str] = set()
        while True:
            answer = self._client.get(
                f"{self._address.url}/studies/{study_uid}/instances",
                params={"limit": str(PAGE), "offset": str(len(found))},
                headers={"Accept": "application/dicom+json"},
            )
            if answer.status_code == 204 or (answer.status_code == 404 and found):
                return frozenset(found)
            if answer.status_code == 404 and _is_json(answer):
                return frozenset()  # a study that is not known
            self._check(answer)
            try:
                page = {str(item[SOP_INSTANCE]["Value"][0]) for item in answer.json()}
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise self._not_one(type(error).__name__) from error
            if page <= found:  # the end, or an archive that knows no pages
                return frozenset(found)
            found |= page
            if len(page) < PAGE:
                return frozenset(found)

    # ---- sending --------------------------------------------------------------------------------------

    def store(self, study_uid: str, instance: Instance, took: Callable[[int], None]) -> None:
        """Bring one object into the archive; on return it is there, once.

        Parameters
        ----------
        study_uid : str
            Study Instance UID.
        instance : Instance
            The object.
        took : callable
            Told how many bytes went out; negative when they are sent again. May raise to stop.

        Raises
        ------
        RefusedInput
            When the archive does not want it.
        ArchiveUnreachable
            When it does not answer after every attempt.
        """
        for wait_s in (*self._waits_s, None):
            gone = 0

            def count(more: int) -> None:
                nonlocal gone
                gone += more
                took(more)

            try:
                self._post(instance, count)
                return
            except self._broken as error:
                self._pause(wait_s, error)
            except _Passing as passing:
                self._pause(wait_s, passing)
            if instance.uid in self.present(study_uid):
                return  # it had arrived; the answer had not
            took(-gone)

    def _post(self, instance: Instance, took: Callable[[int], None]) -> None:
        edge = f"angiosuite-{instance.uid.rpartition('.')[2][:40]}"
        head = f"--{edge}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        tail = f"\r\n--{edge}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            for chunk in instance.chunks():
                took(len(chunk))
                yield bytes(chunk)
            yield tail

        answer = self._client.post(
            f"{self._address.url}/studies",
            content=body(),
            headers={
                "Content-Type": f'multipart/related; type="application/dicom"; boundary={edge}',
                "Content-Length": str(len(head) + instance.size_bytes + len(tail)),
                "Accept": "application/dicom+json",
            },
        )
        if answer.status_code != 409:
            self._check(answer)
        reasons = _failures(answer)
        if answer.status_code == 409 or reasons:
            raise RefusedInput(
                "The archive does not take an object",
                code="archive-refused",
                where=instance.file_id,
                value=", ".join(reasons) or answer.status_code,
                way_out="Ask those who keep the archive; the reason is a code of DICOM PS3.18 table I.2-2.",
            )

    # ---- faults -----------------------------------------------------------------------------------------

    def _pause(self, wait_s: float | None, error: Exception) -> None:
        """Wait before the next attempt, or raise when there is none."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        if cause is not None or "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise ArchiveUnreachable(
                "The archive's certificate is not trusted",
                code="archive-untrusted",
                where=self._address.url,
                value=str(error)[:120],
                way_out="Name the certificates of your house with --ca-file.",
            ) from error
        if wait_s is None:
            raise ArchiveUnreachable(
                "The archive cannot be reached",
                code="archive-unreachable",
                where=self._address.url,
                value=f"{type(error).__name__.strip('_')}: {error}"[:120],
                way_out="Try again later: what has arrived is not sent again.",
            ) from error
        self.retries += 1
        asked_s = error.wait_s if isinstance(error, _Passing) else 0.0
        time.sleep(min(max(wait_s, asked_s), LONGEST_WAIT_S))

    def _check(self, answer: httpx2.Response) -> None:
        """Raise for an answer that is no success."""
        status = answer.status_code
        if status in PASSING:
            raise _Passing(status, answer.headers.get("Retry-After", ""))
        if status in (401, 403):
            raise ArchiveUnreachable(
                "The archive does not let us in",
                code="archive-denied",
                where=self._address.url,
                value=status,
                way_out="Set ANGIOSUITE_ARCHIVE_USER and _PASSWORD, or ANGIOSUITE_ARCHIVE_TOKEN.",
            )
        if status == 413:
            raise RefusedInput(
                "An object is larger than the archive takes",
                code="archive-too-large",
                where=self._address.url,
                way_out="Ask those who keep the archive for a higher limit.",
            )
        if not answer.is_success:
            raise self._not_one(status)

    def _not_one(self, value: object) -> ArchiveUnreachable:
        return ArchiveUnreachable(
            "What answers there is no DICOMweb archive",
            code="archive-not-dicomweb",
            where=self._address.url,
            value=value,
            way_out="Name the root of its DICOMweb service, often ending in /dicom-web or /rs.",
        )


class _Passing(Exception):
    """An answer that may be another one a moment later."""

    def __init__(self, status: int, wait: str) -> None:
        super().__init__(f"answer {status}")
        self.wait_s = float(wait) if wait.isdecimal() else 0.0


def _is_json(answer: httpx2.Response) -> bool:
    return "json" in answer.headers.get("Content-Type", "")


def _failures(answer: httpx2.Response) -> list[str]:
    """Reasons of the objects that an archive did not store (PS3.18 §10.5.3)."""
    try:
        items: Any = answer.json().get(FAILED, {}).get("Value", [])
        return [f"{int(item[REASON]['Value'][0]):04X}" for item in items]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return []
