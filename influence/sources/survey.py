"""What people said in surveys, as ties: nothing is copied, so a withdrawn answer is gone at once.

An answer counts from the moment it is saved, sent off or not, while the survey is open and after it has
closed; a pilot's never do. Strengths are scaled by the largest one given to the same question, as those of a
file are by their relation's; a name without a strength counts like the average of those that have one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, Q, QuerySet

from influence.recipes import leadership_relations
from initiatives.models import Initiative
from surveys.models import Answer, Invitation, Nomination, Question, Survey

COLUMNS = (
    "answer__question", "answer__question__relation", "answer__invitation__person", "target", "strength",
)  # fmt: skip


@dataclass(frozen=True)
class SurveyTie:
    """One person naming another in one relation; ``source`` names ``target`` (keys of people)."""

    source: int
    target: int
    relation: int
    strength: float


@dataclass(frozen=True)
class Respondents:
    """Who of the scope was asked for names, who answered, and whether leadership was asked about."""

    asked: frozenset[int] = frozenset()
    answered: frozenset[int] = frozenset()
    leadership_asked: bool = False

    def rate_among(self, people: Iterable[int]) -> float | None:
        """The share of those asked among these people who answered; None where nobody was asked."""
        asked = self.asked.intersection(people)
        return len(self.answered & asked) / len(asked) if asked else None


def survey_ties(initiative: Initiative, person: int | None = None) -> list[SurveyTie]:
    """The ties that answers make, each once with its largest strength; those of one person if given."""
    said = Nomination.objects.counted_in(initiative)
    scales = _scales(said)
    if not scales:
        return []
    if person is not None:
        said = said.filter(Q(answer__invitation__person=person) | Q(target=person))
    strongest: dict[tuple[int, int, int], float] = {}
    for question, relation, source, target, given in said.values_list(*COLUMNS).iterator(chunk_size=10_000):
        largest, usual = scales[question]
        tie, strength = (source, target, relation), (usual if given is None else given) / largest
        strongest[tie] = max(strength, strongest.get(tie, 0.0))
    return [SurveyTie(*tie, strength) for tie, strength in sorted(strongest.items())]


def has_survey_ties(initiative: Initiative) -> bool:
    """Whether anybody has named anybody in a survey that counts."""
    return Nomination.objects.counted_in(initiative).exists()


def named_in_surveys(initiative: Initiative) -> list[tuple[Survey, int]]:
    """The surveys whose names count here, newest first, with how many names there are in each."""
    said = Nomination.objects.counted_in(initiative).order_by().values_list("answer__question__survey")
    counts = dict(said.annotate(Count("pk")))
    surveys = Survey.objects.counted_in(initiative).select_related("initiative")
    return [(survey, counts.get(survey.pk, 0)) for survey in surveys]


def _scales(said: QuerySet[Nomination]) -> dict[int, tuple[float, float]]:
    """Largest and average strength that was given to each question; 1 and 1 where none was."""
    rows = said.order_by().values_list("answer__question").annotate(Max("strength"), Avg("strength"))
    return {question: (largest or 1.0, usual or 1.0) for question, largest, usual in rows}


def survey_respondents(initiative: Initiative) -> Respondents:
    """Who was asked for names and who answered; to say that there is nobody is an answer, too."""
    surveys = Survey.objects.counted_in(initiative)
    naming = Question.objects.filter(survey__in=surveys, kind=Question.Kind.NAMES)
    asked = Invitation.objects.filter(survey__in=naming.values("survey")).expected()
    answers = Answer.objects.filter(question__in=naming)
    answers = answers.exclude(invitation__person__objections__initiative=initiative)
    leadership = answers.filter(question__relation__in=leadership_relations(initiative))
    return Respondents(
        asked=frozenset(asked.values_list("person", flat=True)),
        answered=frozenset(answers.values_list("invitation__person", flat=True)),
        leadership_asked=leadership.exists(),
    )
