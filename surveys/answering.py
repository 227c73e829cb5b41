"""The respondent's side: a link is opened, the notice read, answers saved, corrected, sent, withdrawn.

A link's secret is the whole credential. Whatever somebody says is on the disk before it is acknowledged, and
each save replaces the answer it corrects, so that saving twice changes nothing.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from initiatives.models import Initiative
from orgchart.models import Person
from surveys.models import (
    Answer,
    Consent,
    Invitation,
    InvitationToken,
    Nomination,
    Objection,
    Question,
    Survey,
)
from surveys.staging import forget_stage
from surveys.wording import say

MOST_NAMES = 100
MOST_MORE = 1000
LONGEST_TEXT = 4000
LARGEST_STRENGTH = 100
NO_STAGE = 0
KEY_LETTERS = 16
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what no database keeps: NUL, and halves of a character


class DoorClosed(Exception):
    """A link that leads nowhere (404) or nowhere any more (410); ``key`` is what the page says."""

    def __init__(self, status: int, key: str, invitation: Invitation | None = None):
        super().__init__(key)
        self.status, self.key, self.invitation = status, key, invitation


class Refused(Exception):
    """What was sent cannot be taken; ``key`` and ``values`` say why in the respondent's language."""

    def __init__(self, key: str, status: int = 422, **values):
        super().__init__(key)
        self.status, self.key, self.values = status, key, values

    def sentence(self, language: str) -> str:
        """Why, and what to do."""
        values = dict(self.values)
        if "whom" in values:
            values["whom"] = say(language, values["whom"])
        return say(language, self.key, **values)


def find_link(secret: str, links: QuerySet[InvitationToken] | None = None) -> InvitationToken:
    """The link of a secret, with its invitation, person, survey and whether the notice was read.

    Raises ``DoorClosed`` where it is unknown, revoked, or its survey takes no answers.
    """
    consent = Consent.objects.filter(invitation=OuterRef("invitation"), withdrawn_at=None)
    links = InvitationToken.objects.all() if links is None else links
    link = links.annotate(has_begun=Exists(consent)).of_secret(secret)
    if link is None:
        raise DoorClosed(404, "no_such_link")
    if link.revoked_at or link.invitation.state == Invitation.State.LEFT:
        raise DoorClosed(410, "link_revoked")
    survey = link.invitation.survey
    if survey.is_over:
        raise DoorClosed(410, "survey_closed", link.invitation)
    if not survey.takes_answers:
        raise DoorClosed(404, "not_open_yet", link.invitation)
    if link.invitation.state == Invitation.State.OBJECTED:
        raise DoorClosed(410, "objected", link.invitation)
    return link


def begin(secret: str, language: str) -> Consent:
    """Note that the notice was read, in which version and language; doing so again changes nothing."""
    with on_disk():
        link = _locked(secret)
        invitation, now = link.invitation, timezone.now()
        consent, _ = Consent.objects.get_or_create(
            invitation=invitation,
            withdrawn_at=None,
            defaults={"notice_version": invitation.survey.notice_version, "language": language},
        )
        InvitationToken.objects.filter(pk=link.pk).update(used_at=now)
        if invitation.state in (Invitation.State.INVITED, Invitation.State.WITHDRAWN):
            invitation.state, invitation.begun_at = Invitation.State.BEGUN, invitation.begun_at or now
            invitation.save(update_fields=["state", "begun_at"])
    return consent


def save_answer(secret: str, question_id: int, content: dict[str, Any]) -> None:
    """Save what was said to one question in place of what was said before; ``null`` takes it back."""
    with on_disk():
        invitation = _begun(_locked(secret))
        question = _question(invitation.survey, question_id)
        if question.kind == Question.Kind.NAMES:
            _save_names(invitation, question, content)
        else:
            _save_value(invitation, question, content)


def submit(secret: str) -> None:
    """Send the answers off; they can still be changed until the survey closes."""
    with on_disk():
        invitation = _begun(_locked(secret))
        answered = invitation.answers.values("question")
        missing = list(invitation.survey.questions.filter(required=True).exclude(pk__in=answered))
        if missing:
            raise Refused("fault_required", questions=", ".join(str(question.order) for question in missing))
        if invitation.state != Invitation.State.SUBMITTED:
            invitation.state, invitation.submitted_at = Invitation.State.SUBMITTED, timezone.now()
            invitation.save(update_fields=["state", "submitted_at"])


def withdraw(secret: str) -> None:
    """Delete everything that this person said; with the same link they may begin again."""
    with on_disk():
        _take_back(_locked(secret).invitation, Invitation.State.WITHDRAWN)


def object_to_survey(secret: str) -> None:
    """Leave the person out of the initiative's network for good: as respondent and as a name."""
    with on_disk():
        invitation = _locked(secret).invitation
        record_objection(invitation)


def record_objection(invitation: Invitation) -> None:
    """Note the objection of an invited person and delete what they said and who named them."""
    leave_out(invitation.survey.initiative, invitation.person, survey=invitation.survey)


def leave_out(initiative: Initiative, person: Person, survey: Survey | None = None) -> None:
    """Take a person who objects out of an initiative's network, asked in a survey or not."""
    Objection.objects.get_or_create(initiative=initiative, person=person, defaults={"survey": survey})
    asked = Invitation.objects.filter(survey__initiative=initiative, person=person)
    for each in asked.select_related("survey"):
        _take_back(each, Invitation.State.OBJECTED)
        each.survey.people_changed()
    Nomination.objects.filter(target=person, answer__question__survey__initiative=initiative).delete()


def say_not_me(secret: str) -> None:
    """Shut this link, because it came to the wrong person, and note that a new one is needed."""
    with on_disk():
        link = _locked(secret)
        InvitationToken.objects.filter(pk=link.pk).revoke()
        Invitation.objects.filter(pk=link.invitation_id).update(misdirected_at=timezone.now())


@contextlib.contextmanager
def on_disk() -> Iterator[None]:
    """A transaction whose end means: on the disk. SQLite is told to wait for it, PostgreSQL does anyway."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
    with transaction.atomic():
        yield


def person_key(survey: Survey, person_id: int) -> str:
    """What stands for a person in the page of one survey; keys of others cannot be made up."""
    mark = salted_hmac("surveys.person", f"{survey.pk}:{person_id}", algorithm="sha256").hexdigest()
    return f"{person_id:x}-{mark[:KEY_LETTERS]}"


def person_of_key(survey: Survey, key: str) -> int | None:
    """The person whom a key stands for in this survey."""
    number = key.partition("-")[0]
    try:
        person_id = int(number, 16)
    except ValueError:
        return None
    return person_id if constant_time_compare(key, person_key(survey, person_id)) else None


def stage_options(survey: Survey) -> list[tuple[int, str]]:
    """The stages that somebody can be at: order and name; none yet comes first, without a name."""
    return [(NO_STAGE, ""), *survey.initiative.stages.values_list("order", "name")]


def _locked(secret: str) -> InvitationToken:
    """The link, with its invitation held until the transaction ends: one save at a time for each person."""
    return find_link(secret, InvitationToken.objects.select_for_update(of=("self", "invitation")))


def _begun(link: InvitationToken) -> Invitation:
    if not link.has_begun:
        raise Refused("fault_begin_first", status=409)
    return link.invitation


def _question(survey: Survey, question_id: int) -> Question:
    question = Question.objects.filter(survey=survey, pk=question_id).first()
    if question is None:
        raise Refused("fault_no_such_question", status=404)
    question.survey = survey
    return question


def _take_back(invitation: Invitation, state: str) -> None:
    forget_stage(invitation)
    invitation.answers.all().delete()
    invitation.consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    invitation.state, invitation.answered_at, invitation.submitted_at = state, None, None
    invitation.save(update_fields=["state", "answered_at", "submitted_at"])


def _save_names(invitation: Invitation, question: Question, content: dict[str, Any]) -> None:
    nominations = _nominations(invitation, question, content)
    answer = _store(invitation, question, more=_more(content))
    answer.nominations.all().delete()
    for nomination in nominations:
        nomination.answer = answer
    Nomination.objects.bulk_create(nominations)


def _save_value(invitation: Invitation, question: Question, content: dict[str, Any]) -> None:
    _only(content, {"value"})
    if content.get("value") is None:
        invitation.answers.filter(question=question).delete()
        if not invitation.answers.exists():
            Invitation.objects.filter(pk=invitation.pk).update(answered_at=None)
        return
    _store(invitation, question, value=_value(question, content["value"]))


def _store(invitation: Invitation, question: Question, **said) -> Answer:
    answer = Answer(invitation=invitation, question=question, **said)
    (answer,) = Answer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["invitation", "question"],
        update_fields=["value", "more", "saved_at"],
    )
    if invitation.answered_at is None:
        Invitation.objects.filter(pk=invitation.pk).update(answered_at=timezone.now())
    return answer


def _nominations(invitation: Invitation, question: Question, content: dict[str, Any]) -> list[Nomination]:
    _only(content, {"names", "more"})
    names = content.get("names")
    if not isinstance(names, list):
        raise Refused("fault_names_missing")
    if len(names) > MOST_NAMES:
        raise Refused("fault_too_many", most=MOST_NAMES)
    given = [_given(question.survey, place, name) for place, name in enumerate(names, start=1)]
    known = _named_people(question.survey, [person for person, _, _ in given if person])
    seen: set[int | str] = set()
    nominations = []
    for place, (person, written_in, strength) in enumerate(given, start=1):
        if person and person not in known:
            raise Refused("fault_key", place=place)
        name, department = known[person] if person else (written_in, "")
        _check_name(invitation, question, person, name, department)
        if (person or written_in.casefold()) in seen:
            raise Refused("fault_twice", name=name)
        seen.add(person or written_in.casefold())
        nominations.append(
            Nomination(target_id=person, written_in=written_in, strength=_strength(question, name, strength))
        )
    return nominations


def _given(survey: Survey, place: int, name: Any) -> tuple[int | None, str, Any]:
    """(person, written-in name, strength) of one entry, the person still to be looked up."""
    if not isinstance(name, dict):
        raise Refused("fault_name", place=place)
    _only(name, {"key", "strength"} if "key" in name else {"name", "strength"})
    if isinstance(name.get("key"), str):
        person = person_of_key(survey, name["key"])
        if person is None:
            raise Refused("fault_key", place=place)
        return person, "", name.get("strength")
    written = name.get("name")
    if not isinstance(written, str) or not 0 < len(written.strip()) <= 200 or UNSTORABLE.search(written):
        raise Refused("fault_name", place=place)
    return None, " ".join(written.split()), name.get("strength")


def _named_people(survey: Survey, people: list[int]) -> dict[int, tuple[str, str]]:
    """Name and department of those among the people whom this survey's respondents may name."""
    asked = Invitation.objects.filter(survey=survey, person__in=people).nameable().order_by()
    return {pk: (name, unit) for pk, name, unit in asked.values_list("person", "person__name", "department")}


def _check_name(
    invitation: Invitation, question: Question, person: int | None, name: str, department: str
) -> None:
    if person is None:
        if not question.write_ins:
            raise Refused("fault_write_in", name=name)
        return
    if person == invitation.person_id:
        raise Refused("fault_oneself")
    at_home = bool(department) and department == invitation.department
    if question.may_name == Question.MayName.OWN_DEPARTMENT and not at_home:
        raise Refused("fault_may_not", name=name, whom="own_department")
    if question.may_name == Question.MayName.OTHER_DEPARTMENTS and at_home:
        raise Refused("fault_may_not", name=name, whom="other_departments")


def _strength(question: Question, name: str, strength: Any) -> float | None:
    if strength is None:
        return None
    most = question.largest_strength or LARGEST_STRENGTH
    if not _is_number(strength) or not 0 < strength <= most:
        raise Refused("fault_strength", name=name, value=strength, most=most)
    return float(strength)


def _more(content: dict[str, Any]) -> int | None:
    more = content.get("more")
    if more is None:
        return None
    if isinstance(more, bool) or not isinstance(more, int) or not 0 <= more <= MOST_MORE:
        raise Refused("fault_more", value=more, most=MOST_MORE)
    return more


def _value(question: Question, value: Any) -> Any:
    if question.kind == Question.Kind.TEXT:
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or UNSTORABLE.search(value):
            raise Refused("fault_text", most=LONGEST_TEXT)
        return value
    if question.kind == Question.Kind.STAGE:
        orders = dict(stage_options(question.survey))
        by_name = {name: order for order, name in orders.items() if name}
        value = by_name.get(value, value) if isinstance(value, str) else value
        return _one_of(value, list(orders))
    steps = question.scale if question.kind == Question.Kind.RATING else question.options
    return _one_of(value, [step["value"] for step in steps])


def _one_of(value: Any, allowed: list) -> Any:
    if isinstance(value, (list, dict, bool)) or value not in allowed:
        raise Refused("fault_value", value=value, values=", ".join(map(str, allowed)))
    return allowed[allowed.index(value)]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _only(content: dict[str, Any], fields: set[str]) -> None:
    for field in content:
        if field not in fields:
            raise Refused("fault_field", field=field, fields=", ".join(sorted(fields)))
