"""Somebody new follows the README to a first debrief."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.bench.page import find_chromium
from angiosuite.bench.practice_newcomer import walk

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_the_readmes_first_line_leads_to_a_first_debrief() -> None:
    if find_chromium() is None:
        pytest.skip("no Chromium")
    walked = walk(ROOT)
    assert walked.said.startswith("Not passed")
    assert walked.address_s < walked.ready_s < walked.debrief_s
