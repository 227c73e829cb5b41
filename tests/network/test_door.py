"""The package's door: every name it offers exists, and importing it loads no compiler."""

import subprocess
import sys

import pytest

from influence import network
from influence.network import warm


def test_door_offers_what_it_lists():
    assert [name for name in network.__all__ if not callable(getattr(network, name))] == []
    assert set(network.__all__) <= set(dir(network))


def test_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="has no attribute 'closeness'"):
        _ = network.closeness


def test_importing_the_model_does_not_load_the_compiler():
    code = "import influence.network.model, sys; print('numba' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "False"


def test_warming_runs_every_step():
    warm.warm()
