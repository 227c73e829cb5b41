"""What a recipe does to the champions: the set that an analysis would choose."""

from __future__ import annotations

from influence.network.analysis import choose_champions
from influence.network.blocks import compute, plan
from influence.network.model import AnalysisInput, IntArray, Parameters
from influence.network.run import prepare
from influence.network.samples import ReverseSamples


def champions_of(data: AnalysisInput, parameters: Parameters, threads: int | None = None) -> IntArray:
    """Choose the champions as a whole analysis does, and nothing else.

    Parameters
    ----------
    data : AnalysisInput
        People, relations with their weights, ties, leaders and rules.
    parameters : Parameters
        The knobs; with the same seed the choice is that of the analysis.

    Returns
    -------
    int32 array
        Indices in the order chosen.
    """
    run = prepare(data, parameters, threads)
    worlds = [compute(run, block) for block in sorted(plan(run)) if block.step == "worlds"]
    samples = ReverseSamples.joined([ReverseSamples.from_arrays(arrays) for arrays in worlds])
    return choose_champions(run, samples).selection.people
