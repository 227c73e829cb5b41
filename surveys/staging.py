"""The answers to a survey's stage question become adoption events, under the survey's own label.

They follow the answers once a minute while the survey is open, and at its end. What somebody withdraws,
corrects or objects to leaves no trace: the event goes, not only its validity.
"""

from __future__ import annotations

import datetime

from django.db.models import Max, QuerySet
from django.utils import timezone

from initiatives.adoption import record_survey_stages, tell_of_change
from initiatives.models import AdoptionEvent
from surveys.models import Answer, Invitation, Question, Survey


def stages_label(survey: Survey) -> str:
    """Under which label the initiative keeps the survey's stages."""
    return f"Survey {survey.pk}: {survey.title}"[:255]


def keep_stages(survey: Survey) -> int:
    """Bring the initiative's adoption events in line with the answers; say how many there are."""
    answers = _stage_answers(survey)
    if not _differs(survey, answers):
        return answers.count()
    stages = dict(survey.initiative.stages.values_list("order", "pk"))
    reached = [
        (person, stages[order], _day(saved_at))
        for person, order, saved_at in answers.values_list("invitation__person", "value", "saved_at")
        if order in stages
    ]
    kept = record_survey_stages(survey.initiative, stages_label(survey), reached)
    stage_events(survey).filter(withdrawn_at__isnull=False).delete()
    return kept


def keep_stages_of_open_surveys() -> None:
    """Do so for every survey that takes answers."""
    asking = Question.objects.filter(kind=Question.Kind.STAGE).values("survey")
    for survey in Survey.objects.filter(state=Survey.State.OPEN, pk__in=asking).select_related("initiative"):
        keep_stages(survey)


def forget_stage(invitation: Invitation) -> None:
    """Delete what one person said about their stage, history included."""
    gone, _ = stage_events(invitation.survey).filter(person=invitation.person_id).delete()
    if gone:
        tell_of_change(invitation.survey.initiative)


def stage_events(survey: Survey) -> QuerySet[AdoptionEvent]:
    """The events that the survey's answers made."""
    return AdoptionEvent.objects.filter(
        initiative=survey.initiative_id, label=stages_label(survey), origin=AdoptionEvent.Origin.SURVEY
    )


def _stage_answers(survey: Survey) -> QuerySet[Answer]:
    answers = Answer.objects.filter(question__survey=survey, question__kind=Question.Kind.STAGE)
    return answers.exclude(value=0).exclude(value__isnull=True)


def _differs(survey: Survey, answers: QuerySet[Answer]) -> bool:
    said = answers.aggregate(newest=Max("saved_at"))["newest"]
    events = stage_events(survey).standing()
    kept = events.aggregate(newest=Max("entered_at"))["newest"]
    if said is None or kept is None:
        return said is not kept
    return said > kept or answers.count() != events.count()


def _day(moment: datetime.datetime) -> datetime.date:
    return timezone.localtime(moment).date()
