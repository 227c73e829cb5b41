"""The input of an analysis as arrays to keep, so that every worker and every attempt computes on the same."""

from __future__ import annotations

import json

import numpy as np

from influence.keeping import Arrays
from influence.network.model import AnalysisInput, ChampionRules, People, Relation, Ties

PEOPLE = ("manager", "line_start", "line_end", "department")
TIES = ("source", "target", "relation", "strength", "observed")
OWN = ("leaders", "role_holders", "respondents")


def to_arrays(data: AnalysisInput) -> dict[str, np.ndarray]:
    """The arrays that ``from_arrays`` reads back; what is no array goes as text."""
    rules = data.rules
    words = {
        "ids": data.people.ids,
        "department_names": data.people.department_names,
        "relations": [vars(relation) for relation in data.relations],
        "leadership_asked": data.leadership_asked,
        "fixed": rules.fixed,
        "excluded": rules.excluded,
        "limits": [[code, *limit] for code, limit in rules.limits.items()],
    }
    text = np.frombuffer(json.dumps(words).encode(), np.uint8)
    return {
        "words": text,
        **{f"people_{name}": getattr(data.people, name) for name in PEOPLE},
        **{f"ties_{name}": getattr(data.ties, name) for name in TIES},
        **{name: getattr(data, name) for name in OWN},
    }


def from_arrays(arrays: Arrays) -> AnalysisInput:
    """Read back what ``to_arrays`` gave."""
    words = json.loads(arrays["words"].tobytes())
    return AnalysisInput(
        people=People(
            ids=tuple(words["ids"]),
            department_names=tuple(words["department_names"]),
            **{name: arrays[f"people_{name}"] for name in PEOPLE},
        ),
        relations=tuple(Relation(**relation) for relation in words["relations"]),
        ties=Ties(**{name: arrays[f"ties_{name}"] for name in TIES}),
        leadership_asked=words["leadership_asked"],
        rules=ChampionRules(
            fixed=tuple(words["fixed"]),
            excluded=tuple(words["excluded"]),
            limits={code: (least, most) for code, least, most in words["limits"]},
        ),
        **{name: arrays[name] for name in OWN},
    )
