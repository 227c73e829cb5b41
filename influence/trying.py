"""What a recipe does to the champions: chosen with it, by each kind of source alone, or less a relation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.freshness import basis_of
from influence.gathering import Gathered, gather
from influence.network.model import AnalysisInput, NetworkError, Parameters, Ties
from influence.results import newest_analysis
from initiatives.models import Initiative
from orgchart.models import OrgChart

KIND = "recipe_comparison"
EACH_LEFT_OUT_UP_TO = 20_000


def ask_for_comparison(initiative: Initiative, user, url: str) -> Job:
    """Have the champions chosen under other recipes; the same request under way gives that one."""
    return Job.enqueue(
        KIND,
        {"initiative_id": initiative.pk},
        asked_by=user,
        about=f"Recipes of {initiative.name}",
        url=url,
        key=f"{KIND}:{initiative.pk}",
    )


def newest_comparison(initiative: Initiative) -> Job | None:
    """The job of the comparison that was asked for last."""
    return Job.objects.filter(kind=KIND, key=f"{KIND}:{initiative.pk}").order_by("-pk").first()


def compare_recipes(initiative: Initiative, run: Run) -> dict[str, Any]:
    """The champions under this recipe, by what people said alone, by the work alone, and less a relation."""
    chart = OrgChart.objects.current()
    if chart is None or not initiative.positions(chart).exists():
        raise JobFault("Nobody is in the scope of this initiative; load an org chart or change the scope.")
    basis = basis_of(initiative)
    gathered = gather(initiative, chart)
    parameters = _parameters(initiative)
    chosen = {}
    variants = list(_variants(gathered.data))
    for number, (key, data) in enumerate(variants):
        run.progress(number, len(variants), "Choosing champions")
        chosen[key] = _champions(gathered, data, parameters)
    return {"basis": basis, "chosen": chosen}


def _parameters(initiative: Initiative) -> Parameters:
    newest = newest_analysis(initiative)
    return Parameters(**newest.parameters) if newest else Parameters(seed=1)


def _champions(gathered: Gathered, data: AnalysisInput, parameters: Parameters) -> list[int]:
    from influence.network.recipes import champions_of  # the compiler behind it costs 2 s

    try:
        chosen = champions_of(data, parameters)
    except NetworkError as refusal:
        raise JobFault(str(refusal)) from refusal
    return [gathered.positions[place].person_id for place in chosen.tolist()]


def _variants(data: AnalysisInput) -> Iterator[tuple[str, AnalysisInput]]:
    """The recipe as it is, each kind of source alone, and the recipe less one relation."""
    yield "now", data
    leading = np.array([one.layer == "leadership" for one in data.relations], bool)[data.ties.relation]
    observed = data.ties.observed
    if observed.any() and not observed.all():
        yield "said", _with_ties(data, ~observed)
        yield "seen", _with_ties(data, observed | leading)
    present = [data.relations[code] for code in np.unique(data.ties.relation).tolist()]
    counting = [one for one in present if one.weight and one.layer == "influence"]
    if len(counting) > 1 and len(data.people) <= EACH_LEFT_OUT_UP_TO:
        for one in counting:
            yield f"without {one.name}", _without(data, one.name)


def _with_ties(data: AnalysisInput, chosen: np.ndarray) -> AnalysisInput:
    columns = {name: column[chosen] for name, column in vars(data.ties).items()}
    return replace(data, ties=Ties(**columns))


def _without(data: AnalysisInput, name: str) -> AnalysisInput:
    relations = tuple(replace(one, weight=0.0) if one.name == name else one for one in data.relations)
    return replace(data, relations=relations)
