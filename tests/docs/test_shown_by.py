"""What docs/security.md and docs/reliability.md call shown is shown: the tests they name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")]
TESTS = {name for file in FILES for name in re.findall(r"def (test_\w+)", file)}


@pytest.mark.parametrize("page", ["security.md", "reliability.md"])
def test_named_tests_exist(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) >= 15
    assert named - TESTS == set()


def test_each_threat_names_its_test():
    lines = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    threats = [line for line in lines if line.startswith("| ") and not line.startswith("| threat")]
    assert len(threats) >= 25
    assert [line for line in threats if "`test_" not in line] == []
