"""The windows and colours in which every page is looked at for faults.

Contrast hangs on the colours and layout on the window, so that two of the four pairs see both of either; the
full figures take all four.
"""

from __future__ import annotations

import pytest

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

in_each_look = pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(DESK, "light", id="desk-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESK, "dark", id="desk-dark", marks=pytest.mark.long),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.long),
    ],
)
