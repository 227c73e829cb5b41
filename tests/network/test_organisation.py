"""The synthetic organisation of the benchmarks."""

import numpy as np
import pytest

from bench.organisation import organisation


def test_organisation_has_the_people_and_ties_asked_for():
    people, layer = organisation(2_000, 12_000, seed=1)

    assert (len(people), layer.n, layer.entries) == (2_000, 2_000, 12_000)
    assert np.bincount(people.manager + 1).max() == 8
    inside = people.department[layer.source] == people.department[layer.indices]
    assert inside.mean() == pytest.approx(0.8, abs=0.1)


def test_organisation_follows_its_seed():
    first, again, other = (organisation(300, 900, seed=seed)[1] for seed in (1, 1, 2))

    assert first.indices.tolist() == again.indices.tolist()
    assert first.indices.tolist() != other.indices.tolist()
