"""What an analysis takes and what it gives: plain arrays, one index per person.

Person ``i`` is the same person in every array. ``n`` is the number of people
in scope. A nomination has the namer as *source* and the named as *target*;
influence flows the other way, from the target to the source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from influence.network.objectives import PlainReach, Sponsors
    from influence.network.silence import Silence

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LayerName = Literal["influence", "leadership"]
Flow = Literal["to_source", "both"]


class NetworkError(ValueError):
    """Input that no analysis can use, said in a sentence for the person who gave it."""


class Cancelled(Exception):
    """Raised by a progress callback to stop a run between two blocks."""


@dataclass(frozen=True)
class Relation:
    """What a tie means: the layer it belongs to, its weight, and which way it moves people."""

    name: str
    layer: LayerName = "influence"
    weight: float = 1.0
    flow: Flow = "to_source"


@dataclass(frozen=True)
class Ties:
    """Parallel arrays, one entry per stored tie.

    ``relation`` indexes the list of relations, ``strength`` lies in (0, 1],
    ``observed`` is true where the tie was seen in the work (an event log)
    rather than said in an answer: such ties stay when respondents are resampled.
    """

    source: IntArray
    target: IntArray
    relation: IntArray
    strength: FloatArray
    observed: BoolArray


@dataclass(frozen=True)
class People:
    """The people of one initiative's scope and their place in the formal hierarchy.

    ``manager`` is an index inside the scope, or -1 (top, or manager outside the scope).
    ``line_start`` and ``line_end`` are the preorder interval in the *whole* chart:
    v is below u exactly when ``line_start[u] < line_start[v] <= line_end[u]``
    (``line_end`` is the largest ``line_start`` in the subtree).
    ``department`` is a code into ``department_names``, or -1.
    """

    ids: tuple[str, ...]
    manager: IntArray
    line_start: NDArray[np.int64]
    line_end: NDArray[np.int64]
    department: IntArray
    department_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Parameters:
    """The knobs of one run; every one is stored with the analysis."""

    seed: int = 0
    theta: float = 0.4
    line: float = 0.3
    cut: float = 80.0
    champions: int | None = None
    managers_too: bool = False
    resamples: int = 200
    position_weight: float = 0.5
    silence: str = "as_answered"


@dataclass(frozen=True)
class ChampionRules:
    """Who may be chosen: fixed and excluded people by index, limits by department code.

    ``limits`` maps a department code to (at least, at most); ``None`` means unlimited.
    """

    fixed: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    limits: dict[int, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class AnalysisInput:
    """Everything one run needs.

    ``leaders`` are the committed leaders (or the tops that stand in for them);
    ``role_holders`` are never eligible as champions; ``respondents`` marks whose
    own nominations were asked for and given; ``leadership_asked`` is false where no
    leadership relation was ever asked, so that position alone counts.
    """

    people: People
    relations: tuple[Relation, ...]
    ties: Ties
    leaders: IntArray
    role_holders: IntArray
    respondents: BoolArray
    leadership_asked: bool
    rules: ChampionRules = ChampionRules()


@dataclass(frozen=True)
class Estimate:
    """A number of people with its standard error and its range over the rates (low, high)."""

    people: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class Champion:
    """One chosen person, in the order chosen. ``person`` and ``follows`` are indices."""

    person: int
    rank: int
    marginal_reach: float
    cumulative_reach: float
    confidence: float | None
    follows: int | None
    follows_probability: float | None
    sphere_by_department: dict[int, float]
    why: str


@dataclass(frozen=True)
class Guarantee:
    """The champion set's proven share of the best possible gain, and the bound it rests on."""

    share: float
    confidence: float
    method: str

    @classmethod
    def of_everybody(cls) -> Guarantee:
        """The certainty where no other set is left."""
        return cls(1.0, 1.0, "Everybody who may be chosen is chosen, so no other set can reach more.")


@dataclass(frozen=True)
class FirstFollower:
    """A person moved directly by a leader, ranked by p(leader -> person) * extra reach."""

    leader: int
    person: int
    rank: int
    probability: float
    extra_reach: float


PARTS = ("leadership_only", "influence_only", "either", "only_together", "not_reached")


@dataclass(frozen=True)
class AnalysisResult:
    """Everything one run gives.

    ``scores`` holds one array of length n per measure, under the names of the API
    (NaN where a measure is undefined); ``groups`` one group name per person.
    ``part_probabilities`` is n x 5 in the order of ``PARTS`` and ``department_parts``
    departments x 5 (expected people). ``curve`` has one row per number of champions
    0..k: the people in each of the five parts, then U (reached through both layers), then its se.
    ``sponsors`` are whom to ask to lead had nobody committed; ``plain_reach`` the choices by stored
    ties alone, ``direct`` and ``redundant``; ``silence`` what non-response does.
    """

    scores: dict[str, FloatArray]
    groups: tuple[str, ...]
    group_probabilities: FloatArray
    corners: tuple[str, ...]
    champions: tuple[Champion, ...]
    guarantee: Guarantee | None
    reach: dict[str, Estimate]
    split: dict[str, Estimate]
    silent: float
    baselines: dict[str, Estimate]
    part_probabilities: FloatArray
    department_parts: FloatArray
    curve: FloatArray
    first_followers: tuple[FirstFollower, ...]
    network_figures: dict[str, float | None]
    samples: dict[str, NDArray[np.generic]]
    notes: tuple[str, ...]
    sponsors: Sponsors | None
    plain_reach: dict[str, PlainReach]
    silence: Silence


Progress = Callable[[float, str], None]
"""Called with a share done (0 to 1) and a message; may raise ``Cancelled``."""
