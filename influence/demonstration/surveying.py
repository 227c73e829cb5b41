"""The demonstration's survey: held, answered by four in five, and closed, as if people had done it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from influence.demonstration.naming import Nomination, build_nominations
from influence.demonstration.organisation import SEED, Organisation
from influence.demonstration.vocabulary import STRENGTH_WORDS, SURVEY_CONTACT, SURVEY_PURPOSE, SURVEY_TITLE
from initiatives.models import Initiative
from surveys.editing import add_ready_question, close_survey, create_survey, open_survey
from surveys.models import Answer, Consent, Invitation, Question, Survey
from surveys.models import Nomination as Named
from surveys.questionnaires import steps

RELATIONS = ("influence", "leadership", "advice")
DAYS_OPEN = 14
ENDED_DAYS_AGO = 7
NOT_SENT_OFF = 0.06
AT_ONCE = 500


def hold_survey(initiative: Initiative, organisation: Organisation) -> Survey:
    """Ask everybody, let the nominations be their answers, and close it."""
    with transaction.atomic():
        survey = create_survey(
            initiative,
            questionnaire="stage",
            created_by=initiative.created_by,
            title=SURVEY_TITLE,
            confidentiality=Survey.Confidentiality.NAMED_NETWORK,
            low_groups=Survey.LowGroups.NAMES,
            purpose={"en": SURVEY_PURPOSE},
            contact=SURVEY_CONTACT,
        )
        questions = _ask_for_names(survey)
        open_survey(survey)
        ended = timezone.now() - timedelta(days=ENDED_DAYS_AGO)
        _Answering(survey, questions, ended - timedelta(days=DAYS_OPEN)).take(build_nominations(organisation))
        close_survey(survey)
        Survey.objects.filter(pk=survey.pk).update(
            opens_at=ended - timedelta(days=DAYS_OPEN), opened_at=ended - timedelta(days=DAYS_OPEN),
            closes_at=ended, closed_at=ended,
        )  # fmt: skip
    return survey


def _ask_for_names(survey: Survey) -> dict[str, Question]:
    """One question for each relation, each with how much; the stage of change is told by a file."""
    survey.questions.all().delete()
    for relation in RELATIONS:
        add_ready_question(survey, relation)
    survey.questions.update(scale=steps({"en": STRENGTH_WORDS}))
    return {question.relation.name: question for question in survey.questions.select_related("relation")}


class _Answering:
    """Writes what people answered, each on some day while the survey was open."""

    def __init__(self, survey: Survey, questions: dict[str, Question], opened: datetime):
        self.survey, self.questions, self.opened = survey, questions, opened
        self.chance = random.Random(SEED + 3)
        invitations = survey.invitations.select_related("person")
        self.invitations = {one.person.employee_id: one for one in invitations}

    def take(self, nominations: list[Nomination]) -> None:
        by_source = [(who, list(named)) for who, named in groupby(nominations, lambda one: one.source)]
        respondents = [self._respondent(who) for who, _ in by_source]
        fields = ["state", "begun_at", "answered_at", "submitted_at"]
        Invitation.objects.bulk_update(respondents, fields, batch_size=AT_ONCE)
        version = self.survey.notice_version
        Consent.objects.bulk_create(
            (Consent(invitation=one, notice_version=version, language="en") for one in respondents),
            batch_size=AT_ONCE,
        )
        answers = Answer.objects.bulk_create(
            (self._answer(who, relation) for who, _ in by_source for relation in RELATIONS),
            batch_size=AT_ONCE,
        )
        of = {(one.invitation_id, one.question_id): one for one in answers}
        Named.objects.bulk_create(self._named(nominations, of), batch_size=AT_ONCE)

    def _respondent(self, employee_id: str) -> Invitation:
        one = self.invitations[employee_id]
        # Most answer in the first days, and again after the reminder in the second week.
        week = 7 * (self.chance.random() < 0.35)
        one.answered_at = self.opened + timedelta(days=week + min(6.5, self.chance.expovariate(0.6)))
        one.begun_at, one.state = one.answered_at, Invitation.State.BEGUN
        if self.chance.random() >= NOT_SENT_OFF:
            one.submitted_at, one.state = one.answered_at, Invitation.State.SUBMITTED
        return one

    def _answer(self, employee_id: str, relation: str) -> Answer:
        return Answer(invitation=self.invitations[employee_id], question=self.questions[relation])

    def _named(self, nominations: list[Nomination], answers: dict) -> Iterator[Named]:
        for one in nominations:
            answer = answers[self.invitations[one.source].pk, self.questions[one.relation].pk]
            target = self.invitations[one.target].person
            yield Named(answer=answer, target=target, strength=float(one.strength))
