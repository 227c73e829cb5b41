"""Pairs of departments: nothing small shows, and nothing can be told by subtraction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from influence.picture.between import NAMERS, SOURCE, TARGET, shown_pairs

MINIMUM = 5


@st.composite
def matrices(draw):
    """Draw up to six departments, some small, with counts of namers for some of the pairs."""
    size = draw(st.integers(1, 6))
    cells = [(a, b) for a in range(size) for b in range(size)]
    counts = [draw(st.sampled_from((0, 1, 4, 5, 6, 30))) for _ in cells]
    rows = [(a, b, 2 * n, n) for (a, b), n in zip(cells, counts, strict=True) if n]
    large = np.array([draw(st.booleans()) for _ in range(size)])
    return np.array(rows, np.int32).reshape(-1, 4), large


@given(matrices())
def test_no_small_pair_shows_and_no_hidden_one_stands_alone(drawn):
    pairs, large = drawn

    shown = shown_pairs(pairs, large, MINIMUM)

    assert (pairs[shown, NAMERS] >= MINIMUM).all()
    assert large[pairs[shown][:, [SOURCE, TARGET]]].all()
    for end in (SOURCE, TARGET):
        hidden = np.bincount(pairs[~shown, end], minlength=large.size)
        kept = np.bincount(pairs[shown, end], minlength=large.size)
        assert not ((hidden == 1) & (kept > 0)).any()


def test_nothing_is_hidden_where_everything_is_large():
    pairs = np.array([[a, b, 9, 9] for a in range(3) for b in range(3)], np.int32)
    assert shown_pairs(pairs, np.ones(3, np.bool_), MINIMUM).all()
