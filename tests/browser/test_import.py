"""A CT is dropped, looked at, corrected, accepted, and lies under the beam."""

import gzip
import importlib.util
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.page import until
from angiosuite.bench.served import Served
from angiosuite.runtime.preparation import compile_kernels


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server without patients, its kernels compiled."""
    home = tmp_path_factory.mktemp("served") / "home"
    compile_kernels(str(home), lambda step, share: None, lambda: False)
    with Served(home, {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


@pytest.fixture(scope="module")
def zipped_ct(tmp_path_factory):
    """A DICOM series of a small trunk with gas on its left, in a zip."""
    place = Path(__file__).parents[1] / "dicom" / "synthetic_ct.py"
    spec = importlib.util.spec_from_file_location("synthetic_ct", place)
    synthetic = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(synthetic)
    folder = tmp_path_factory.mktemp("drop")
    series = synthetic.write_ct(folder / "series")
    with zipfile.ZipFile(folder / "ct.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in series.iterdir():
            archive.write(path, f"series/{path.name}")
    return folder / "ct.zip"


@pytest.fixture
def start(new_page, served: Served):
    """The page of patients and sessions, of a server that is ready."""
    page = new_page()
    page.goto(f"{served.base}/#/room")
    expect(page.get_by_role("heading", name="Your own CT")).to_be_visible()
    return page


def pixels(page: Page, plane: str) -> np.ndarray:
    """The grey values of one slice as the page draws it."""
    canvas = page.get_by_role("img", name=re.compile(f"^{plane} slice"))
    width, height, values = canvas.evaluate(
        "(c) => { const all = c.getContext('2d').getImageData(0, 0, c.width, c.height);"
        " return [c.width, c.height, Array.from(all.data)]; }"
    )
    return np.array(values, float).reshape(height, width, 4)[:, :, 0]


@pytest.mark.ci
def test_a_dropped_ct_is_corrected_accepted_and_lies_under_the_beam(start: Page, zipped_ct):
    page = start
    page.get_by_label("CT file").set_input_files(zipped_ct)
    expect(page.get_by_role("progressbar", name="Import")).to_be_visible()
    accept = page.get_by_role("button", name="Accept")
    expect(accept).to_be_enabled()
    expect(page.get_by_role("heading", level=1)).to_have_text("Own CT 1")
    expect(page.get_by_role("img", name=re.compile("^First projection"))).to_be_visible()
    accessible(page)
    before = pixels(page, "Coronal")

    slider = page.get_by_role("slider", name="Axial slice")
    middle = int(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("img", name=f"Axial slice {middle + 2} of")).to_be_visible()

    page.get_by_role("button", name="Left and right").click()
    expect(accept).to_be_disabled()
    page.keyboard.press("Control+KeyZ")
    expect(accept).to_be_enabled()
    page.get_by_role("button", name="Left and right").click()
    accessible(page)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Making the patient again")).to_be_visible()
    expect(accept).to_be_enabled()
    after = pixels(page, "Coronal")
    inner = slice(2, -2)  # the lines that mark the other slices run elsewhere
    assert np.mean(np.abs(after[inner, ::-1][:, inner] - before[inner, inner]) < 40) > 0.9

    accept.click()
    expect(page.get_by_role("button", name="Begin a session")).to_be_enabled()
    page.get_by_role("button", name="Begin a session").click()
    live = page.get_by_role("region", name="Live monitor")
    expect(live).to_contain_text("No image yet")
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    page.wait_for_timeout(500)
    page.keyboard.down("Space")
    expect(live).to_contain_text("X-RAY ON")
    page.wait_for_timeout(800)
    page.keyboard.up("Space")
    expect(live).to_contain_text("Last image hold")


@pytest.mark.ci
def test_an_unchecked_patient_waits_among_the_patients_and_can_be_discarded_with_undo(start: Page, zipped_ct):
    page = start
    page.get_by_label("CT file").set_input_files(zipped_ct)
    expect(page.get_by_role("button", name="Accept")).to_be_enabled()
    page.get_by_role("link", name="Angiosuite, back to the patients").click()
    waiting = page.get_by_role("region", name="To check")
    expect(waiting).to_contain_text("to be checked")
    expect(page.get_by_role("region", name="Patients")).not_to_contain_text("to be checked")
    accessible(page)
    waiting.get_by_role("link", name=re.compile("^Check")).click()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("in the trash")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Accept")).to_be_enabled()
    expect(page.get_by_role("button", name="Left and right")).to_be_disabled()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("in the trash")).to_be_visible()


@pytest.mark.ci
def test_a_refused_ct_says_why_and_what_to_do(start: Page, tmp_path):
    page = start
    path = tmp_path / "letters.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", gzip.compress(b"no CT"))
    page.get_by_label("CT file").set_input_files(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("The CT was refused")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"\w+\. \w+"))
    accessible(page)
    page.get_by_role("button", name="Back to the patients").click()
    expect(page.get_by_role("heading", name="Your own CT")).to_be_visible()
    expect(page.get_by_role("region", name="To check")).to_have_count(0)


@pytest.mark.ci
def test_an_import_can_be_stopped_and_leaves_nothing(start: Page, served: Served, zipped_ct):
    page = start
    page.get_by_label("CT file").set_input_files(zipped_ct)
    expect(page.get_by_role("heading", name="Importing a CT")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The import was stopped")
    accessible(page)
    assert [one for one in served.ask("/api/imports") if one["state"] in ("to-check", "working")] == []
