"""Turn an initiative's stored scope, roles and ties into the arrays that the pure core works on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from influence.models import TieSet
from influence.network.model import AnalysisInput, People, Ties
from influence.network.model import Relation as NetworkRelation
from influence.recipes import recipe_of
from influence.sources.loaded import loaded_ties
from influence.sources.survey import Respondents, survey_respondents, survey_ties
from influence.terms import champion_rules, never_champions, terms_of
from initiatives.models import Initiative, Relation
from orgchart.models import OrgChart, Position


@dataclass(frozen=True)
class Gathered:
    """The arrays of one analysis and the positions behind them, in the same order."""

    data: AnalysisInput
    positions: list[Position]
    leaders_stand_in: bool
    response_rate: float | None


def gather(initiative: Initiative, chart: OrgChart) -> Gathered:
    """Collect people, ties, leaders and rules of the initiative's scope on ``chart``."""
    positions = list(initiative.positions(chart).select_related("person"))
    positions.sort(key=lambda position: position.person.employee_id)
    index = {position.person_id: i for i, position in enumerate(positions)}
    people = _people(positions, index)
    relations = recipe_of(initiative)
    ties = _ties(initiative, index, list(relations))
    asked = survey_respondents(initiative)
    holders = _indices(initiative.committed_leaders().values_list("pk", flat=True), index)
    leaders = holders if len(holders) else _standing_in(people)
    data = AnalysisInput(
        people=people,
        relations=tuple(relations.values()),
        ties=ties,
        leaders=leaders,
        role_holders=holders,
        respondents=_respondents(ties, asked, index),
        leadership_asked=asked.leadership_asked or _leadership_asked(ties, list(relations.values())),
        rules=champion_rules(
            terms_of(initiative), never_champions(initiative), index, people.department_names
        ),
    )
    return Gathered(
        data, positions, leaders_stand_in=len(leaders) > len(holders), response_rate=asked.rate_among(index)
    )


def _standing_in(people: People) -> np.ndarray:
    """The tops of the scope; nobody where there is no hierarchy in it, so that everybody would be one."""
    tops = np.flatnonzero(people.manager < 0).astype(np.int32)
    return tops if len(tops) == 1 or len(tops) < len(people) else tops[:0]


def input_hash(data: AnalysisInput) -> str:
    """A fingerprint of everything that the figures follow from, parameters and seed aside."""
    digest = hashlib.sha256()
    people, ties = data.people, data.ties
    arrays = (people.manager, people.line_start, people.line_end, people.department, ties.source, ties.target)
    more = (ties.relation, ties.strength, ties.observed, data.leaders, data.role_holders, data.respondents)
    for array in (*arrays, *more):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(repr((people.ids, people.department_names, data.relations, data.rules)).encode())
    return digest.hexdigest()


def _people(positions: list[Position], index: dict[int, int]) -> People:
    names = sorted({p.department for p in positions if p.department})
    codes = {name: code for code, name in enumerate(names)}
    return People(
        ids=tuple(p.person.employee_id for p in positions),
        manager=np.array([index.get(p.manager_id, -1) for p in positions], dtype=np.int32),
        line_start=np.array([p.lft for p in positions], dtype=np.int64),
        line_end=np.array([p.rgt for p in positions], dtype=np.int64),
        department=np.array([codes.get(p.department, -1) for p in positions], dtype=np.int32),
        department_names=tuple(names),
    )


def _ties(initiative: Initiative, index: dict[int, int], relations: list[int]) -> Ties:
    codes = {relation: code for code, relation in enumerate(relations)}
    inside = sorted(
        (index[source], index[target], codes[relation], strength, is_observed)
        for source, target, relation, strength, is_observed in _all_ties(initiative)
        if source in index and target in index
    )
    columns = list(zip(*inside, strict=True)) or [()] * 5
    kinds = (np.int32, np.int32, np.int32, np.float64, np.bool_)
    return Ties(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def _all_ties(initiative: Initiative) -> Iterator[tuple[int, int, int, float, bool]]:
    """Source, target, relation, strength of every tie, and whether it was seen in the work, not said."""
    rows = loaded_ties(initiative).values_list(
        "source_id", "target_id", "relation_id", "strength", "tie_set__origin"
    )
    for *tie, origin in rows.iterator(chunk_size=10_000):
        yield (*tie, origin == TieSet.Origin.EVENT_LOG)
    for said in survey_ties(initiative):
        yield said.source, said.target, said.relation, said.strength, False


def _indices(person_ids: Iterable[int], index: dict[int, int]) -> np.ndarray:
    return np.array(sorted({index[pk] for pk in person_ids if pk in index}), dtype=np.int32)


def _respondents(ties: Ties, asked: Respondents, index: dict[int, int]) -> np.ndarray:
    """Whose answers there are: who names somebody in a file, or has answered a survey, be it with nobody."""
    answered = np.zeros(len(index), dtype=np.bool_)
    answered[ties.source[~ties.observed]] = True
    answered[_indices(asked.answered, index)] = True
    return answered


def _leadership_asked(ties: Ties, relations: list[NetworkRelation]) -> bool:
    leadership = [r.layer == Relation.Layer.LEADERSHIP for r in relations]
    return bool(np.array(leadership, dtype=bool)[ties.relation].any()) if relations else False
