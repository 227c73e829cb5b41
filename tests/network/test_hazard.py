"""The hazard model of adoption: equal to statsmodels, silent where it can say nothing."""

import datetime

import numpy as np
import pytest

from influence.network.hazard import e_values, evidence, fit_logit, period_design, person_periods
from influence.network.periods import fitting_period, period_index, period_name, period_start
from tests.network.diffusion import contacts, history, made_up, physicians

NOBODY = contacts([[]] * 125)


def statsmodels_fit(rows, design, cluster):
    import statsmodels.api as sm

    departments = np.eye(rows.department.max() + 1)[rows.department]
    x = np.column_stack([rows.exposure, departments, design[rows.period]])
    if cluster:
        options = {"cov_type": "cluster", "cov_kwds": {"groups": rows.department}}
        return sm.Logit(rows.outcome, x).fit(disp=0, tol=1e-12, **options), 1.0
    # Under the name HC1 statsmodels gives a logit HC0: the correction is missing.
    return sm.Logit(rows.outcome, x).fit(disp=0, tol=1e-12, cov_type="HC0"), len(x) / (len(x) - x.shape[1])


@pytest.mark.parametrize("controls", ["period effects", "quadratic trend"])
@pytest.mark.parametrize("clustered", [True, False])
def test_fit_equals_statsmodels(controls, clustered):
    told, looks, department = made_up(effect=(1.5, 0.7))
    rows = person_periods(told, looks, department)
    design = period_design(rows.period, controls)
    ours = fit_logit(rows, design, clustered=clustered)
    theirs, correction = statsmodels_fit(rows, design, clustered)

    assert ours.coefficients == pytest.approx(theirs.params[:2], abs=1e-6)
    errors = np.sqrt(np.diag(ours.covariance))
    assert errors == pytest.approx(np.sqrt(correction) * theirs.bse[:2], abs=1e-6)


def test_physicians_show_no_clear_sign_of_exposure():
    told, named, cities = physicians()
    found = evidence(told, {"leadership": NOBODY, "influence": named}, cities, most_permutations=99)
    influence = found.terms["influence"]

    assert (found.events, found.rows, found.controls) == (89, 769, "quadratic trend")
    rounded = [round(x, 2) for x in (influence.odds_ratio, influence.low, influence.high)]
    assert rounded == [0.83, 0.39, 1.75]
    assert influence.p_permutation > 0.5
    assert influence.e_value_limit == 1.0
    assert found.terms["leadership"].odds_ratio is None
    assert "leadership cannot be told" in found.terms["leadership"].reason


def test_planted_effect_is_found_and_no_effect_is_not():
    told, looks, department = made_up(n=1500, effect=(2.5, 0.0), seed=2)
    found = evidence(told, looks, department, most_permutations=199)
    influence, leadership = found.terms["influence"], found.terms["leadership"]

    assert (found.controls, found.errors) == ("period effects", "clustered by department")
    assert influence.low > 1
    assert influence.p_permutation <= 0.02
    assert leadership.low < 1 < leadership.high
    assert leadership.p_permutation > 0.05


def test_permutation_check_is_the_same_for_any_number_of_threads():
    told, looks, department = made_up(n=300)
    first, second = (
        evidence(told, looks, department, seed=3, threads=threads, most_permutations=40) for threads in (1, 2)
    )
    assert first == second


def test_idle_departments_and_periods_drop_out_and_are_named():
    told, looks, department = made_up(n=1500, departments=11)
    reached = np.where(department == 4, -1, told.reached)
    reached[reached == 3] = -1
    found = evidence(history(reached, 8), looks, department, most_permutations=9)

    assert (found.dropped_departments, found.dropped_periods) == ((4,), (3,))


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [
        ([-1] * 4, "Nobody in scope has reached this stage yet."),
        ([0, 0, -1, -1], "Everybody who moved did so in the first period"),
        ([0, 1, 2, -1], "events to learn from, and at least"),
    ],
)
def test_too_little_is_refused_in_words(reached, sentence):
    named = contacts([[1], [0], [0], [1]])
    found = evidence(history(reached, 3), {"influence": named}, np.zeros(4, np.int32))

    assert sentence in found.refusal
    assert (found.terms["influence"].odds_ratio, found.terms["influence"].reason) == (None, found.refusal)


def test_nobody_who_looks_to_anybody_is_refused_in_words():
    found = evidence(history([0, 1], 2), {"influence": contacts([[], []])}, np.zeros(2, np.int32))
    assert found.refusal == "Nobody looks to anybody, by position or by naming them."


def separated(n=400):
    """Only those whose colleague was there before ever move."""
    random = np.random.default_rng(0)
    reached = np.full(n, -1)
    reached[: n // 2] = random.integers(0, 4, n // 2)
    named = [[i] for i in range(n)]
    for i in range(n // 2):
        earlier = np.flatnonzero((reached >= 0) & (reached < reached[i]))
        named[i] = [random.choice(earlier)] if reached[i] > 0 else [(i + 1) % n]
    for i in range(n // 2, n):
        named[i] = [n // 2 + (i + 1) % (n // 2)]
    return history(reached, 4), contacts(named)


def test_perfect_separation_is_said_not_a_huge_number():
    told, named = separated()
    found = evidence(told, {"influence": named}, np.zeros(400, np.int32), most_permutations=9)

    assert found.terms["influence"].odds_ratio is None
    assert "separates those who moved" in found.terms["influence"].reason


def test_exposure_that_never_differs_is_left_out_in_words():
    told, looks, department = made_up(n=600)
    apart = contacts([[599]] * 599 + [[0]])
    reached = told.reached.copy()
    reached[599] = -1
    found = evidence(
        history(reached, 8), {"leadership": apart, "influence": looks["influence"]}, department,
        most_permutations=9,
    )  # fmt: skip

    assert "did not differ" in found.terms["leadership"].reason
    assert found.terms["influence"].odds_ratio is not None


def test_exposure_that_few_have_beside_the_other_leaves_that_one_alone():
    told, looks, department = made_up(n=1500, effect=(2.5, 0.0), seed=2)
    few = contacts([[0] if person in (5, 9) else [] for person in range(1500)])
    found = evidence(
        told, {"leadership": few, "influence": looks["influence"]}, department, most_permutations=9
    )
    alone = evidence(told, {"influence": looks["influence"]}, department, most_permutations=9)

    assert found.terms["influence"] == alone.terms["influence"]
    assert found.terms["leadership"].odds_ratio is None
    assert found.terms["leadership"].reason == (
        "Only 2 people have exposure to both, too few for one model; influence stands alone."
    )


@pytest.mark.parametrize("seed", range(4))
def test_whole_model_equals_statsmodels_on_its_own_rows(seed):
    """The model written anew with dummies: rows, exposures, what drops out and the estimates."""
    told, looks, department = made_up(n=900, departments=11, periods=9, effect=(1.0, 0.8), seed=seed)
    reached = np.where(department == 4, -1, told.reached)
    found = evidence(history(reached, 9), looks, department, most_permutations=1)
    theirs = written_anew(reached, looks, department, 9)

    assert (found.rows, found.events) == (len(theirs.model.endog), int(theirs.model.endog.sum()))
    for place, name in enumerate(looks):
        ours = found.terms[name]
        low, high = np.exp(theirs.conf_int()[place])
        assert ours.odds_ratio == pytest.approx(np.exp(theirs.params[place]), abs=1e-6)
        assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-6)


def written_anew(reached, looks, department, periods):
    """Person-periods by plain loops, fitted by statsmodels with errors clustered by department."""
    import pandas as pd
    import statsmodels.api as sm

    rows = []
    for person in range(reached.size):
        own = {n: c.indices[c.indptr[person] : c.indptr[person + 1]] for n, c in looks.items()}
        if not all(len(people) for people in own.values()):
            continue
        last = periods - 1 if reached[person] < 0 else reached[person]
        for period in range(1, last + 1):
            there = (reached >= 0) & (reached < period)
            shares = {name: there[people].mean() for name, people in own.items()}
            rows.append({**shares, "d": department[person], "t": period, "y": int(reached[person] == period)})
    table = pd.DataFrame(rows)
    for column in ("d", "t"):
        mean = table.groupby(column)["y"].transform("mean")
        table = table[(mean > 0) & (mean < 1)]
    dummies = [pd.get_dummies(table["d"], dtype=float), pd.get_dummies(table["t"], dtype=float).iloc[:, 1:]]
    x = np.column_stack([table[list(looks)].to_numpy(), *(part.to_numpy() for part in dummies)])
    options = {"cov_type": "cluster", "cov_kwds": {"groups": table["d"].to_numpy()}}
    return sm.Logit(table["y"].to_numpy(), x).fit(disp=0, tol=1e-12, **options)


def test_e_values_follow_the_published_example():
    value, limit = e_values(3.9, 1.8, 8.7, common=False)
    assert (round(value, 2), round(limit, 2)) == (7.26, 3.0)
    assert e_values(0.83, 0.39, 1.75, common=False)[1] == 1.0


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["2026-01-01", "2026-02-01", "2026-06-01"], "month"),
        (["2026-01-31", "2026-02-28", "2026-04-30"], "month"),
        (["1950-01-01", "1951-01-01", "1955-01-01"], "year"),
        (["2026-01-01", "2026-04-01", "2026-10-01"], "quarter"),
        (["2026-01-05", "2026-01-12", "2026-01-26"], "week"),
        (["2026-01-05", "2026-02-09", "2026-03-20"], "month"),
        (["2026-01-05"], "month"),
    ],
)
def test_period_follows_from_the_spacing(days, period):
    assert fitting_period(map(day, days)) == period


@pytest.mark.parametrize(
    ("period", "name", "start"),
    [("week", "2026-03-02", "2026-03-02"), ("month", "2026-03", "2026-03-01"),
     ("quarter", "2026 Q1", "2026-01-01"), ("year", "2026", "2026-01-01")],
)  # fmt: skip
def test_period_is_named_by_its_beginning(period, name, start):
    index = period_index(day("2026-03-05"), period)
    assert (period_name(index, period), period_start(index, period)) == (name, day(start))
