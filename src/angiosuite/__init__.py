"""Angiosuite, the open training system for interventional radiology.

A virtual angiography room in which the picture is computed from photon spectrum to display.
Start reading in :mod:`angiosuite.kit` (the seams), then :mod:`angiosuite.suite` (one session).
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("angiosuite")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0.7.0"
