"""What every step of one run needs: the checked input, both layers, and who may be chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from influence.network.cascade import Chances, check_rates, influence_probabilities, leadership_probabilities
from influence.network.champions import Choice, alike_people, make_choice
from influence.network.confidence import Rounds, draw_rounds
from influence.network.exact import choose_exactly, exact_sets
from influence.network.graph import Layer, build_layers
from influence.network.model import AnalysisInput, IntArray, NetworkError, Parameters
from influence.network.scores import check_cut
from influence.network.silence import TREATMENTS, reconstruct

FEWEST_SETS = 200_000
SETS_PER_PERSON = 100


@dataclass(frozen=True, eq=False)
class Run:
    """One run, ready to be computed; what few steps need is made when first asked for."""

    data: AnalysisInput
    parameters: Parameters
    layers: dict[str, Layer]
    leadership: Chances
    influence: Chances
    choice: Choice
    threads: int

    @cached_property
    def alike(self) -> IntArray:
        """Who has the same ties as whom."""
        return alike_people(self.leadership, self.influence)

    @cached_property
    def exactly_chosen(self) -> IntArray | None:
        """The champions by exact gains, in organisations so small that there are some."""
        sets = exact_sets(self.leadership, self.influence)
        return None if sets is None else choose_exactly(sets, self.data.leaders, self.choice)

    @cached_property
    def rounds(self) -> Rounds:
        """The respondents drawn anew."""
        return draw_rounds(self.data.respondents, self.parameters.resamples, seed=self.parameters.seed)


def prepare(data: AnalysisInput, parameters: Parameters, threads: int | None = None) -> Run:
    """Check the input and the parameters, build both layers and who may be chosen."""
    if len(data.people) == 0:
        raise NetworkError("Nobody is in the scope; choose departments, people or everybody in the settings.")
    check_rates(parameters.theta, parameters.line)
    check_cut(parameters.cut)
    _check_numbers(data, parameters)
    layers = build_layers(data.people, data.relations, data.ties)
    if parameters.silence == "reconstructed":
        data = reconstruct(data, seed=parameters.seed)
        layers["influence"] = build_layers(data.people, data.relations, data.ties)["influence"]
    return Run(
        data=data,
        parameters=parameters,
        layers=layers,
        leadership=leadership_probabilities(data.people, layers["leadership"], parameters.line),
        influence=influence_probabilities(layers["influence"], parameters.theta),
        choice=make_choice(
            data.people,
            data.leaders,
            data.role_holders,
            data.rules,
            k=parameters.champions,
            managers_too=parameters.managers_too,
        ),
        threads=threads or os.cpu_count() or 1,
    )


def _check_numbers(data: AnalysisInput, parameters: Parameters) -> None:
    if parameters.resamples < 0:
        raise NetworkError(f"The number of resamples is {parameters.resamples}; it must be 0 or more.")
    if parameters.silence not in TREATMENTS:
        raise NetworkError(f"Silence is treated {' or '.join(TREATMENTS)}, not {parameters.silence!r}.")
    if parameters.seed < 0:
        raise NetworkError(f"The seed is {parameters.seed}; it must be 0 or more.")
    for name, indices in (("leader", data.leaders), ("role holder", data.role_holders)):
        if len(indices) and not (min(indices) >= 0 and max(indices) < len(data.people)):
            raise NetworkError(f"A {name} is not in the scope; add them to it or take the role away.")


def reach_sets_per_root(n: int) -> int:
    """An even number of sets per person: 100, and at least 200,000 in all (half of them to choose from)."""
    return 2 * int(np.ceil(max(FEWEST_SETS, SETS_PER_PERSON * n) / (2 * n)))
