"""Making surveys: written, copied, tried, opened, closed and extended; pages and commands alike come here.

What cannot be done raises ``SurveyError`` with a sentence that says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from initiatives.models import Initiative, Relation
from orgchart.models import Person
from surveys.inviting import askable, bring_links, first_asked, invite
from surveys.models import Mailing, Question, Survey
from surveys.notices import keep_notice
from surveys.promises import keep_promise
from surveys.questionnaires import QUESTIONNAIRES, READY, ready_question
from surveys.staging import keep_stages, stage_events

COPIED = (
    "title", "confidentiality", "low_groups", "reuse_allowed", "reuses", "pulse_of", "languages", "purpose",
    "contact",
)  # fmt: skip
QUESTION_FIELDS = (
    "order", "kind", "relation", "text", "help", "options", "limit", "scale", "may_name", "write_ins",
    "required", "source",
)  # fmt: skip
PROMISE = ("confidentiality", "low_groups")
SAME_PEOPLE = 0.5
MOST_QUESTIONS = 40


class SurveyError(ValueError):
    """Why something cannot be done with a survey now, and what to do."""


def create_survey(
    initiative: Initiative, *, questionnaire: str = "standard", created_by=None, **settings: Any
) -> Survey:
    """Write a draft with the questions of a ready questionnaire; ``settings`` are the survey's own fields."""
    if questionnaire not in QUESTIONNAIRES:
        known = ", ".join(QUESTIONNAIRES)
        raise SurveyError(f"There is no questionnaire “{questionnaire}”; use one of {known}.")
    survey = Survey(initiative=initiative, created_by=created_by, **settings)
    survey.title = survey.title or f"Survey of {initiative.name}"[:200]
    survey.is_demonstration = initiative.is_demonstration
    _check_reuse(survey)
    with transaction.atomic():
        survey.save()
        for name in QUESTIONNAIRES[questionnaire]:
            add_ready_question(survey, name)
    return survey


def add_ready_question(survey: Survey, name: str) -> Question:
    """Put a ready question at the end of a draft, in the survey's languages."""
    if name not in READY:
        raise SurveyError(f"There is no ready question “{name}”; use one of {', '.join(READY)}.")
    wording = ready_question(name, initiative=survey.initiative.name)
    relation = wording["relation"] and Relation.objects.get(name=wording["relation"])
    return add_question(
        survey,
        kind=wording["kind"],
        relation=relation or None,
        **{field: wording[field] for field in ("text", "help", "options", "scale", "source")},
    )


def add_question(survey: Survey, **fields: Any) -> Question:
    """Put a question at the end of a draft."""
    if survey.pulse_of_id and fields["kind"] == Question.Kind.NAMES:
        raise SurveyError("A pulse asks where people stand; write a new survey to ask for names.")
    last = survey.questions.order_by("-order").first()
    if survey.questions.count() >= MOST_QUESTIONS:
        raise SurveyError(f"{MOST_QUESTIONS} questions are enough; take one away first.")
    question = Question(survey=survey, order=last.order + 1 if last else 1, **fields)
    question.save()
    return question


def move_question(question: Question, places: int) -> None:
    """Move a question up (-1) or down (1) by one place."""
    with transaction.atomic():
        ordered = list(question.survey.questions.all())
        here = next(place for place, one in enumerate(ordered) if one.pk == question.pk)
        there = here + places
        if not 0 <= there < len(ordered):
            return
        first, second = ordered[here], ordered[there]
        here_order, there_order = first.order, second.order
        for one, order in ((first, 0), (second, here_order), (first, there_order)):
            one.order = order
            one.save(update_fields=["order"])


def copy_survey(survey: Survey, user=None) -> Survey:
    """A new draft with the same questions and settings, to be changed and opened later."""
    with transaction.atomic():
        copy = Survey(
            initiative=survey.initiative,
            created_by=user,
            is_demonstration=survey.is_demonstration,
            **{field: getattr(survey, field) for field in COPIED},
        )
        copy.title = f"{survey.title} (copy)"[:200]
        copy.save()
        Question.objects.bulk_create(
            Question(survey=copy, **{field: getattr(question, field) for field in QUESTION_FIELDS})
            for question in survey.questions.all()
        )
    return copy


def start_pilot(survey: Survey, people: Iterable[Person]) -> int:
    """Let a few people try the survey; what they answer is thrown away when the pilot ends."""
    if survey.state != Survey.State.DRAFT:
        raise SurveyError("Only a draft can be tried; make a copy of this survey first.")
    places = askable(survey).filter(person__in=list(people))
    if not places.exists():
        raise SurveyError("Nobody chosen is in the scope of the initiative; choose somebody who is.")
    _check_questions(survey)
    with transaction.atomic():
        keep_notice(survey)
        survey.state = Survey.State.PILOT
        survey.save()
        return invite(survey, places)


def end_pilot(survey: Survey) -> None:
    """Throw the pilot's answers and invitations away; the survey is a draft again."""
    if survey.state != Survey.State.PILOT:
        raise SurveyError("This survey is not being tried.")
    with transaction.atomic():
        survey.invitations.all().delete()
        survey.mailings.all().delete()
        survey.state, survey.notice, survey.notice_version = Survey.State.DRAFT, {}, ""
        survey.save()
        survey.people_changed()


def open_survey(survey: Survey, *, closes_at: datetime | None = None) -> int:
    """Open the survey for everybody in scope; say how many are invited. Nobody gets a mail by this alone."""
    if survey.state == Survey.State.PILOT:
        end_pilot(survey)
    if survey.state != Survey.State.DRAFT:
        raise SurveyError(f"This survey is {survey.state} already; make a copy of it first.")
    _check_can_open(survey, closes_at)
    with transaction.atomic():
        keep_notice(survey)
        survey.state = Survey.State.OPEN
        survey.opened_at = survey.opens_at = timezone.now()
        survey.closes_at = closes_at or survey.closes_at
        survey.save()
        invited = invite(survey, first_asked(survey))
        bring_links(survey)
    return invited


def close_survey(survey: Survey) -> None:
    """Close the survey now; mails not sent yet are not sent any more."""
    if survey.state == Survey.State.PILOT:
        raise SurveyError("This survey is only being tried; end the pilot instead.")
    if survey.state != Survey.State.OPEN:
        raise SurveyError("This survey is not open.")
    with transaction.atomic():
        survey.state, survey.closed_at = Survey.State.CLOSED, timezone.now()
        survey.save(update_fields=["state", "closed_at"])
        survey.mailings.filter(state=Mailing.State.PLANNED).update(state=Mailing.State.CANCELLED)
        keep_stages(survey)


def delete_survey(survey: Survey) -> None:
    """Delete a survey with everything that people said; what they were promised outlives it.

    Finished analyses go on showing figures made of the answers, so the initiative, and each that reused
    the names, stays under the promise.
    """
    if survey.state == Survey.State.OPEN:
        raise SurveyError("Close the survey before you delete it.")
    with transaction.atomic():
        keep_promise(survey)
        if survey.pulse_of:
            bring_links(survey.pulse_of)
        stage_events(survey).delete()
        survey.delete()


def extend_survey(survey: Survey, closes_at: datetime) -> None:
    """Let an open or closed survey take answers until that time; the links that people have work again."""
    if survey.state not in (Survey.State.OPEN, Survey.State.CLOSED):
        raise SurveyError("Only a survey that has been opened can be extended.")
    if closes_at <= timezone.now():
        raise SurveyError("Choose a time that lies ahead.")
    others = survey.initiative.surveys.filter(state=Survey.State.OPEN).exclude(pk=survey.pk)
    if others.exists():
        raise SurveyError("Another survey of this initiative is open; close that one first.")
    survey.state, survey.closed_at, survey.closes_at = Survey.State.OPEN, None, closes_at
    with transaction.atomic():
        survey.save(update_fields=["state", "closed_at", "closes_at"])
        bring_links(survey)


def close_what_is_over() -> int:
    """Close the surveys whose time has come; say how many."""
    due = list(Survey.objects.filter(state=Survey.State.OPEN, closes_at__lte=timezone.now()))
    for survey in due:
        close_survey(survey)
    return len(due)


def reusable_surveys(initiative: Initiative, user) -> list[tuple[Survey, float]]:
    """Earlier surveys whose notice allows reuse, with the share of this scope's people asked then."""
    earlier = Survey.objects.counting().filter(reuse_allowed=True).exclude(initiative=initiative)
    found = [(survey, share_asked(survey, initiative)) for survey in earlier.visible_to(user).distinct()]
    return [(survey, share) for survey, share in found if share >= SAME_PEOPLE]


def share_asked(survey: Survey, initiative: Initiative) -> float:
    """Which share of the initiative's people an earlier survey asked."""
    people = initiative.positions()
    everybody = people.count()
    asked = people.filter(person__in=survey.invitations.values("person")).count()
    return asked / everybody if everybody else 0.0


def newest_survey(initiative: Initiative) -> Survey | None:
    """The survey that commands mean: the open one, else the newest."""
    surveys = initiative.surveys
    return surveys.filter(state__in=[Survey.State.OPEN, Survey.State.PILOT]).first() or surveys.first()


def change_survey(survey: Survey, changes: Mapping[str, Any]) -> None:
    """Change settings of a survey that has not been opened."""
    for field, value in changes.items():
        setattr(survey, field, value)
    _check_reuse(survey)
    _check_same_promise(survey)
    survey.save()


def _check_same_promise(survey: Survey) -> None:
    first = survey.pulse_of
    if first and any(getattr(survey, field) != getattr(first, field) for field in PROMISE):
        raise SurveyError("A pulse promises what the survey promised that it repeats.")


def _check_reuse(survey: Survey) -> None:
    earlier = survey.reuses
    if earlier is None:
        return
    if not earlier.reuse_allowed:
        raise SurveyError("People were not told that their answers may be used again; ask them anew.")
    if earlier.names_are_secret and not survey.names_are_secret:
        raise SurveyError("The earlier survey promised scores only; this one must promise the same.")
    if earlier.low_groups == Survey.LowGroups.COUNTS and survey.low_groups != Survey.LowGroups.COUNTS:
        raise SurveyError("The earlier survey promised to show low groups as counts; promise the same here.")


def _check_questions(survey: Survey) -> None:
    if not survey.questions.exists():
        raise SurveyError("This survey has no question yet; add one first.")
    missing = [q.order for q in survey.questions.all() if not any(q.text.values())]
    if missing:
        raise SurveyError(f"Question {missing[0]} has no wording yet.")


def _check_can_open(survey: Survey, closes_at: datetime | None) -> None:
    _check_questions(survey)
    if not first_asked(survey).exists():
        raise SurveyError(
            "Nobody on the current org chart is in the scope of this initiative; "
            "load and activate an org chart, or change the scope."
        )
    if survey.initiative.surveys.filter(state=Survey.State.OPEN).exists():
        raise SurveyError("Another survey of this initiative is open; close that one first.")
    ends = closes_at or survey.closes_at
    if ends and ends <= timezone.now():
        raise SurveyError("The survey would end before it begins; choose a later end.")
    _check_reuse(survey)
