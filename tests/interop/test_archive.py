"""Sending to an archive: everything once, whatever breaks on the way."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydantic import SecretStr

from angiosuite.bench.session_sample import SessionSample
from angiosuite.interop.archive import Archive, ArchiveUnreachable
from angiosuite.interop.archive_settings import ArchiveAddress, Credentials, is_loopback
from angiosuite.interop.sending import Sent, send
from angiosuite.kit.errors import AngiosuiteError, Cancelled, RefusedInput, WrongUse
from angiosuite.suite.dicom_out import instances
from angiosuite.suite.recorded import Recorded, recorded

QUICK = (0.01,) * 5


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own credentials stay out of the tests."""
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"ANGIOSUITE_ARCHIVE_{name}", raising=False)


@pytest.fixture
def session(sample_session: Path) -> Recorded:
    """Two runs, three pictures, a dose report."""
    return recorded(sample_session)


def bring(session: Recorded, url: str, credentials: Credentials | None = None, **options: Any) -> Sent:
    """Send with short pauses."""
    with Archive(ArchiveAddress(url), credentials or Credentials(), QUICK) as archive:
        return send(session, archive, **options)


def test_a_session_arrives_whole_and_is_not_sent_again(session: Recorded, small_archive: Any) -> None:
    first, again = bring(session, small_archive.url), bring(session, small_archive.url)
    assert (first.objects, first.sent, first.retries) == (6, 6, 0)
    assert (again.sent, again.present, small_archive.posts) == (0, 6, 6)
    for instance in instances(session):
        assert small_archive.objects[instance.uid] == b"".join(bytes(c) for c in instance.chunks())


def test_a_lost_answer_is_no_reason_to_send_again(session: Recorded, small_archive: Any) -> None:
    small_archive.stores_and_hangs_up = 3
    done = bring(session, small_archive.url)
    assert (done.sent, done.retries, small_archive.posts, len(small_archive.objects)) == (6, 3, 6, 6)


def test_an_archive_that_is_busy_is_asked_again_later(session: Recorded, small_archive: Any) -> None:
    small_archive.before = [(503, {"Retry-After": "0"}), (429, {}), (500, {})]
    done = bring(session, small_archive.url)
    assert (done.sent, done.retries, small_archive.posts) == (6, 3, 9)


def test_a_session_that_goes_on_is_sent_without_what_is_there(small_archive: Any, tmp_path: Path) -> None:
    sample = SessionSample(tmp_path / "20261129-083000-abcd")
    sample.fluoroscopy(3)
    bring(recorded(sample.folder.path), small_archive.url)
    sample.shot()
    done = bring(recorded(sample.folder.path), small_archive.url)
    assert (done.present, done.sent) == (1, 2), "the shot, and the dose report with it"


def test_a_dry_run_asks_and_sends_nothing(session: Recorded, small_archive: Any) -> None:
    done = bring(session, small_archive.url, dry_run=True)
    assert (done.sent, small_archive.posts) == (6, 0) and done.bytes > session.pixel_bytes


def test_sending_can_be_stopped_and_gone_on_with(session: Recorded, small_archive: Any) -> None:
    with pytest.raises(Cancelled):
        bring(session, small_archive.url, cancelled=lambda: small_archive.posts >= 2)
    before = len(small_archive.objects)
    done = bring(session, small_archive.url)
    assert 0 < before < 6 and done.present == before and len(small_archive.objects) == 6


def test_an_object_that_is_refused_is_named_with_the_reason(session: Recorded, small_archive: Any) -> None:
    small_archive.refuses = "A900"
    with pytest.raises(RefusedInput, match="A900") as refused:
        bring(session, small_archive.url)
    assert refused.value.where == "RUN00001" and small_archive.posts == 1


def test_a_token_is_shown_and_a_wrong_one_is_said(session: Recorded, small_archive: Any) -> None:
    small_archive.token = "right"
    with pytest.raises(ArchiveUnreachable) as denied:
        bring(session, small_archive.url, Credentials(token=SecretStr("wrong")))
    assert denied.value.code == "archive-denied" and "wrong" not in str(denied.value)
    assert bring(session, small_archive.url, Credentials(token=SecretStr("right"))).sent == 6


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://127.0.0.1/x", "archive-address"),
        ("pacs", "archive-address"),
        ("https://me:secret@pacs.example.org/rs", "archive-address"),
        ("http://pacs.example.org/rs", "archive-in-the-clear"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(url: str, code: str) -> None:
    with pytest.raises(WrongUse) as refused:
        ArchiveAddress(url).checked(Credentials(user="me", password=SecretStr("secret")))
    assert refused.value.code == code and "secret" not in str(refused.value)


def test_what_is_no_archive_is_said(session: Recorded, small_archive: Any) -> None:
    with pytest.raises(AngiosuiteError) as other:
        bring(session, small_archive.url.replace("/dicom-web", "/?x=1"))
    assert other.value.code == "archive-address"
    with pytest.raises(ArchiveUnreachable) as nobody:
        bring(session, "http://127.0.0.1:9/dicom-web")
    assert nobody.value.code == "archive-unreachable" and "not sent again" in (nobody.value.way_out or "")


def test_this_machine_is_told_from_others() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "::1", "127.8.8.8")))
    assert not any(map(is_loopback, ("10.0.0.1", "localhost.example.org", "pacs")))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    session: Recorded, small_archive: Any, tmp_path: Path
) -> None:
    import ssl
    from http.server import HTTPServer, SimpleHTTPRequestHandler
    from threading import Thread

    pem = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(pem), "-out", str(tmp_path / "crt.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + (tmp_path / "crt.pem").read_bytes())
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"https://localhost:{server.server_address[1]}/rs"
        with pytest.raises(ArchiveUnreachable) as untrusted:
            bring(session, url)
        assert untrusted.value.code == "archive-untrusted" and "--ca-file" in (untrusted.value.way_out or "")
        with (
            Archive(ArchiveAddress(url, tmp_path / "crt.pem"), Credentials(), QUICK) as archive,
            pytest.raises(ArchiveUnreachable) as answered,
        ):
            archive.present("2.25.1")
        assert answered.value.code == "archive-not-dicomweb", "trusted by the house's own certificate"
        server.shutdown()


def test_the_command_sends_says_and_keeps_secrets(
    sample_session: Path, small_archive: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANGIOSUITE_ARCHIVE_TOKEN", "word-of-this-test")
    small_archive.token = "word-of-this-test"
    command = [sys.executable, "-m", "angiosuite", "send", str(sample_session), "--to", small_archive.url]
    command += ["--home", str(tmp_path / "home")]
    outputs = [
        subprocess.run([*command, *extra], capture_output=True, text=True, check=False, timeout=60)
        for extra in (["--dry-run"], [])
    ]
    assert [shown.returncode for shown in outputs] == [0, 0], outputs[0].stderr
    assert "would send 6" in outputs[0].stdout and "sent 6 of 6" in outputs[1].stdout
    assert not any("word-of-this-test" in shown.stdout + shown.stderr for shown in outputs)


@pytest.mark.ci
def test_after_a_kill_the_rest_is_sent(session: Recorded, small_archive: Any, tmp_path: Path) -> None:
    small_archive.slow_s = 0.3
    command = [
        sys.executable,
        "-m",
        "angiosuite",
        "send",
        str(session.folder.path),
        "--to",
        small_archive.url,
    ]
    sending = subprocess.Popen([*command, "--home", str(tmp_path / "home")], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while small_archive.posts < 3 and time.monotonic() < until:
        time.sleep(0.02)
    sending.kill()
    sending.wait(10)
    small_archive.slow_s = 0.0
    time.sleep(0.5)  # what was under way is stored by now
    before = len(small_archive.objects)
    done = bring(session, small_archive.url)
    assert 2 <= before < 6 and done.present == before and len(small_archive.objects) == 6


@pytest.mark.ci
def test_orthanc_has_everything_once_though_the_line_breaks(
    session: Recorded, orthanc: Any, line: Callable[..., Any]
) -> None:
    credentials = Credentials(user=orthanc.user, password=SecretStr(orthanc.password))
    broken = line(orthanc.port, [("there", 30_000), ("back", 400), ("there", 4_000)])
    done = bring(session, f"http://127.0.0.1:{broken.port}/dicom-web", credentials)
    assert broken.broken == 3 and done.retries >= 3 and done.sent == 6
    uids = [instance.uid for instance in instances(session)]
    stored = [
        orthanc.ask(f"/instances/{one}/simplified-tags")["SOPInstanceUID"]
        for one in orthanc.ask("/instances")
    ]
    assert sorted(stored) == sorted(uids)
    changes = orthanc.ask("/changes?limit=1000")["Changes"]
    assert sum(change["ChangeType"] == "NewInstance" for change in changes) == 6, "none came twice"
    assert bring(session, orthanc.url, credentials).sent == 0


@pytest.mark.ci
def test_what_orthanc_gives_back_has_the_same_pixels(
    session: Recorded, orthanc: Any, sample_session: Path
) -> None:
    from dicomweb_client.api import DICOMwebClient
    from dicomweb_client.session_utils import create_session_from_user_pass

    bring(session, orthanc.url, Credentials(user=orthanc.user, password=SecretStr(orthanc.password)))
    client = DICOMwebClient(orthanc.url, create_session_from_user_pass(orthanc.user, orthanc.password))
    given = {d.InstanceNumber: d for d in client.retrieve_study(str(session.study.uid)) if d.Modality == "XA"
             and "NumberOfFrames" in d}  # fmt: skip
    assert sorted(given) == [1, 3]
    out = BytesIO()
    pydicom.dcmwrite(out, given[1])
    stored = np.fromfile(sample_session / "runs" / "001.u16", "<u2").reshape(-1, 64, 64)
    assert np.array_equal(pydicom.dcmread(BytesIO(out.getvalue())).pixel_array, stored)
    assert client.retrieve_instance_metadata(
        str(session.study.uid), given[1].SeriesInstanceUID, given[1].SOPInstanceUID
    )
