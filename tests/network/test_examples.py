"""The examples in the docstrings of the measures hold."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import influence.network

FOLDER = Path(influence.network.__file__).parent
MODULES = [
    ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in sorted(FOLDER.rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module_hold(name):
    found = doctest.testmod(import_module(f"influence.network.{name}"))

    assert found.attempted > 0
    assert found.failed == 0
