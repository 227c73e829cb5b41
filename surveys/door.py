"""The survey's own door, ``/s/{token}/``: no session, no cookie; the token in the address is the credential.

The page and load tests use the same addresses. Answers that a link cannot get say why in words, in the
respondent's language, and reveal nothing else.
"""

from __future__ import annotations

import functools
import json
import logging
import math

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bpm_influence.rest.problems import problem
from orgchart.models import Position
from surveys import answering
from surveys.answering import DoorClosed, Refused, find_link
from surveys.models import Invitation, Question, Survey
from surveys.notices import notice_for
from surveys.picking import quick_picks
from surveys.questionnaires import NO_STAGE, minutes_for, stage_text, text_in
from surveys.searching import find_people, search_limit
from surveys.visibility import who_sees_what
from surveys.wording import WORDS, chosen_language, own_name, say, words

LARGEST_BODY = 64 * 1024
logger = logging.getLogger(__name__)


def door(method: str):
    """Let everybody in whose link leads somewhere; say in words why others stay outside."""

    def decorate(view):
        @login_not_required
        @csrf_exempt
        @never_cache
        @functools.wraps(view)
        def guarded(request: HttpRequest, token: str, **arguments) -> HttpResponse:
            response = _answer(view, method, request, token, arguments)
            response["Referrer-Policy"] = "no-referrer"  # the address is the credential
            response["X-Robots-Tag"] = "noindex, nofollow"
            response._has_been_logged = True  # Django would write the address of every refusal into the log
            return response

        return guarded

    return decorate


def _answer(view, method: str, request: HttpRequest, token: str, arguments) -> HttpResponse:
    if request.method not in (method, "HEAD" if method == "GET" else method, "OPTIONS"):
        return HttpResponseNotAllowed([method])
    if request.method == "OPTIONS":
        return HttpResponse(headers={"Allow": method})
    try:
        return view(request, token, **arguments)
    except DoorClosed as closed:
        return _closed(request, closed)
    except Refused as refused:
        return problem(refused.status, refused.sentence(_language(request)))
    except (OperationalError, InterfaceError):
        logger.exception("The database did not answer in %s.", view.__name__)
        return _closed(request, DoorClosed(503, "away"))
    except Exception:  # Django's own line about it would write the address down
        logger.exception("The door of a survey failed in %s.", view.__name__)
        return problem(500, "Something went wrong that should not. Please try again in a minute.")


def _closed(request: HttpRequest, closed: DoorClosed) -> HttpResponse:
    survey = closed.invitation.survey if closed.invitation else None
    language = _language(request, survey)
    title, explanation = say(language, closed.key), say(language, f"{closed.key}_explanation")
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return problem(closed.status, f"{title} {explanation}")
    content = {"language": language, "title": title, "explanation": explanation}
    return render(request, "surveys/respond_closed.html", content, status=closed.status)


@door("GET")
def first(request: HttpRequest, token: str) -> HttpResponse:
    """The first screen: whose link it is, who will see what, and the way on. Opening it changes nothing."""
    link = find_link(token)
    invitation, survey = link.invitation, link.invitation.survey
    language = _language(request, survey)
    position = Position.objects.filter(chart__is_current=True, person=invitation.person_id).first()
    return render(
        request,
        "surveys/respond.html",
        {
            "survey": survey,
            "invitation": invitation,
            "position": position,
            "language": language,
            "heading": _heading(survey, language),
            "languages": [(code, own_name(code)) for code in survey.languages],
            "say": words(language),
            "notice": _notice(survey, language),
            "not_me_explanation": say(language, "not_me_explanation", name=invitation.person.name),
            "duration": _duration(survey, language),
            "until": _until(survey, language),
            "has_begun": link.has_begun,
            "for_script": _for_script(invitation, language),
        },
    )


@door("POST")
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """The notice has been read."""
    survey = find_link(token).invitation.survey
    consent = answering.begin(token, _language(request, survey))
    return JsonResponse({"notice_version": consent.notice_version, "language": consent.language})


@door("GET")
def questions(request: HttpRequest, token: str) -> HttpResponse:
    """The questions in their order, and which are done; never what was said."""
    invitation = find_link(token).invitation
    language = _language(request, invitation.survey)
    done = set(invitation.answers.values_list("question", flat=True))
    asked = invitation.survey.questions.select_related("relation")
    rows = [_question(question, invitation.survey, language, question.pk in done) for question in asked]
    return JsonResponse(rows, safe=False)


@door("GET")
def people(request: HttpRequest, token: str) -> HttpResponse:
    """At most ten of the survey's people whose names have what was typed."""
    link = find_link(token)
    invitation = link.invitation
    wait = search_limit.seconds_to_wait(link.digest)
    if wait:
        seconds = math.ceil(wait)
        sentence = say(_language(request, invitation.survey), "fault_too_fast", seconds=seconds)
        return problem(429, sentence, headers={"Retry-After": str(seconds)})
    found = find_people(
        invitation.survey,
        request.GET.get("q", "")[:200],
        own_person=invitation.person_id,
        own_department=invitation.department,
        may_name=_may_name(invitation.survey, request.GET.get("question", "")),
    )
    places = Position.objects.filter(chart__is_current=True, person__in=found).order_by()
    by_person = {place.person_id: place for place in places}
    rows = [_person(invitation.survey, by_person[pk]) for pk in found if pk in by_person]
    return JsonResponse(rows, safe=False)


@door("GET")
def picks(request: HttpRequest, token: str) -> HttpResponse:
    """People whom the respondent is likely to name, in groups."""
    invitation = find_link(token).invitation
    groups = [
        {"group": group, "people": [_person(invitation.survey, position) for position in near]}
        for group, near in quick_picks(invitation)
    ]
    return JsonResponse(groups, safe=False)


@door("PUT")
def answer(request: HttpRequest, token: str, question_id: int) -> HttpResponse:
    """Save one answer; 200 says that it is on the disk."""
    try:
        content = _json(request)
    except Refused:
        find_link(token)  # a link that leads nowhere comes before what was sent
        raise
    answering.save_answer(token, question_id, content)
    return JsonResponse({"saved": True})


@door("POST")
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """Send the answers off."""
    answering.submit(token)
    return JsonResponse({"submitted": True})


@door("POST")
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Delete the answers."""
    answering.withdraw(token)
    return JsonResponse({"withdrawn": True})


@door("POST")
def object_to_survey(request: HttpRequest, token: str) -> HttpResponse:
    """Leave the person out, as respondent and as a name."""
    answering.object_to_survey(token)
    return JsonResponse({"objected": True})


@door("POST")
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Shut a link that came to the wrong person."""
    answering.say_not_me(token)
    return JsonResponse({"revoked": True})


@door("GET")
def visibility(request: HttpRequest, token: str) -> HttpResponse:
    """Who sees what, as a table."""
    survey = find_link(token).invitation.survey
    language = _language(request, survey)
    return render(request, "surveys/who_sees_what.html", who_sees_what(survey, language))


def _language(request: HttpRequest, survey: Survey | None = None) -> str:
    offered = survey.languages if survey else list(WORDS)
    return chosen_language(offered, request.GET.get("lang"), request.headers.get("Accept-Language", ""))


def _json(request: HttpRequest) -> dict:
    try:
        content = json.loads(_body(request))
    except (ValueError, RecursionError):  # undecodable bytes and endless nesting too
        raise Refused("fault_not_json", status=400) from None
    if not isinstance(content, dict):
        raise Refused("fault_not_json", status=400)
    return content


def _body(request: HttpRequest) -> bytes:
    too_large = Refused("fault_too_large", status=413, most=LARGEST_BODY // 1024)
    try:
        body = request.body
    except RequestDataTooBig:
        raise too_large from None
    if len(body) > LARGEST_BODY:
        raise too_large
    return body


def _may_name(survey: Survey, question: str) -> str:
    if not question.isascii() or not question.isdigit() or len(question) > 18:
        return ""
    return survey.questions.filter(pk=question).values_list("may_name", flat=True).first() or ""


def _person(survey: Survey, position: Position) -> dict[str, str]:
    return {
        "key": answering.person_key(survey, position.person_id),
        "name": position.name,
        "title": position.title,
        "department": position.department,
    }


def _question(question: Question, survey: Survey, language: str, done: bool) -> dict:
    return {
        "id": question.pk,
        "kind": question.kind,
        "relation": question.relation.name if question.relation else None,
        "text": survey.in_language(question.text, language),
        "limit": question.limit if question.kind == Question.Kind.NAMES else None,
        "required": question.required,
        "done": done,
        "help": survey.in_language(question.help, language),
        "options": _options(question, survey, language),
        "scale": _steps(question.scale, survey, language),
        "write_ins": question.write_ins and question.kind == Question.Kind.NAMES,
        "may_name": question.may_name if question.kind == Question.Kind.NAMES else None,
    }


def _options(question: Question, survey: Survey, language: str) -> list[dict]:
    if question.kind == Question.Kind.STAGE:
        return [
            {"value": order, "text": stage_text(name, language) if name else text_in(NO_STAGE, language)}
            for order, name in answering.stage_options(survey)
        ]
    return _steps(question.options, survey, language)


def _steps(steps: list[dict], survey: Survey, language: str) -> list[dict]:
    return [
        {"value": step["value"], "text": survey.in_language(step["text"], language) or str(step["value"])}
        for step in steps
    ]


def _notice(survey: Survey, language: str) -> list[str]:
    notice = survey.notice or notice_for(survey)
    return notice.get(language) or next(iter(notice.values()), [])


def _heading(survey: Survey, language: str) -> str:
    return say(language, "first_heading" if survey.asks_for_names else "first_heading_pulse")


def _duration(survey: Survey, language: str) -> str:
    kinds = list(survey.questions.values_list("kind", flat=True))
    minutes = math.ceil(minutes_for(kinds))
    if minutes == 1:
        return say(language, "duration_short")
    return say(language, "duration", count=len(kinds), minutes=minutes)


def _until(survey: Survey, language: str) -> str:
    if survey.closes_at is None:
        return ""
    with override(language):
        return say(language, "until", date=date_format(survey.closes_at, "DATE_FORMAT"))


def _for_script(invitation: Invitation, language: str) -> dict:
    """What the page's script needs to know; the store's name tells two people on one device apart."""
    store = salted_hmac("surveys.store", str(invitation.pk), algorithm="sha256").hexdigest()[:24]
    return {
        "store": store,
        "language": language,
        "words": words(language),
        "state": invitation.state,
        "own": invitation.person.name,
    }
