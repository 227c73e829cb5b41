"""Leadership and influence scores: percentiles, ranks, corners and groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from influence.network.graph import Layer
from influence.network.measures.naming import in_strength
from influence.network.model import BoolArray, FloatArray, NetworkError, People

GROUPS = ("leading_influencer", "leader_without_reach", "hidden_influencer", "audience")
CORNERS = ("manages_and_leads", "manages_without_leading", "leads_without_managing", "neither")

# Two figures that are equal on paper may differ in the last digits, as sums of strengths
# in another order do; they must share a percentile and a rank. 30 bits are 9 digits.
BITS = 30


@dataclass(frozen=True, eq=False)
class Leadership:
    """The leadership figures of all people; every array has length n.

    Attributes
    ----------
    headcount_in_scope : float64 array
        A(u), people below inside the scope.
    exercised_strength : float64 array
        E(u), in-strength over leadership nominations.
    from_own_reports, from_elsewhere : float64 array
        The two parts of E(u): from direct reports, and from all others.
    own_reports_naming : float64 array
        Share of the direct reports in scope who name one, 0 to 1; NaN without reports or
        where nobody was asked about leadership.
    positional_authority, exercised_leadership, leadership : float64 array
        Mid-rank percentiles of A, of E and of their weighted mean, 0 to 100.
        ``exercised_leadership`` is NaN where nobody was asked.
    """

    headcount_in_scope: FloatArray
    exercised_strength: FloatArray
    from_own_reports: FloatArray
    from_elsewhere: FloatArray
    own_reports_naming: FloatArray
    positional_authority: FloatArray
    exercised_leadership: FloatArray
    leadership: FloatArray


def mid_rank_percentile(values: ArrayLike) -> FloatArray:
    """Say what share of the people has less, plus half the share that has as much.

    100 x (number below + half the number equal, oneself included) / n. The mean over all
    people is always 50.

    Parameters
    ----------
    values : float array, n
        Figures to compare, equal where they agree to 9 significant digits.

    Returns
    -------
    float64 array, n
        Above 0 and below 100; empty for nobody.

    Raises
    ------
    NetworkError
        A value that is NaN.

    References
    ----------
    Crawford, J., Garthwaite, P., Slick, D. (2009). On percentile norms in
    neuropsychology. The Clinical Neuropsychologist 23, 1173-1195, definition B.
    doi:10.1080/13854040902795018

    Examples
    --------
    >>> mid_rank_percentile([0, 0, 5, 9]).tolist()
    [25.0, 25.0, 62.5, 87.5]
    """
    compared = _comparable(values)
    ordered = np.sort(compared)
    below = np.searchsorted(ordered, compared, side="left")
    up_to = np.searchsorted(ordered, compared, side="right")
    return 50.0 * (below + up_to) / max(compared.size, 1)


def rank(values: ArrayLike) -> NDArray[np.int64]:
    """Number the people from 1, the highest; equal values share the smallest number.

    Parameters
    ----------
    values : float array, n
        Figures to compare, equal where they agree to 9 significant digits.

    Returns
    -------
    int64 array, n
        1 to n.

    Raises
    ------
    NetworkError
        A value that is NaN.

    Examples
    --------
    >>> rank([3.0, 9.0, 3.0, 1.0]).tolist()
    [2, 1, 2, 4]
    """
    compared = _comparable(values)
    return compared.size - np.searchsorted(np.sort(compared), compared, side="right") + 1


def positional_authority(people: People) -> FloatArray:
    """Count the people of the scope below each person in the whole chart: A(u).

    Counted over the whole chart's intervals, so that a manager outside the scope between
    two people of it does not cut the line.

    Parameters
    ----------
    people : People
        The scope, with its intervals.

    Returns
    -------
    float64 array, n
        People, 0 to n - 1.

    Examples
    --------
    >>> start, end = np.array([0, 1, 7]), np.array([9, 1, 7])
    >>> codes = np.array([-1, 0, -1])
    >>> positional_authority(People(("a", "b", "c"), codes, start, end, codes, ())).tolist()
    [2.0, 0.0, 0.0]
    """
    starts = np.sort(people.line_start)
    up_to_end = np.searchsorted(starts, people.line_end, side="right")
    up_to_start = np.searchsorted(starts, people.line_start, side="right")
    return (up_to_end - up_to_start).astype(np.float64)


def leadership_scores(
    people: People, leadership: Layer, *, asked: bool, position_weight: float = 0.5
) -> Leadership:
    """Score leadership by position and by exercise, and both together.

    A(u) is the headcount below u in the scope, E(u) the strength of the leadership
    nominations of u. L(u) is the mid-rank percentile of w x percentile of A + (1 - w) x
    percentile of E. So somebody without reports can lead.

    Parameters
    ----------
    people : People
        The n people in scope.
    leadership : Layer
        The leadership nominations.
    asked : bool
        Whether anybody was asked about leadership; where not, A alone counts.
    position_weight : float
        w, 0 to 1.

    Returns
    -------
    Leadership
        Both figures, their percentiles, and where E comes from.

    Raises
    ------
    NetworkError
        A weight outside 0 to 1, or a layer of other people.
    """
    if not 0 <= position_weight <= 1:
        raise NetworkError(f"The weight of the position is {position_weight}; it must lie between 0 and 1.")
    if leadership.n != len(people):
        raise NetworkError(f"The layer has {leadership.n} people, the scope {len(people)}; they must agree.")
    headcount = positional_authority(people)
    strength = in_strength(leadership)
    own_part = _from_own_reports(people, leadership)
    position = mid_rank_percentile(headcount)
    exercise = mid_rank_percentile(strength) if asked else np.full(len(people), np.nan)
    combined = position_weight * position + (1 - position_weight) * exercise if asked else position
    return Leadership(
        headcount_in_scope=headcount,
        exercised_strength=strength,
        from_own_reports=own_part,
        from_elsewhere=np.maximum(strength - own_part, 0.0),
        own_reports_naming=_share_of_reports(people, leadership, asked),
        positional_authority=position,
        exercised_leadership=exercise,
        leadership=mid_rank_percentile(combined),
    )


def corners(people: People, exercised: ArrayLike, cut: float) -> tuple[str, ...]:
    """Set position against exercise: who manages, who leads, who does both.

    To manage is to have somebody below oneself in the scope. To lead is to have a
    percentile of exercised leadership of at least the cut and, for the many cases where
    nobody is named often, to be named at all.

    Parameters
    ----------
    people : People
        The n people in scope.
    exercised : float array, n
        In-strength over leadership nominations, E(u).
    cut : float
        Percentile from which somebody leads, above 0 and below 100.

    Returns
    -------
    tuple of str, n
        One of ``CORNERS`` per person.

    Examples
    --------
    >>> start, end = np.array([0, 1, 2]), np.array([2, 1, 2])
    >>> codes = np.array([-1, 0, 0])
    >>> corners(People(("a", "b", "c"), codes, start, end, codes, ()), [0, 2, 0], cut=80)
    ('manages_without_leading', 'leads_without_managing', 'neither')
    """
    check_cut(cut)
    strength = np.asarray(exercised, np.float64)
    leads = (strength > 0) & (mid_rank_percentile(strength) >= cut)
    return _quadrants(positional_authority(people) > 0, leads, CORNERS)


def groups(leadership: ArrayLike, influence: ArrayLike, cut: float) -> tuple[str, ...]:
    """Put each person in one of the four groups: high means a score of at least the cut.

    Parameters
    ----------
    leadership, influence : float array, n
        Percentiles, 0 to 100.
    cut : float
        One for both axes, above 0 and below 100.

    Returns
    -------
    tuple of str, n
        One of ``GROUPS`` per person.

    Raises
    ------
    NetworkError
        A cut outside 0 to 100, or 0 or 100 itself.

    Examples
    --------
    >>> groups([90, 90, 10, 10], [90, 10, 90, 10], cut=80)
    ('leading_influencer', 'leader_without_reach', 'hidden_influencer', 'audience')
    """
    check_cut(cut)
    return _quadrants(np.asarray(leadership) >= cut, np.asarray(influence) >= cut, GROUPS)


def check_cut(cut: float) -> None:
    """Refuse a cut at which everybody or nobody would be high."""
    if not 0 < cut < 100:
        raise NetworkError(f"The cut is {cut}; it must lie above 0 and below 100, such as 80.")


def _comparable(values: ArrayLike) -> FloatArray:
    """Round to significant bits, so that rounding errors neither order nor part people."""
    numbers = np.asarray(values, np.float64)
    if np.isnan(numbers).any():
        raise NetworkError(f"Person {int(np.argmax(np.isnan(numbers)))} has no figure to be compared by.")
    mantissa, exponent = np.frexp(numbers)
    rounded: FloatArray = np.ldexp(np.round(np.ldexp(mantissa, BITS)), exponent - BITS)
    return rounded


def _from_own_reports(people: People, layer: Layer) -> FloatArray:
    from_report = people.manager[layer.source] == layer.indices
    strength = layer.strength[from_report]
    return np.bincount(layer.indices[from_report], strength, layer.n).astype(np.float64)


def _share_of_reports(people: People, layer: Layer, asked: bool) -> FloatArray:
    reports = np.bincount(people.manager[people.manager >= 0], minlength=layer.n)
    from_report = people.manager[layer.source] == layer.indices
    naming = np.bincount(layer.indices[from_report], minlength=layer.n)
    share = np.full(layer.n, np.nan)
    np.divide(naming, reports, out=share, where=(reports > 0) & asked)
    return share


def _quadrants(first: BoolArray, second: BoolArray, names: tuple[str, ...]) -> tuple[str, ...]:
    """Name (both, first only, second only, neither) per person."""
    place = np.where(first, np.where(second, 0, 1), np.where(second, 2, 3))
    return tuple(names[index] for index in place)
