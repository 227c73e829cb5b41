"""One run: from people and ties to scores, reach, champions and how sure all of it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence.network.bounding import SEARCH_BELOW, searched_bound
from influence.network.cascade import Chances, check_rates, influence_probabilities, leadership_probabilities
from influence.network.champions import (
    Choice,
    Selection,
    alike_people,
    choice_arrays,
    choose,
    confidence_level,
    guarantee_method,
    make_choice,
    proven_share,
)
from influence.network.confidence import Confidence, resampled_confidence
from influence.network.explaining import network_figures, notes, why_chosen
from influence.network.followers import first_followers, leaders_followed
from influence.network.graph import Layer, build_layers
from influence.network.measures import classical_measures, in_degree
from influence.network.model import (
    PARTS,
    AnalysisInput,
    AnalysisResult,
    Champion,
    Estimate,
    FloatArray,
    Guarantee,
    IntArray,
    NetworkError,
    Parameters,
    Progress,
)
from influence.network.rates import RateRange, rate_range
from influence.network.reach import REACHES, Reach, department_parts, random_reach, reach_in_parts
from influence.network.reverse import reverse_samples
from influence.network.samples import ReverseSamples
from influence.network.scores import (
    Leadership,
    check_cut,
    corners,
    groups,
    leadership_scores,
    mid_rank_percentile,
    rank,
)
from influence.network.spheres import Spheres, expected_spheres, pack_typical, typical_spheres

FEWEST_SETS = 200_000
SETS_PER_PERSON = 100
DOUBLE_BELOW = 200
LOOKS = 3
SHARE_WANTED = 0.95
WORTH_DOUBLING = 0.002
TYPICAL_FOR = 100
DEFAULTS = Parameters()

# The share of the run that each step takes, for the progress bar alone.
STEPS = {"classical": 0.15, "champions": 0.25, "spheres": 0.2, "confidence": 0.2, "rates": 0.2}


@dataclass(frozen=True, eq=False)
class Chosen:
    """The champions, the samples they came from, and what they reach with the leaders."""

    samples: ReverseSamples
    selection: Selection
    reach: Reach
    share: float


@dataclass(frozen=True, eq=False)
class Run:
    """What every step of one run needs."""

    data: AnalysisInput
    parameters: Parameters
    layers: dict[str, Layer]
    leadership: Chances
    influence: Chances
    choice: Choice
    alike: IntArray
    threads: int
    progress: Progress | None

    def step(self, name: str) -> Progress | None:
        """Progress of one step as a share of the whole run."""
        if self.progress is None:
            return None
        names = list(STEPS)
        begun = sum(STEPS[other] for other in names[: names.index(name)])
        tell = self.progress
        return lambda share, message: tell(min(begun + STEPS[name] * share, 1.0), message)


def analyse(
    data: AnalysisInput,
    parameters: Parameters = DEFAULTS,
    progress: Progress | None = None,
    threads: int | None = None,
) -> AnalysisResult:
    """Run one analysis: every figure of DESIGN section 5 but ties from logs and evidence.

    Parameters
    ----------
    data : AnalysisInput
        People, relations, ties, leaders and rules.
    parameters : Parameters
        The knobs; the seed alone decides all random numbers.
    progress : callable or None
        Told the share done and a message between two blocks; may raise ``Cancelled`` to stop.
    threads : int, optional
        As many as there are cores unless given. No figure depends on it.

    Raises
    ------
    NetworkError
        Input or parameters that no analysis can use, in a sentence.
    """
    run = prepare(data, parameters, progress, threads)
    leadership = leadership_scores(
        data.people,
        run.layers["leadership"],
        asked=data.leadership_asked,
        position_weight=parameters.position_weight,
    )
    classical = classical_measures(
        data.people,
        run.layers["influence"],
        seed=parameters.seed,
        threads=run.threads,
        progress=run.step("classical"),
    )
    chosen = choose_champions(run)
    spheres = expected_spheres(
        data.people,
        run.influence,
        tracked=chosen.selection.people,
        seed=parameters.seed,
        threads=run.threads,
        progress=run.step("spheres"),
    )
    return _complete(run, leadership, classical, chosen, spheres)


def prepare(
    data: AnalysisInput, parameters: Parameters, progress: Progress | None = None, threads: int | None = None
) -> Run:
    """Check the input and the parameters, build both layers and who may be chosen."""
    if len(data.people) == 0:
        raise NetworkError("Nobody is in the scope; choose departments, people or everybody in the settings.")
    check_rates(parameters.theta, parameters.line)
    check_cut(parameters.cut)
    _check_numbers(data, parameters)
    layers = build_layers(data.people, data.relations, data.ties)
    leadership = leadership_probabilities(data.people, layers["leadership"], parameters.line)
    influence = influence_probabilities(layers["influence"], parameters.theta)
    return Run(
        data=data,
        parameters=parameters,
        layers=layers,
        leadership=leadership,
        influence=influence,
        choice=make_choice(
            data.people,
            data.leaders,
            data.role_holders,
            data.rules,
            k=parameters.champions,
            managers_too=parameters.managers_too,
        ),
        alike=alike_people(leadership, influence),
        threads=threads or os.cpu_count() or 1,
        progress=progress,
    )


def _check_numbers(data: AnalysisInput, parameters: Parameters) -> None:
    if parameters.resamples < 0:
        raise NetworkError(f"The number of resamples is {parameters.resamples}; it must be 0 or more.")
    if parameters.seed < 0:
        raise NetworkError(f"The seed is {parameters.seed}; it must be 0 or more.")
    for name, indices in (("leader", data.leaders), ("role holder", data.role_holders)):
        if len(indices) and not (min(indices) >= 0 and max(indices) < len(data.people)):
            raise NetworkError(f"A {name} is not in the scope; add them to it or take the role away.")


def sets_per_root(n: int) -> int:
    """An even number of sets per person: 100, and at least 200,000 in all (half of them to choose from)."""
    return 2 * int(np.ceil(max(FEWEST_SETS, SETS_PER_PERSON * n) / (2 * n)))


def choose_champions(run: Run) -> Chosen:
    """Draw samples, choose, judge; below 200 people double the samples until the proof is good or stalls."""
    n = len(run.data.people)
    looks = LOOKS if n < DOUBLE_BELOW else 1
    best = _choose_once(run, sets_per_root(n), 0, looks)
    for look in range(1, looks):
        if best.share >= SHARE_WANTED or run.choice.k == 0:
            break
        found = _choose_once(run, sets_per_root(n) * 2**look, look, looks)
        if found.share < best.share + WORTH_DOUBLING:
            break
        best = found
    return best


def _choose_once(run: Run, per_root: int, look: int, looks: int) -> Chosen:
    leaders = run.data.leaders
    samples = reverse_samples(
        run.leadership,
        run.influence,
        per_root,
        seed=run.parameters.seed,
        stage=look,
        threads=run.threads,
        progress=run.step("champions"),
    )
    selection = choose(samples, leaders, run.choice, alike=run.alike)
    reach = reach_in_parts(samples, leaders, selection.people, threads=run.threads)
    gained = (reach.reach_curve[-1, 2] - reach.reach_curve[0, 2]) * samples.half
    bound = searched_bound(samples, leaders, run.choice, float(selection.gains.sum()), selection.bound)
    share = proven_share(gained, bound, n=samples.n, looks=looks)
    everybody = run.choice.k == run.choice.fixed.size + run.choice.eligible.sum()
    return Chosen(samples, selection, reach, 1.0 if everybody else share)


def _complete(
    run: Run, leadership: Leadership, classical: dict[str, FloatArray], chosen: Chosen, spheres: Spheres
) -> AnalysisResult:
    """Everything that stands on the scores, the champions and the spheres."""
    data, parameters = run.data, run.parameters
    confidence = resampled_confidence(
        data,
        parameters,
        run.layers["leadership"],
        (run.leadership, run.influence),
        run.choice,
        threads=run.threads,
        progress=run.step("confidence"),
    )
    ranges = rate_range(
        (run.leadership, run.influence),
        (parameters.theta, parameters.line),
        data.leaders,
        chosen.selection.people,
        run.choice,
        alike=run.alike,
        seed=parameters.seed,
        threads=run.threads,
        progress=run.step("rates"),
    )
    scores = classical | _own_scores(leadership, spheres, confidence)
    group_names = groups(scores["leadership"], scores["influence"], parameters.cut)
    group_probabilities = confidence.of_groups(group_names)
    scores["group_confidence"] = confidence.of_own_group(group_names)
    names_nobody = np.diff(run.layers["influence"].indptr) == 0
    samples = (
        chosen.samples.to_arrays() | choice_arrays(run.choice, data.rules, run.alike) | _typical(run, spheres)
    )
    samples["leaders"] = np.asarray(data.leaders, np.int32)
    return AnalysisResult(
        scores=scores,
        groups=group_names,
        group_probabilities=group_probabilities,
        corners=corners(data.people, leadership.exercised_strength, parameters.cut),
        champions=tuple(_champions(run, chosen, spheres, classical, confidence)),
        guarantee=_guarantee(run, chosen),
        reach=_estimates(REACHES, chosen.reach.reaches, chosen.reach.reach_se[-1], ranges),
        split=_estimates(PARTS, chosen.reach.parts, chosen.reach.part_se[-1], ranges),
        silent=float(chosen.reach.probabilities[names_nobody, 4].sum()),
        baselines=_baselines(run, chosen, ranges),
        part_probabilities=chosen.reach.probabilities,
        department_parts=department_parts(
            chosen.reach.probabilities, data.people.department, len(data.people.department_names)
        ),
        curve=np.column_stack(
            [chosen.reach.part_curve, chosen.reach.reach_curve[:, 2], chosen.reach.reach_se[:, 2]]
        ),
        first_followers=first_followers(
            chosen.samples, run.leadership, run.influence, data.leaders, run.choice.order
        ),
        network_figures=network_figures(data, run.layers, classical, ranges, seed=parameters.seed),
        samples=samples,
        notes=tuple(notes(data, parameters, run.layers, run.choice, ranges, classical)),
    )


def _own_scores(leadership: Leadership, spheres: Spheres, confidence: Confidence) -> dict[str, FloatArray]:
    figures = {
        "positional_authority": leadership.positional_authority,
        "exercised_leadership": leadership.exercised_leadership,
        "leadership": leadership.leadership,
        "exercised_own_reports": leadership.from_own_reports,
        "exercised_elsewhere": leadership.from_elsewhere,
        "own_reports_share": leadership.own_reports_naming,
        "sphere": spheres.expected,
        "sphere_se": spheres.se,
        "sphere_outside_line": spheres.outside_line,
        "sphere_outside_department": spheres.outside_department,
        "influence": mid_rank_percentile(spheres.expected),
        "leadership_rank": rank(leadership.leadership).astype(np.float64),
        "influence_rank": rank(spheres.expected).astype(np.float64),
    }
    figures["leadership_rank_low"], figures["leadership_rank_high"] = confidence.interval(
        "leadership", figures["leadership_rank"]
    )
    figures["influence_rank_low"], figures["influence_rank_high"] = confidence.interval(
        "influence", figures["influence_rank"]
    )
    return figures


def _typical(run: Run, spheres: Spheres) -> dict[str, NDArray[np.generic]]:
    top = np.argsort(-spheres.expected, kind="stable")[:TYPICAL_FOR].astype(np.int32)
    seed = run.parameters.seed
    return pack_typical(typical_spheres(run.influence, top, seed=seed, threads=run.threads))


def _champions(
    run: Run, chosen: Chosen, spheres: Spheres, classical: dict[str, FloatArray], confidence: Confidence
) -> Iterator[Champion]:
    named = {"influence": classical["in_degree"], "leadership": in_degree(run.layers["leadership"])}
    people: IntArray = chosen.selection.people
    reached = chosen.reach.reach_curve[:, 2]
    followed = leaders_followed(
        run.leadership,
        run.influence,
        run.data.leaders,
        people,
        seed=run.parameters.seed,
        threads=run.threads,
    )
    for position, person in enumerate(people.tolist()):
        by_department = _sphere_by_department(spheres.by_department[position])
        marginal = float(reached[position + 1] - reached[position])
        yield Champion(
            person=person,
            rank=position + 1,
            marginal_reach=marginal,
            cumulative_reach=float(reached[position + 1]),
            confidence=confidence.of_champion(person),
            follows=followed[position][0],
            follows_probability=followed[position][1],
            sphere_by_department=by_department,
            why=why_chosen(run.data, run.choice, person, marginal, named, spheres, by_department),
        )


def _sphere_by_department(row: FloatArray) -> dict[int, float]:
    """The departments that a sphere touches; people without a department are in none."""
    return {code: float(people) for code, people in enumerate(row[:-1]) if people > 0}


def _guarantee(run: Run, chosen: Chosen) -> Guarantee | None:
    if run.choice.k == 0:
        return None
    if chosen.share == 1.0:
        return Guarantee(1.0, 1.0, "Everybody who may be chosen is chosen, so no other set can reach more.")
    method = guarantee_method(run.choice, searched=chosen.samples.n < SEARCH_BELOW)
    return Guarantee(chosen.share, confidence_level(chosen.samples.n), method)


def _baselines(run: Run, chosen: Chosen, ranges: RateRange) -> dict[str, Estimate]:
    """The leaders alone, the champions alone, and the leaders with random people in the champions' place."""
    samples, people = chosen.samples, chosen.selection.people
    alone = reach_in_parts(samples, np.empty(0, np.int32), people, threads=run.threads)
    random = random_reach(
        samples,
        run.data.leaders,
        run.choice.allowed,
        people.size,
        seed=run.parameters.seed,
        threads=run.threads,
    )
    reach = chosen.reach
    values = [reach.reach_curve[0, 2], alone.reaches[2], random[0]]
    errors = [reach.reach_se[0, 2], alone.reach_se[-1, 2], random[1]]
    return _estimates(("leaders", "champions", "random_champions"), values, errors, ranges)


def _estimates(
    names: Sequence[str],
    values: Sequence[float] | FloatArray,
    errors: Sequence[float] | FloatArray,
    ranges: RateRange,
) -> dict[str, Estimate]:
    """Estimates with their range over the rates, the value itself always inside."""
    return {
        name: Estimate(float(value), float(error), *ranges.around(name, float(value)))
        for name, value, error in zip(names, values, errors, strict=True)
    }
