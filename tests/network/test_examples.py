"""The examples in the docstrings of the measures hold."""

import doctest
from importlib import import_module

import pytest

MODULES = [
    "eventlog",
    "exchange",
    "graph",
    "hierarchy",
    "scores",
    "measures.communities",
    "measures.contacts",
    "measures.naming",
    "measures.paths",
    "measures.standing",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module_hold(name):
    found = doctest.testmod(import_module(f"influence.network.{name}"))

    assert found.attempted > 0
    assert found.failed == 0
