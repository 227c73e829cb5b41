"""One run: from people and ties to scores, reach, champions and how sure all of it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from influence.network.blocks import STEPS, Arrays, Block, compute, plan
from influence.network.bounding import SEARCH_BELOW, searched_bound
from influence.network.champions import (
    Selection,
    choose,
    confidence_level,
    guarantee_method,
    proven_share,
)
from influence.network.confidence import Confidence, confidence_of, ranking_sets
from influence.network.explaining import network_figures, notes, why_chosen
from influence.network.followers import first_followers, leaders_followed
from influence.network.kept import Kept, keep_samples
from influence.network.measures import betweenness_of, harmonic_of, in_degree
from influence.network.measures.paths import BLOCKS
from influence.network.model import (
    PARTS,
    AnalysisInput,
    AnalysisResult,
    Cancelled,
    Champion,
    Estimate,
    FloatArray,
    Guarantee,
    IntArray,
    Parameters,
    Progress,
)
from influence.network.objectives import choose_sponsors, plain_reach
from influence.network.rates import MaskedSets, RateRange, joined_sets, kept_rates, rate_range
from influence.network.reach import REACHES, Reach, department_parts, random_reach, reach_in_parts
from influence.network.replanning import choice_arrays
from influence.network.reverse import reverse_samples
from influence.network.run import Run, prepare, reach_sets_per_root
from influence.network.samples import ReverseSamples
from influence.network.scores import (
    Leadership,
    corners,
    groups,
    leadership_scores,
    mid_rank_percentile,
    rank,
)
from influence.network.silence import HIDDEN_SHARES, Silence, hiding_of, reconstruction_of
from influence.network.spheres import (
    Spheres,
    pack_typical,
    spheres_by_department,
    spheres_of,
    typical_spheres,
)
from influence.network.spheres import sets_per_root as sphere_sets_per_root

DOUBLE_BELOW = 200
LOOKS = 3
SHARE_WANTED = 0.95
WORTH_DOUBLING = 0.002
TYPICAL_FOR = 100
DEFAULTS = Parameters()

BLOCKS_SHARE = 0.85
"""What the blocks take of a run, for the progress bar alone; joining them takes the rest."""

LOOK_EVERY = 0.5
"""Seconds after which ``progress`` is told again, so that it can stop a run in the middle of a block."""

Fetch = Callable[[Block], Kept]


@dataclass(frozen=True, eq=False)
class Chosen:
    """The champions, the samples they came from, and what they reach with the leaders."""

    samples: ReverseSamples
    selection: Selection
    reach: Reach
    share: float


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
    run = prepare(data, parameters, threads)
    found = compute_all(run, progress)
    return join(run, found.pop, progress)


def compute_all(run: Run, progress: Progress | None = None) -> dict[Block, Arrays]:
    """Compute every block in this process, as many at a time as there are threads."""
    shares = plan(run)
    open_blocks = list(shares)
    running: dict[Future[Arrays], Block] = {}
    found: dict[Block, Arrays] = {}
    done, stopped = 0.0, threading.Event()
    layer = run.layers["influence"]
    _ = (
        run.alike,
        layer.reverse_entry,
        layer.contacts,
        run.influence.survival,
    )  # made once for all
    with ThreadPoolExecutor(run.threads) as pool:
        try:
            while open_blocks or running:
                while open_blocks and len(running) < run.threads:
                    block = open_blocks.pop(0)
                    running[pool.submit(compute, run, block, _until(stopped))] = block
                finished = wait(running, LOOK_EVERY, FIRST_COMPLETED).done
                block = running[next(iter(finished or running))]
                for future in finished:
                    done += shares[running[future]]
                    found[running.pop(future)] = future.result()
                if progress is not None:
                    progress(BLOCKS_SHARE * done, title_of(block))
        finally:
            stopped.set()
    return found


def _until(stopped: threading.Event) -> Progress:
    def go_on(share: float, message: str) -> None:
        if stopped.is_set():
            raise Cancelled

    return go_on


def join(run: Run, fetch: Fetch, progress: Progress | None = None) -> AnalysisResult:
    """Put the blocks together: choose, judge, and everything that stands on several of them.

    Parameters
    ----------
    fetch : callable
        Gives the arrays of a block; asked once for each.
    """
    tell = _joining(progress)
    data, parameters = run.data, run.parameters
    numbers = _numbers(run)
    leadership = leadership_scores(
        data.people,
        run.layers["leadership"],
        asked=data.leadership_asked,
        position_weight=parameters.position_weight,
    )
    classical = _classical(run, numbers, fetch)
    # The worlds come last: what the rounds take in memory is free again by then.
    tell(0.05, "Ranking in every round")
    confidence = _confidence(run, numbers, fetch, tell)
    spheres = _spheres(run, numbers, fetch)
    silence = _silence(run, numbers, fetch, tell)
    tell(0.4, "Choosing champions")
    worlds = [ReverseSamples.from_arrays(fetch(block)) for block in numbers["worlds"]]
    chosen = choose_champions(run, ReverseSamples.joined(worlds))
    del worlds
    tell(0.5, "Comparing with other choices")
    rated = joined_sets([fetch(block) for block in numbers["rates"]])
    ranges = _ranges(run, chosen, rated)
    tell(0.6, "Writing it up")
    scores = classical | _own_scores(leadership, spheres, confidence)
    group_names = groups(scores["leadership"], scores["influence"], parameters.cut)
    scores["group_confidence"] = confidence.of_own_group(group_names)
    names_nobody = np.diff(run.layers["influence"].indptr) == 0
    champions = tuple(_champions(run, chosen, spheres, classical, confidence))
    tell(0.7, "Comparing with random choices")
    baselines = _baselines(run, chosen, ranges, _between(tell, 0.7, 0.8))
    tell(0.8, "Finding typical spheres")
    typical = _typical(run, spheres)
    tell(0.85, "Packing the random worlds")
    packed = keep_samples(chosen.samples, threads=run.threads, progress=_between(tell, 0.85, 0.95))
    samples = packed | _kept(run, typical, confidence.of_groups(group_names)) | kept_rates(rated)
    tell(0.95, "Writing it up")
    result = AnalysisResult(
        scores=scores,
        groups=group_names,
        group_probabilities=confidence.of_groups(group_names),
        corners=corners(data.people, leadership.exercised_strength, parameters.cut),
        champions=champions,
        guarantee=_guarantee(run, chosen),
        reach=_estimates(REACHES, chosen.reach.reaches, chosen.reach.reach_se[-1], ranges),
        split=_estimates(PARTS, chosen.reach.parts, chosen.reach.part_se[-1], ranges),
        silent=float(chosen.reach.probabilities[names_nobody, 4].sum()),
        baselines=baselines,
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
        sponsors=choose_sponsors(
            chosen.samples,
            data.people,
            run.choice,
            data.rules.excluded,
            count=len(data.role_holders),
            alike=run.alike,
            threads=run.threads,
        ),
        plain_reach={
            name: plain_reach(run.layers["influence"], run.choice.allowed, run.choice.order, around=around)
            for name, around in (("direct", 1), ("redundant", 2))
        },
        silence=silence,
    )
    tell(1.0, "Writing it up")
    return result


def _joining(progress: Progress | None) -> Progress:
    def tell(share: float, message: str) -> None:
        if progress is not None:
            progress(BLOCKS_SHARE + (1 - BLOCKS_SHARE) * share, message)

    return tell


def _between(tell: Progress, begin: float, end: float) -> Progress:
    """Tell a step's own share as part of the whole."""
    return lambda share, message: tell(begin + (end - begin) * share, message)


def _numbers(run: Run) -> dict[str, list[Block]]:
    """The blocks of each step, in order."""
    blocks: dict[str, list[Block]] = {}
    for block in sorted(plan(run)):
        blocks.setdefault(block.step, []).append(block)
    return blocks


def _classical(run: Run, numbers: dict[str, list[Block]], fetch: Fetch) -> dict[str, FloatArray]:
    classical = dict(fetch(Block("standing", 0)))
    layer = run.layers["influence"]
    for step, whole in (("betweenness", betweenness_of), ("harmonic", harmonic_of)):
        sums: Arrays = {}
        for block in numbers[step]:
            sums |= dict(fetch(block))
        found = whole(layer, [sums[str(number)] for number in range(BLOCKS)])
        classical |= {step: found.values, f"{step}_se": found.standard_error}
    return classical


def choose_champions(run: Run, samples: ReverseSamples) -> Chosen:
    """Choose, judge; below 200 people double the samples until the proof is good or stalls."""
    looks = LOOKS if samples.n < DOUBLE_BELOW else 1
    best = _choose_from(run, samples, looks)
    for look in range(1, looks):
        if best.share >= SHARE_WANTED or run.choice.k == 0:
            break
        more = reach_sets_per_root(samples.n) * 2**look
        seed = run.parameters.seed
        found = _choose_from(
            run,
            reverse_samples(run.leadership, run.influence, more, seed=seed, stage=look, threads=run.threads),
            looks,
        )
        if found.share < best.share + WORTH_DOUBLING:
            break
        best = found
    return best


def _choose_from(run: Run, samples: ReverseSamples, looks: int) -> Chosen:
    leaders = run.data.leaders
    selection = choose(samples, leaders, run.choice, alike=run.alike)
    if run.exactly_chosen is not None:
        instead = replace(run.choice, fixed=run.exactly_chosen, eligible=np.zeros(samples.n, np.bool_))
        selection = replace(choose(samples, leaders, instead, bounded=False), bound=selection.bound)
    reach = reach_in_parts(samples, leaders, selection.people, threads=run.threads)
    gained = (reach.reach_curve[-1, 2] - reach.reach_curve[0, 2]) * samples.half
    bound = searched_bound(samples, leaders, run.choice, float(selection.gains.sum()), selection.bound)
    share = proven_share(gained, bound, n=samples.n, looks=looks)
    return Chosen(samples, selection, reach, 1.0 if run.choice.takes_everybody else share)


def _ranges(run: Run, chosen: Chosen, rated: MaskedSets) -> RateRange:
    return rate_range(
        rated,
        run.data.leaders,
        chosen.selection.people,
        run.choice,
        alike=run.alike,
        seed=run.parameters.seed,
        threads=run.threads,
    )


def _confidence(run: Run, numbers: dict[str, list[Block]], fetch: Fetch, tell: Progress) -> Confidence:
    if "ranks" not in numbers:
        return Confidence({}, None, None)
    chosen = np.zeros(len(run.data.people), np.int64)
    for block in numbers.get("stays", []):
        chosen += fetch(block)["chosen"]
    return confidence_of(
        run.data,
        run.parameters,
        run.layers["leadership"],
        run.rounds,
        (fetch(block)["counts"] for block in numbers["ranks"]),
        chosen,
        threads=run.threads,
        tell=lambda done: tell(0.05 + 0.25 * done, "Ranking in every round"),
    )


def _spheres(run: Run, numbers: dict[str, list[Block]], fetch: Fetch) -> Spheres:
    counts = fetch(numbers["spheres"][0])["counts"]
    for block in numbers["spheres"][1:]:
        counts = counts + fetch(block)["counts"]
    return spheres_of(run.data.people, counts, sphere_sets_per_root(len(run.data.people)))


def _silence(run: Run, numbers: dict[str, list[Block]], fetch: Fetch, tell: Progress) -> Silence:
    hidings = []
    for block in numbers.get("hiding", []):
        tell(0.3 + 0.02 * block.number, title_of(block))
        hidings.append(hiding_of(HIDDEN_SHARES[block.number], fetch(block)["counts"]))
    reconstruction = None
    for block in numbers.get("reconstruction", []):
        sets = ranking_sets(len(run.data.people))
        reconstruction = reconstruction_of(run.data, fetch(block)["counts"], sets)
    return Silence(tuple(hidings), reconstruction)


def _kept(run: Run, typical: Arrays, group_probabilities: FloatArray) -> dict[str, NDArray[np.generic]]:
    """What answers later questions without a new run, the worlds aside."""
    people = run.data.people
    return (
        choice_arrays(
            run.choice,
            run.data.rules,
            run.alike,
            np.union1d(run.data.leaders, run.data.role_holders),
            people.line_start < people.line_end,
        )
        | typical
        | {
            "leaders": np.asarray(run.data.leaders, np.int32),
            "department": np.asarray(people.department, np.int32),
            "departments": np.array(len(people.department_names), np.int64),
            "group_probabilities": group_probabilities.astype(np.float32),
        }
    )


def _typical(run: Run, spheres: Spheres) -> dict[str, NDArray[np.generic]]:
    top = np.argsort(-spheres.expected, kind="stable")[:TYPICAL_FOR].astype(np.int32)
    seed = run.parameters.seed
    return pack_typical(typical_spheres(run.influence, top, seed=seed, threads=run.threads))


def title_of(block: Block) -> str:
    """What a block does, in words."""
    return STEPS[block.step].title


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
    departments = spheres_by_department(chosen.samples, run.data.people, people, spheres)
    for position, person in enumerate(people.tolist()):
        by_department = _sphere_by_department(departments[position])
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
    if run.choice.takes_everybody:
        return Guarantee.of_everybody()
    method = guarantee_method(run.choice, searched=chosen.samples.n < SEARCH_BELOW)
    return Guarantee(chosen.share, confidence_level(chosen.samples.n), method)


def _baselines(run: Run, chosen: Chosen, ranges: RateRange, progress: Progress) -> dict[str, Estimate]:
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
        progress=progress,
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
