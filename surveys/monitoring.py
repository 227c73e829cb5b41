"""How a survey goes: who answered, what that means for the result, and whom to ask next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from initiatives.models import Relation
from surveys.inviting import NOT_ASKED
from surveys.mailing import most_named_silent
from surveys.models import Invitation, Nomination, Survey
from surveys.small_groups import SEPARATOR, shown_counts, totals_of

PERSONS, DIRECTIONS = 0.80, 0.65
ROUNDS, ROUNDS_OF_MANY = 100, 20
MANY = 20_000
TOP_SHARE = 10
LEAST_ANSWERS = 5
SILENT_SHOWN = 20
RESPONSE = {"invited": Count("pk"), "answered": Count("pk", filter=Q(answered_at__isnull=False))}
TIERS = {
    "persons": "Enough to name persons: four in five or more have answered.",
    "directions": "Enough for directions: name departments and groups, and single people with care.",
    "caution": "Too few to rely on: ask more people before you draw conclusions.",
}


@dataclass(frozen=True)
class Response:
    """How many of those asked have answered."""

    invited: int
    answered: int

    @property
    def rate(self) -> float | None:
        """The share that answered; None where nobody was asked."""
        return self.answered / self.invited if self.invited else None

    @property
    def percent(self) -> int:
        """The rate in whole per cent, rounded down so that no tier is reached by rounding."""
        return int(100 * self.answered / self.invited) if self.invited else 0

    @property
    def tier(self) -> str:
        """What the rate allows."""
        rate = self.rate or 0
        return "persons" if rate >= PERSONS else "directions" if rate >= DIRECTIONS else "caution"

    @property
    def words(self) -> str:
        """The tier in a sentence."""
        return TIERS[self.tier]


def response_of(survey: Survey) -> Response:
    """The response of the whole survey."""
    return Response(**survey.invitations.expected().aggregate(**RESPONSE))


def with_responses(surveys: QuerySet[Survey]) -> list[tuple[Survey, Response]]:
    """Each of the surveys with its response."""
    found = list(surveys)
    rows = Invitation.objects.filter(survey__in=[one.pk for one in found]).expected().order_by()
    counts = {row.pop("survey"): Response(**row) for row in rows.values("survey").annotate(**RESPONSE)}
    return [(one, counts.get(one.pk, Response(0, 0))) for one in found]


def standing_of(survey: Survey) -> dict[str, Any]:
    """The response, how many of those invited are where, and how many have no address or a stray link."""
    State = Invitation.State
    reachable, expected = ~Q(state__in=NOT_ASKED), ~Q(state=State.LEFT)
    counts = survey.invitations.aggregate(
        invited=Count("pk", filter=expected),
        answered=Count("pk", filter=expected & Q(answered_at__isnull=False)),
        submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
        begun=Count("pk", filter=Q(state=State.BEGUN)),
        left=Count("pk", filter=Q(state=State.LEFT)),
        misdirected=Count("pk", filter=Q(misdirected_at__isnull=False)),
        without_email=Count("pk", filter=reachable & Q(person__email="")),
    )
    return {"response": Response(counts.pop("invited"), counts.pop("answered")), **counts}


def departments_of(survey: Survey) -> list[dict[str, Any]]:
    """The response by department and parent; ``answered`` is None where a small group must not show."""
    rows = survey.invitations.expected().order_by().values_list("department")
    counts = list(rows.annotate(**RESPONSE).values_list("department", "invited", "answered"))
    asked = {name: invited for name, invited, _ in counts}
    shown = shown_counts({name: answered for name, _, answered in counts}, settings.SMALLEST_GROUP)
    invited = totals_of(asked)
    return [
        {
            "department": unit,
            "name": unit.rpartition(SEPARATOR)[2],
            "depth": unit.count(SEPARATOR),
            "invited": invited[unit],
            "answered": shown[unit],
            "response_rate": None if shown[unit] is None else shown[unit] / invited[unit],
        }
        for unit in sorted(shown)
    ]


def by_day(survey: Survey) -> list[tuple[date, int]]:
    """How many had answered at the end of each day on which somebody began to."""
    answered = survey.invitations.expected().filter(answered_at__isnull=False)
    days = answered.annotate(day=TruncDate("answered_at")).order_by("day").values_list("day")
    total, curve = 0, []
    for day, count in days.annotate(Count("pk")):
        total += count
        curve.append((day, total))
    return curve


def whom_to_ask(survey: Survey) -> dict[str, Any]:
    """The silent people whom most others name: by name where the promise allows it, else as departments.

    ``count`` is how many there are, counted no further than one beyond those shown.
    """
    silent = most_named_silent(survey)
    if not survey.names_are_secret:
        people = list(silent[: SILENT_SHOWN + 1])
        return {"people": _by_department(people[:SILENT_SHOWN]), "departments": [], "count": len(people)}
    shown = {row["department"] for row in departments_of(survey) if row["answered"] is not None}
    counts = list(silent.order_by().values_list("department").annotate(Count("pk")))
    rows = [(name, count) for name, count in counts if name in shown and count >= settings.SMALLEST_GROUP]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return {"people": [], "departments": rows, "count": sum(count for _, count in counts)}


def _by_department(people: list[Invitation]) -> list[Invitation]:
    """Department by department, first the one whose silent people are named most, in the order given."""
    named: Counter[str] = Counter()
    for one in people:
        named[one.department] += one.named_by
    return sorted(people, key=lambda one: (-named[one.department], one.department))


def places_uncertain(survey: Survey) -> float | None:
    """By how many places the rank of a much-named person would move, had others answered.

    The median half-width of the 90% interval of ranks by names received, over the tenth of the people who
    are named most, when the respondents are drawn again with replacement. None below five respondents.
    """
    state = survey.invitations.aggregate(Count("pk"), Max("answered_at"))
    names = Nomination.objects.filter(answer__question__survey=survey)
    newest = names.aggregate(Max("pk"), Count("pk"))
    key = f"survey-places:{survey.pk}:" + ":".join(
        str(value).replace(" ", "_") for value in (*state.values(), *newest.values())
    )
    found = cache.get(key, "unknown")
    if found == "unknown":
        found = _places(survey)
        cache.set(key, found, 24 * 3600)
    return found


def _places(survey: Survey) -> float | None:
    rows = np.array(
        list(
            Nomination.objects.filter(
                answer__question__survey=survey,
                answer__question__relation__layer=Relation.Layer.INFLUENCE,
                target__isnull=False,
            ).values_list("answer__invitation__person", "target")
        ),
        dtype=np.int64,
    ).reshape(-1, 2)
    namers, source = np.unique(rows[:, 0], return_inverse=True)
    if namers.size < LEAST_ANSWERS:
        return None
    _, target = np.unique(rows[:, 1], return_inverse=True)
    named = np.bincount(target)
    people = survey.invitations.count()
    top = np.argsort(-named, kind="stable")[: max(1, min(named.size, people // TOP_SHARE))]
    rounds = ROUNDS if people <= MANY else ROUNDS_OF_MANY
    random = np.random.default_rng(survey.pk)
    ranks = np.empty((rounds, top.size))
    for turn in range(rounds):
        drawn = np.bincount(random.integers(0, namers.size, namers.size), minlength=namers.size)
        again = np.bincount(target, weights=drawn[source], minlength=named.size)
        ordered = np.sort(-again)
        ranks[turn] = 1 + np.searchsorted(ordered, -again[top], side="left")
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0)
    return float(np.median((high - low) / 2))
