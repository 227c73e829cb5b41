"""Did people move after exposure? The hazard of reaching a stage, period by period.

A *person-period* is one person in one period in which they had not reached the stage yet. Its
outcome is whether they reached it then; its exposures are the shares of the people they look to
who were there at the end of the period before. A logit of the outcome on the exposures, with
effects of department and period, gives odds ratios: how the odds of moving in a period differ
between somebody all of whose people are there and somebody none of whose people are.

That is association in time. People who resemble each other name each other, and one cause can
move both; nothing here says that one person moved another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

from influence.network.model import BoolArray, FloatArray, IntArray
from influence.network.randomness import run_blocks

EVENTS_PER_COEFFICIENT = 10
FEWEST_CLUSTERS = 10
COVERED = 0.95
LARGEST_LOG_ODDS = 12.0
"""Beyond this a coefficient is the mark of separation: no real odds ratio is e to the twelfth."""
WIDEST_REACH = 20.0
"""Log-odds on either side beyond which an interval says nothing."""
MOST_STEPS = 60
SMALLEST_GAIN = 1e-11
COMMON = 0.15
"""From this share of person-periods on, moving is not rare, and an odds ratio overstates a risk ratio."""
PERMUTATIONS = (99, 999)
PERMUTATION_WORK = 2e9


@dataclass(frozen=True)
class Contacts:
    """Whom each person looks to, in compressed rows; an empty row has no exposure."""

    indptr: NDArray[np.int64]
    indices: IntArray

    def has_some(self) -> BoolArray:
        """Who looks to anybody."""
        return np.diff(self.indptr) > 0


@dataclass(frozen=True)
class History:
    """One stage over the periods 0..T-1.

    ``reached`` is the first period in which each person was there, -1 for never; ``there`` (n x T)
    says who was there at the end of each period, so that somebody may fall back.
    """

    reached: IntArray
    there: NDArray[np.uint8]

    @property
    def periods(self) -> int:
        return int(self.there.shape[1])


@dataclass(frozen=True)
class Term:
    """What came out for one exposure; with a ``reason`` in words where nothing did."""

    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p_permutation: float | None = None
    e_value: float | None = None
    e_value_limit: float | None = None
    coefficient: float | None = None
    error: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Evidence:
    """The hazard model of one stage.

    ``controls`` is "period effects" or "quadratic trend"; ``errors`` "clustered by department" or
    "robust". ``dropped_departments`` (codes) and ``dropped_periods`` are those in which nobody or
    everybody moved. ``refusal`` says in words why there is no model at all.
    """

    terms: dict[str, Term]
    events: int
    rows: int = 0
    people: int = 0
    coefficients: int = 0
    controls: str = ""
    errors: str = ""
    permutations: int = 0
    dropped_departments: tuple[int, ...] = ()
    dropped_periods: tuple[int, ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Rows:
    """Person-periods: outcome, exposures (m x q), department and period codes."""

    outcome: NDArray[np.uint8]
    exposure: FloatArray
    department: IntArray
    period: IntArray
    person: IntArray

    def __len__(self) -> int:
        return int(self.outcome.size)

    def where(self, kept: BoolArray) -> Rows:
        """Those rows alone."""
        return Rows(
            self.outcome[kept],
            self.exposure[kept],
            self.department[kept],
            self.period[kept],
            self.person[kept],
        )


@dataclass
class Fit:
    """A fitted logit: coefficients of the exposures, their covariance, and what the fit rests on."""

    coefficients: FloatArray
    covariance: FloatArray
    separated: BoolArray
    parameters: int = 0
    department_effects: FloatArray = field(default_factory=lambda: np.empty(0))
    period_effects: FloatArray = field(default_factory=lambda: np.empty(0))


def evidence(
    history: History,
    exposures: Mapping[str, Contacts],
    department: IntArray,
    *,
    seed: int = 0,
    threads: int | None = None,
    most_permutations: int | None = None,
) -> Evidence:
    """Estimate whether people reached a stage after the people they look to had.

    The risk set is everybody who looks to somebody for every exposure that anybody has, from the
    second period on, until they reach the stage. Effects of department and of period are free;
    with fewer than 10 events per coefficient a quadratic trend replaces the effects of period, and
    with fewer still the answer is a refusal; where that is because few people have both exposures, the
    one that more people have stands alone. Departments, and periods where they have effects, in
    which nobody or everybody moved tell nothing and drop out. Standard errors are clustered by
    department from ten departments on (with the correction G/(G-1) (N-1)/(N-K)), otherwise HC1.

    Parameters
    ----------
    history : History
        Who reached the stage in which period.
    exposures : mapping of name to Contacts
        Whom people look to, for each exposure.
    department : int32 array, n
        Codes; -1 is a department of its own, of those without one.
    seed : int
        Of the permutation check, in which the histories change hands within departments.

    Returns
    -------
    Evidence

    Notes
    -----
    Odds ratios compare all against none of the people one looks to. The intervals cover 95%, by the
    normal distribution. The E-value is how strongly, as a risk ratio, an unmeasured common cause
    would have to go with both exposure and moving to explain the association away (VanderWeele and
    Ding 2017, doi:10.7326/M16-2607); where moving is common the root of the odds ratio stands in
    for the risk ratio. Discrete-time hazards: Allison 1982, doi:10.2307/270718.
    """
    terms = {name: Term(reason="") for name in exposures}
    used = {name: looks for name, looks in exposures.items() if looks.has_some().any()}
    for name in exposures:
        if name not in used:
            terms[name] = Term(reason=_nobody_sentence(name))
    if not used:
        return Evidence(terms, 0, refusal="Nobody looks to anybody, by position or by naming them.")
    every = person_periods(history, used, department)
    refusal = _too_little(history, every)
    if not refusal:
        rows, design, controls, dropped, refusal = _choose_controls(every, len(used))
    if refusal:
        alone = _with_one_term(history, used, department, terms, seed, threads, most_permutations)
        if alone is not None:
            return alone
        refused = {name: Term(reason=term.reason or refusal) for name, term in terms.items()}
        return Evidence(refused, int(every.outcome.sum()), len(every), refusal=refusal)
    return _estimated(
        history, used, department, terms, rows, design, controls, dropped, seed, threads, most_permutations
    )


def _with_one_term(history, used, department, terms, seed, threads, most_permutations) -> Evidence | None:
    """Where too few people have both exposures: the model of the one that more have, if that is enough."""
    both = int(np.logical_and.reduce([looks.has_some() for looks in used.values()]).sum())
    for name in sorted(used, key=lambda one: -int(used[one].has_some().sum())) if len(used) > 1 else ():
        if int(used[name].has_some().sum()) <= both:
            continue
        found = evidence(
            history, {name: used[name]}, department,
            seed=seed, threads=threads, most_permutations=most_permutations,
        )  # fmt: skip
        if not found.refusal:
            left = f"Only {both:,} people have exposure to both, too few for one model; {name} stands alone."
            others = {other: Term(reason=term.reason or left) for other, term in terms.items()}
            return replace(found, terms={**others, name: found.terms[name]})
    return None


def _nobody_sentence(name: str) -> str:
    who = "has a manager in scope or named anybody as leading" if name == "leadership" else "named anybody"
    return f"Nobody {who}, so exposure to {name} cannot be told."


def _estimated(
    history, used, department, terms, rows, design, controls, dropped, seed, threads, most_permutations
) -> Evidence:
    names, varying = list(used), _varying(rows, design)
    for place, name in enumerate(names):
        if not varying[place]:
            terms[name] = Term(
                reason=f"Exposure to {name} did not differ between people beyond department and period."
            )
    kept = [place for place in range(len(names)) if varying[place]]
    clustered = np.unique(rows.department).size >= FEWEST_CLUSTERS
    facts = {
        "events": int(rows.outcome.sum()),
        "rows": len(rows),
        "people": int(np.unique(rows.person).size),
        "controls": controls,
        "errors": "clustered by department" if clustered else "robust",
        "dropped_departments": dropped[0],
        "dropped_periods": dropped[1],
    }
    if not kept:
        return Evidence(terms, refusal="No exposure differed between people.", **facts)
    rows = Rows(rows.outcome, rows.exposure[:, kept], rows.department, rows.period, rows.person)
    fit = fit_logit(rows, design, clustered=clustered)
    kept_names = [names[place] for place in kept]
    looks = {name: used[name] for name in kept_names}
    chance, rounds = permutation_check(
        history, looks, used, department, rows, design, seed=seed, threads=threads, most=most_permutations
    )
    common = float(rows.outcome.mean()) > COMMON
    for place, name in enumerate(kept_names):
        terms[name] = _term(fit, place, float(chance[place]), common, name)
    return Evidence(terms, coefficients=fit.parameters, permutations=rounds, **facts)


def _term(fit: Fit, place: int, chance: float, common: bool, name: str) -> Term:
    if fit.separated[place]:
        return Term(
            reason=f"Exposure to {name} separates those who moved from those who did not, perfectly or "
            "nearly so: an odds ratio would be without bound, so none is given."
        )
    coefficient = float(fit.coefficients[place])
    error = sqrt(max(float(fit.covariance[place, place]), 0.0))
    reach = float(ndtri(0.5 + COVERED / 2)) * error
    if reach > WIDEST_REACH:
        return Term(
            reason=f"The record hardly bears on exposure to {name}: its interval would be without bound."
        )
    low, ratio, high = (exp(value) for value in (coefficient - reach, coefficient, coefficient + reach))
    return Term(ratio, low, high, chance, *e_values(ratio, low, high, common=common), coefficient, error)


def e_values(ratio: float, low: float, high: float, *, common: bool) -> tuple[float, float]:
    """E-values of an odds ratio and of the limit of its interval nearer to 1; 1 where that includes 1.

    >>> [round(value, 2) for value in e_values(3.9, 1.8, 8.7, common=False)]
    [7.26, 3.0]
    """
    limit = low if ratio >= 1 else high
    across = low <= 1 <= high
    return _e_value(ratio, common), 1.0 if across else _e_value(limit, common)


def _e_value(ratio: float, common: bool) -> float:
    risk = sqrt(ratio) if common else ratio
    risk = risk if risk >= 1 else 1 / risk
    return risk + sqrt(risk * (risk - 1))


def person_periods(history: History, exposures: Mapping[str, Contacts], department: IntArray) -> Rows:
    """Everybody with every exposure, in each period from the second on until they reach the stage."""
    included = np.logical_and.reduce([looks.has_some() for looks in exposures.values()])
    changes = _changes(history.there)
    shares = [exposure_shares(looks.indptr, looks.indices, *changes) for looks in exposures.values()]
    period = np.arange(history.periods)
    waiting = (history.reached[:, None] < 0) | (history.reached[:, None] >= period)
    waiting &= included[:, None]
    waiting[:, 0] = False
    person, when = np.nonzero(waiting)
    return Rows(
        outcome=(history.reached[person] == when).astype(np.uint8),
        exposure=np.column_stack([share[person, when - 1] for share in shares]),
        department=department[person].astype(np.int32),
        period=when.astype(np.int32),
        person=person.astype(np.int32),
    )


def _too_little(history: History, rows: Rows) -> str:
    moved = history.reached >= 0
    if not moved.any():
        return "Nobody in scope has reached this stage yet."
    if (history.reached[moved] == history.reached[moved].min()).all():
        return "Everybody who moved did so in the first period, so nobody's exposure came before."
    if not len(rows):
        return "Nobody who looks to somebody was still waiting after the first period."
    if not rows.outcome.any():
        return "Nobody who looks to somebody moved after the first period."
    return ""


def _choose_controls(every: Rows, exposures: int):
    """Period effects where there are events enough, else a quadratic trend, else a refusal in words."""
    needed = 0
    for controls in ("period effects", "quadratic trend"):
        rows, dropped = _without_idle(every, periods=controls == "period effects")
        events = int(rows.outcome.sum())
        if not events:
            return rows, None, controls, dropped, "In every department nobody moved, or everybody at once."
        design = period_design(rows.period, controls)
        needed = EVENTS_PER_COEFFICIENT * (np.unique(rows.department).size + design.shape[1] + exposures)
        if events >= needed:
            return rows, design, controls, dropped, ""
    refusal = (
        f"There are {events:,} events to learn from, and at least {needed:,} would be needed: "
        f"{EVENTS_PER_COEFFICIENT} for each of the model's coefficients."
    )
    return rows, None, controls, dropped, refusal


def _without_idle(rows: Rows, *, periods: bool) -> tuple[Rows, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Leave out departments, and periods if they have effects, in which nobody or everybody moved."""
    departments, when = set(np.unique(rows.department)), set(np.unique(rows.period))
    while len(rows):
        kept = _differs(rows.department, rows.outcome)
        if periods:
            kept &= _differs(rows.period, rows.outcome)
        if kept.all():
            break
        rows = rows.where(kept)
    gone = sorted(int(code) for code in departments - set(np.unique(rows.department)))
    idle = sorted(int(code) for code in when - set(np.unique(rows.period))) if periods else []
    return rows, (tuple(gone), tuple(idle))


def _differs(codes: IntArray, outcome: NDArray[np.uint8]) -> BoolArray:
    """Per row: whether its group has both outcomes."""
    _, place = np.unique(codes, return_inverse=True)
    count = np.bincount(place)
    moved = np.bincount(place, weights=outcome)
    return np.asarray(((moved > 0) & (moved < count))[place])


def period_design(period: IntArray, controls: str) -> FloatArray:
    """One row per period code 0..max: effects of the periods that occur (base: the first), or a trend."""
    codes = np.unique(period)
    size = int(period.max()) + 1
    if controls == "quadratic trend":
        scaled = np.arange(size) / max(size - 1, 1)
        return np.column_stack([scaled, scaled**2])
    design = np.zeros((size, codes.size - 1))
    design[codes[1:], np.arange(codes.size - 1)] = 1.0
    return design


def fit_logit(rows: Rows, design: FloatArray, *, clustered: bool) -> Fit:
    """Fit the logit by Newton's method; department effects are profiled out at each step."""
    codes, department = np.unique(rows.department, return_inverse=True)
    model = _Logit(rows, department.astype(np.int32), codes.size, design)
    model.fit()
    spread = np.ptp(rows.exposure, axis=0)
    separated = np.abs(model.slopes) * spread > LARGEST_LOG_ODDS
    return Fit(
        coefficients=model.slopes,
        covariance=model.covariance(clustered),
        separated=separated,
        parameters=codes.size + design.shape[1] + rows.exposure.shape[1],
        department_effects=model.departments,
        period_effects=model.periods,
    )


class _Logit:
    """Newton's method for slopes, department effects and period effects of one set of rows."""

    def __init__(self, rows: Rows, department: IntArray, departments: int, design: FloatArray):
        self.rows, self.design = rows, design
        self.department = department
        self.slopes = np.zeros(rows.exposure.shape[1])
        share = min(max(float(rows.outcome.mean()), 1e-6), 1 - 1e-6)
        self.departments = np.full(departments, np.log(share / (1 - share)))
        self.periods = np.zeros(design.shape[1])

    def fit(self) -> None:
        value, parts = self._look()
        for _ in range(MOST_STEPS):
            before = (self.slopes, self.departments, self.periods, value, parts)
            step = self._step(parts)
            for halving in range(12):
                self._go(before, step, 0.5**halving)
                value, parts = self._look()
                if value >= before[3] - 1e-12 * abs(before[3]):
                    break
            if value - before[3] < SMALLEST_GAIN * abs(value) and np.abs(step[0]).max() < 1e-9:
                break

    def _go(self, before, step, size: float) -> None:
        self.slopes = before[0] + size * step[0]
        self.departments = np.clip(before[1] + size * step[1], -40.0, 40.0)
        self.periods = before[2] + size * step[2]

    def _look(self):
        return _log_likelihood(
            self.rows.outcome, self.rows.exposure, self.department, self.rows.period,
            self.slopes, self.departments, self.design @ self.periods,
        )  # fmt: skip

    def _blocks(self, parts):
        """Information of slopes and periods (r x r), its link to departments (D x r), and that of these."""
        _, _, _, whole, by_department, by_period, cells = parts
        link = np.hstack([by_department, cells @ self.design])
        across = by_period.T @ self.design
        among = self.design.T @ (cells.sum(axis=0)[:, None] * self.design)
        own = np.block([[whole, across], [across.T, among]])
        return own, link, np.maximum(cells.sum(axis=1), 1e-300)

    def _step(self, parts):
        own, link, diagonal = self._blocks(parts)
        to_slopes, to_departments, to_periods = parts[0], parts[1], parts[2] @ self.design
        score = np.concatenate([to_slopes, to_periods]) - link.T @ (to_departments / diagonal)
        inner = np.linalg.pinv(own - link.T @ (link / diagonal[:, None]), rcond=1e-12, hermitian=True) @ score
        departments = (to_departments - link @ inner) / diagonal
        q = self.slopes.size
        # Effects that drift without bound (a cell where everybody moved) may not drag the rest along.
        return inner[:q], np.clip(departments, -5, 5), np.clip(inner[q:], -5, 5)

    def covariance(self, clustered: bool) -> FloatArray:
        """The slopes' sandwich covariance, from each row's influence on them."""
        _, parts = self._look()
        own, link, diagonal = self._blocks(parts)
        ratio = link / diagonal[:, None]
        inverse = np.linalg.pinv(own - link.T @ ratio, rcond=1e-12, hermitian=True)
        q = self.slopes.size
        top = inverse[:q]
        rows = self.rows
        pull = rows.exposure @ top[:, :q].T
        pull += (self.design @ top[:, q:].T)[rows.period] - (ratio @ top.T)[self.department]
        pull *= self._residuals()[:, None]
        count, parameters = len(rows), self.departments.size + self.design.shape[1] + q
        if clustered:
            sums = np.column_stack([np.bincount(self.department, weights=column) for column in pull.T])
            groups = self.departments.size
            factor = groups / (groups - 1) * (count - 1) / (count - parameters)
            return np.asarray(factor * sums.T @ sums)
        return np.asarray(count / max(count - parameters, 1) * pull.T @ pull)

    def _residuals(self) -> FloatArray:
        rows = self.rows
        line = rows.exposure @ self.slopes + self.departments[self.department]
        line += (self.design @ self.periods)[rows.period]
        return np.asarray(rows.outcome - 1 / (1 + np.exp(-line)))


@njit(cache=True, nogil=True)
def _log_likelihood(outcome, exposure, department, period, slopes, departments, periods):
    """Log-likelihood with its scores and information, summed by department, period and their cells."""
    q = slopes.size
    value = 0.0
    to_slopes, whole = np.zeros(q), np.zeros((q, q))
    to_departments, to_periods = np.zeros(departments.size), np.zeros(periods.size)
    by_department, by_period = np.zeros((departments.size, q)), np.zeros((periods.size, q))
    cells = np.zeros((departments.size, periods.size))
    for row in range(outcome.size):
        d, t = department[row], period[row]
        line = departments[d] + periods[t]
        for k in range(q):
            line += slopes[k] * exposure[row, k]
        if line > 0:
            small = np.exp(-line)
            chance = 1.0 / (1.0 + small)
            value -= np.log1p(small) + (0.0 if outcome[row] else line)
        else:
            small = np.exp(line)
            chance = small / (1.0 + small)
            value -= np.log1p(small) - (line if outcome[row] else 0.0)
        residual = outcome[row] - chance
        weight = chance * (1.0 - chance)
        to_departments[d] += residual
        to_periods[t] += residual
        cells[d, t] += weight
        for k in range(q):
            x = exposure[row, k]
            to_slopes[k] += residual * x
            by_department[d, k] += weight * x
            by_period[t, k] += weight * x
            for j in range(q):
                whole[k, j] += weight * x * exposure[row, j]
    return value, (to_slopes, to_departments, to_periods, whole, by_department, by_period, cells)


def _varying(rows: Rows, design: FloatArray) -> list[bool]:
    """Which exposures differ once department, period and the exposures before them are taken out."""
    codes, department = np.unique(rows.department, return_inverse=True)
    model = _Logit(rows, department.astype(np.int32), codes.size, design)
    own, link, diagonal = model._blocks(model._look()[1])
    left = own - link.T @ (link / diagonal[:, None])
    q = rows.exposure.shape[1]
    controls = left[q:, q:]
    left = left[:q, :q] - left[:q, q:] @ np.linalg.pinv(controls, rcond=1e-12, hermitian=True) @ left[q:, :q]
    varying: list[bool] = []
    for k in range(q):
        before = [j for j in range(k) if varying[j]]
        rest = left[k, k]
        if before:
            rest -= left[k, before] @ np.linalg.pinv(left[np.ix_(before, before)]) @ left[before, k]
        varying.append(bool(rest > 1e-9 * max(own[k, k], 1e-300)))
    return varying


def _changes(there: NDArray[np.uint8]) -> tuple[NDArray[np.int64], IntArray, NDArray[np.int8], int]:
    """Who came (1) and went (-1) when, in compressed rows by person, and the number of periods."""
    turned: NDArray[np.int8] = np.diff(there.astype(np.int8), axis=1, prepend=0).astype(np.int8)
    person, when = np.nonzero(turned)
    starts = np.concatenate([[0], np.cumsum(np.bincount(person, minlength=there.shape[0]))])
    return starts.astype(np.int64), when.astype(np.int32), turned[person, when], there.shape[1]


@njit(cache=True, nogil=True)
def _share_there(row, starts, when, turned, order, shares):
    """Fill in the share of a row of contacts who are there at the end of each period."""
    shares[:] = 0.0
    for entry in range(row.size):
        other = order[row[entry]]
        for change in range(starts[other], starts[other + 1]):
            shares[when[change]] += turned[change]
    there = 0.0
    for t in range(shares.size):
        there += shares[t]
        shares[t] = there / row.size


@njit(cache=True, nogil=True)
def exposure_shares(indptr, indices, starts, when, turned, periods):
    """Share of each person's contacts who were there at the end of each period (n x T), 0 without any."""
    n = indptr.size - 1
    shares = np.zeros((n, periods))
    order = np.arange(n)
    for person in range(n):
        row = indices[indptr[person] : indptr[person + 1]]
        if row.size:
            _share_there(row, starts, when, turned, order, shares[person])
    return shares


def permutation_check(
    history: History,
    looks: Mapping[str, Contacts],
    needed: Mapping[str, Contacts],
    department: IntArray,
    rows: Rows,
    design: FloatArray,
    *,
    seed: int = 0,
    threads: int | None = None,
    most: int | None = None,
) -> tuple[FloatArray, int]:
    """How often chance alone gives as much: two-sided p for each exposure, and the number of shuffles.

    In a shuffle the histories change hands within departments, so that who looks to whom says
    nothing; exposures and outcomes follow from it anew. The figure compared is the coefficients
    after one Newton step from the model without exposures, which orders shuffles as the
    coefficients themselves do and costs one pass. p is twice the smaller tail, the observed
    arrangement counted in.
    """
    included = np.logical_and.reduce([contacts.has_some() for contacts in needed.values()])
    used = np.zeros(history.periods, np.bool_)
    used[np.unique(rows.period)] = True
    slots = _department_slots(department, np.unique(rows.department))
    included &= slots >= 0
    contacts = [(c.indptr, c.indices) for c in looks.values()]
    # The kernel takes two; one alone stands in for both and is read once.
    first, second = contacts[0], contacts[-1]
    size = int(slots.max()) + 1
    changes = _changes(history.there)
    given = (first, second, len(contacts), changes, history.reached, included, slots, used, size)
    work = sum(c.indices.size for c in looks.values()) * history.periods + included.size * history.periods
    rounds = int(np.clip(PERMUTATION_WORK / max(work, 1), *PERMUTATIONS)) if most is None else most
    groups = np.argsort(department, kind="stable")
    calls = [(number, seed, department, groups, given, design) for number in range(rounds + 1)]
    found = np.array(list(run_blocks(_shuffled_step, calls, threads=threads)))
    observed, shuffled = found[0], found[1:]
    above = (shuffled >= observed - 1e-12).sum(axis=0)
    below = (shuffled <= observed + 1e-12).sum(axis=0)
    return np.minimum(1.0, 2 * (1 + np.minimum(above, below)) / (rounds + 1)), rounds


def _department_slots(department: IntArray, codes: IntArray) -> IntArray:
    place = np.searchsorted(codes, department)
    place = np.minimum(place, codes.size - 1)
    return np.where(codes[place] == department, place, -1).astype(np.int32)


def _shuffled_step(
    number: int, seed: int, department: IntArray, groups: NDArray[np.int64], given, design: FloatArray
) -> FloatArray:
    """The one-step coefficients of one shuffle; number 0 leaves everybody their own history."""
    order = np.arange(department.size, dtype=np.int32)
    if number:
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        order[groups] = np.argsort(department + random.random(department.size))
    first, second, terms, changes, reached, included, slots, used, size = given
    cells = _cell_sums(first, second, terms, changes, reached, included, slots, used, size, order)
    return _one_step(cells, design, terms)


@njit(cache=True, nogil=True)
def _cell_sums(first, second, terms, changes, reached, included, slots, used, size, order):
    """Sums over the person-periods of each department and period, for histories handed round by ``order``."""
    n = reached.size
    starts, turning, turned, periods = changes
    count, moved = np.zeros((size, periods)), np.zeros((size, periods))
    sums, squares = np.zeros((terms, size, periods)), np.zeros((terms, terms, size, periods))
    products = np.zeros(terms)
    shares = np.zeros((terms, periods))
    for person in range(n):
        if not included[person]:
            continue
        when = reached[order[person]]
        last = periods - 1 if when < 0 else when
        if last < 1:
            continue
        for k in range(terms):
            indptr, indices = first if k == 0 else second
            row = indices[indptr[person] : indptr[person + 1]]
            _share_there(row, starts, turning, turned, order, shares[k])
        slot = slots[person]
        count[slot, 1 : last + 1] += 1
        if when > 0 and used[when]:
            moved[slot, when] += 1
            for k in range(terms):
                products[k] += shares[k, when - 1]
        for k in range(terms):
            for t in range(last):
                sums[k, slot, t + 1] += shares[k, t]
            for j in range(k + 1):
                for t in range(last):
                    squares[k, j, slot, t + 1] += shares[k, t] * shares[j, t]
    count *= used
    sums *= used
    for k in range(terms):
        for j in range(k + 1):
            squares[k, j] *= used
            squares[j, k] = squares[k, j]
    return count, moved, sums, squares, products


def _one_step(cells, design: FloatArray, terms: int) -> FloatArray:
    """The exposures' coefficients after one Newton step from the model of department and period alone."""
    count, moved, sums, squares, products = cells
    # Shuffles may leave rows after the last period of the observed ones; the design ends there.
    count, moved, sums, squares = (a[..., : design.shape[0]] for a in (count, moved, sums, squares))
    chance = _null_model(count, moved, design)
    weight = chance * (1 - chance)
    score = products - (sums * chance).sum(axis=(1, 2))
    whole = (squares * weight).sum(axis=(2, 3))
    link = np.column_stack([(sums * weight).sum(axis=2).T, (count * weight) @ design])
    diagonal = np.maximum((count * weight).sum(axis=1), 1e-12)
    across = (sums * weight).sum(axis=1) @ design
    among = design.T @ ((count * weight).sum(axis=0)[:, None] * design)
    own = np.block([[whole, across], [across.T, among]])
    left = own - link.T @ (link / diagonal[:, None])
    inner = left[:terms, terms:] @ np.linalg.pinv(left[terms:, terms:], rcond=1e-10, hermitian=True)
    information = left[:terms, :terms] - inner @ left[terms:, :terms]
    return np.asarray(np.linalg.pinv(information, hermitian=True) @ score)


def _null_model(count: FloatArray, moved: FloatArray, design: FloatArray) -> FloatArray:
    """Chances per department and period without exposures, by Newton's method on the cells."""
    share = np.clip((moved.sum(axis=1) + 0.1) / (count.sum(axis=1) + 0.2), 1e-6, 1 - 1e-6)
    departments, periods = np.log(share / (1 - share)), np.zeros(design.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-np.clip(departments[:, None] + design @ periods, -30, 30)))
        weight, residual = count * chance * (1 - chance), moved - count * chance
        diagonal = np.maximum(weight.sum(axis=1), 1e-9)
        link = weight @ design
        among = design.T @ (weight.sum(axis=0)[:, None] * design) - link.T @ (link / diagonal[:, None])
        score = residual.sum(axis=0) @ design - link.T @ (residual.sum(axis=1) / diagonal)
        step = np.clip(np.linalg.pinv(among, rcond=1e-10, hermitian=True) @ score, -3, 3)
        periods = periods + step
        departments = departments + np.clip((residual.sum(axis=1) - link @ step) / diagonal, -3, 3)
        if np.abs(step).max(initial=0.0) < 1e-7 and np.abs(residual.sum(axis=1)).max() < 1e-6:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(departments[:, None] + design @ periods, -30, 30))))
