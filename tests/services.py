"""What a test needs of the machine: skipped where missing, failed where REQUIRE_SERVICES=1 wants it."""

import os
import shutil

import pytest


def missing(what):
    """Skip the test for want of something, or fail it where everything has to be there."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"REQUIRE_SERVICES=1, and there is no {what}.")
    pytest.skip(f"there is no {what}")


def chromium():
    """Return the path of the browser, or skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return missing("Chromium")
