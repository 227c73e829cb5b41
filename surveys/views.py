"""The change manager's desk: surveys written, tried, opened, watched, and their links brought to people."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_influence.rest.exporting import csv_response
from initiatives.access import managed_initiative, visible_initiative
from initiatives.models import Initiative
from orgchart.models import Person
from surveys import editing, inviting, mailing, monitoring
from surveys.editing import SurveyError
from surveys.forms import (
    EndForm,
    MailingForm,
    PilotForm,
    PulseForm,
    QuestionForm,
    SurveyForm,
    expected_minutes,
)
from surveys.mail_ways import mails_are_files, mails_in_files
from surveys.models import LinkExport, Mailing, MailItem, Question, Survey, SurveyFrozen
from surveys.notices import notice_for
from surveys.pulsing import plan_pulses
from surveys.questionnaires import NO_STAGE, READY, stage_text, text_in
from surveys.summing import said_by_question
from surveys.visibility import who_sees_what
from surveys.wording import own_name, say, words

MAILS_SHOWN = 100
REFUSED_SHOWN = 200
CARDS_A_TIME = 200
MOST_NAMED = 20
CURVE = (300, 80)


def _managed(request: HttpRequest, slug: str, pk: int) -> Survey:
    return get_object_or_404(
        managed_initiative(request.user, slug).surveys.select_related("initiative"), pk=pk
    )


def _readable(request: HttpRequest, slug: str) -> Initiative:
    """The initiative, for those who manage it and for the auditor, who reads notices and settings."""
    initiative = visible_initiative(request.user, slug)
    if not (request.user.can_manage_initiatives or request.user.sees_every_initiative):
        raise PermissionDenied("Your role sees results, not surveys.")
    return initiative


def _page(request: HttpRequest, template: str, survey: Survey, **context: Any) -> HttpResponse:
    wrong = any(form.errors for name, form in context.items() if name.endswith("form") and form is not None)
    shared = {"initiative": survey.initiative, "survey": survey, "tab": "surveys"}
    return render(request, f"surveys/{template}.html", shared | context, status=422 if wrong else 200)


@require_safe
def surveys(request: HttpRequest, slug: str) -> HttpResponse:
    """The initiative's surveys, newest first."""
    initiative = _readable(request, slug)
    rows = monitoring.with_responses(initiative.surveys.all())
    context = {"initiative": initiative, "tab": "surveys", "rows": rows}
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new draft."""
    initiative = managed_initiative(request.user, slug)
    form = SurveyForm(_posted(request), initiative=initiative, user=request.user)
    if form.is_valid():
        try:
            survey = editing.create_survey(
                initiative,
                questionnaire=form.cleaned_data["questionnaire"],
                created_by=request.user,
                **form.entries(),
            )
            return redirect("surveys:survey", slug, survey.pk)
        except SurveyError as refusal:
            form.add_error(None, str(refusal))
    return _page(request, "settings", Survey(initiative=initiative), form=form, is_new=True)


@require_safe
def survey(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One survey: its questions while it is written, how it goes once it is open."""
    initiative = _readable(request, slug)
    found = get_object_or_404(initiative.surveys.select_related("initiative", "reuses"), pk=pk)
    if not request.user.can_manage_initiatives:
        return _page(request, "to_read", found, **_to_read(found))
    if found.state in (Survey.State.DRAFT, Survey.State.PILOT):
        return _page(request, "draft", found, **_draft_figures(found))
    return _page(request, "monitor", found, **_monitor_figures(found))


def _to_read(survey: Survey) -> dict[str, Any]:
    notice = survey.notice or notice_for(survey)
    return {
        "notice": notice.get(survey.languages[0], []),
        "questions": survey.questions.select_related("relation"),
        "exports": survey.link_exports.select_related("made_by")[:50],
        "response": monitoring.response_of(survey),
    }


def _draft_figures(survey: Survey) -> dict[str, Any]:
    questions = list(survey.questions.select_related("relation"))
    asked = {(question.kind, question.relation.name if question.relation else "") for question in questions}
    offered = [(kind, word) for kind, word in Question.Kind.choices if _fits(survey, kind)]
    return {
        "questions": questions,
        "minutes": math.ceil(expected_minutes(survey)),
        "people": inviting.first_asked(survey).count(),
        "ready": [
            (name, wording["title"])
            for name, wording in READY.items()
            if (wording["kind"], wording["relation"]) not in asked and _fits(survey, wording["kind"])
        ],
        "kinds": offered,
        "pilot_form": PilotForm(),
        "pilot": survey.invitations.select_related("person"),
        "notice": notice_for(survey)[survey.languages[0]],
    }


def _fits(survey: Survey, kind: str) -> bool:
    return kind != Question.Kind.NAMES or survey.pulse_of_id is None


def _monitor_figures(survey: Survey) -> dict[str, Any]:
    standing = monitoring.standing_of(survey)
    mailings = list(survey.mailings.select_related("job"))
    names = survey.asks_for_names
    is_open = survey.state == Survey.State.OPEN
    curve = monitoring.by_day(survey)
    places = monitoring.places_uncertain(survey) if names else None
    return {
        **standing,
        "departments": monitoring.departments_of(survey),
        "curve": curve,
        "curve_points": curve_points(curve, standing["response"].invited),
        "places": None if places is None else max(1, round(places)),
        "asks_for_names": names,
        "next": monitoring.whom_to_ask(survey) if names and is_open else None,
        "said": said_by_question(survey) if survey.is_over else [],
        "pulses": monitoring.with_responses(inviting.series_of(survey).order_by("opens_at")),
        "pulse_form": PulseForm(),
        "most_named": MOST_NAMED,
        "joiners": inviting.joiners(survey).count() if is_open else 0,
        "mailings": [{"mailing": one, "counts": mailing.counts_of(one)} for one in mailings],
        "refused": MailItem.objects.filter(
            mailing__survey=survey, state__in=[MailItem.State.REFUSED, MailItem.State.DOUBTFUL]
        ).select_related("invitation__person", "mailing")[:REFUSED_SHOWN],
        "mailing_form": MailingForm(),
        "end_form": EndForm(initial={"closes_at": _next_end(survey)}),
        "exports": survey.link_exports.select_related("made_by")[:10],
        "mails_are_files": mails_are_files(),
    }


def _next_end(survey: Survey) -> datetime | None:
    """What the field for the end begins with: today's end, or in a week where it lies behind."""
    return timezone.localtime() + timedelta(weeks=1) if survey.is_over else survey.closes_at


def curve_points(curve: list, invited: int) -> str:
    """The response over time as points of a line in a box of 300 by 80."""
    if len(curve) < 2 or not invited:
        return ""
    width, height = CURVE
    begin, days = curve[0][0], max(1, (curve[-1][0] - curve[0][0]).days)
    return " ".join(
        f"{width * (day - begin).days / days:.1f},{height - height * count / invited:.1f}"
        for day, count in curve
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What is decided about a survey, until it opens."""
    found = _managed(request, slug, pk)
    if found.state != Survey.State.DRAFT:
        messages.warning(
            request, str(SurveyFrozen()) if found.is_frozen else "End the pilot before you change this."
        )
        return redirect("surveys:survey", slug, pk)
    form = SurveyForm(_posted(request), initiative=found.initiative, user=request.user, survey=found)
    if form.is_valid():
        try:
            editing.change_survey(found, form.entries())
            messages.success(request, "Saved.")
            return redirect("surveys:survey", slug, pk)
        except SurveyError as refusal:
            form.add_error(None, str(refusal))
    return _page(request, "settings", found, form=form, is_new=False)


@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """A question of one's own."""
    found = _managed(request, slug, pk)
    if kind not in Question.Kind.values:
        raise Http404("There is no such kind of question.")
    form = QuestionForm(_posted(request), survey=found, kind=kind)
    if form.is_valid() and _said(request, lambda: editing.add_question(found, **form.entries())):
        return redirect("surveys:survey", slug, pk)
    return _page(request, "question", found, form=form, word=Question.Kind(kind).label)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, pk: int, question_id: int) -> HttpResponse:
    """Change, move or take away a question of a draft."""
    found = _managed(request, slug, pk)
    one = get_object_or_404(found.questions.select_related("relation"), pk=question_id)
    act = request.POST.get("act", "")
    acts = {
        "up": lambda: editing.move_question(one, -1),
        "down": lambda: editing.move_question(one, 1),
        "delete": one.delete,
    }
    if act in acts:
        _said(request, acts[act])
        return redirect("surveys:survey", slug, pk)
    form = QuestionForm(_posted(request), survey=found, kind=one.kind, question=one)
    if form.is_valid() and _said(request, lambda: _change(one, form.entries())):
        return redirect("surveys:survey", slug, pk)
    return _page(request, "question", found, form=form, question=one, word=one.get_kind_display())


def _change(question: Question, entries: dict[str, Any]) -> None:
    for field, value in entries.items():
        setattr(question, field, value)
    question.save()


@require_POST
def ready_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a ready question."""
    found = _managed(request, slug, pk)
    _said(request, lambda: editing.add_ready_question(found, request.POST.get("name", "")))
    return redirect("surveys:survey", slug, pk)


@require_safe
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The survey as a phone shows it, one screen beside the other."""
    found = _managed(request, slug, pk)
    language = request.GET.get("language", "")
    language = language if language in found.languages else found.languages[0]
    notice = found.notice or notice_for(found)
    return _page(
        request,
        "preview",
        found,
        language=language,
        languages=[(code, own_name(code)) for code in found.languages],
        say=words(language),
        notice=notice.get(language, []),
        screens=_screens(found, language),
        minutes=math.ceil(expected_minutes(found)),
    )


def _screens(survey: Survey, language: str) -> list[dict[str, Any]]:
    questions = list(survey.questions.select_related("relation"))
    return [
        _screen(survey, one, language)
        | {"place": say(language, "question_of", number=number, count=len(questions))}
        for number, one in enumerate(questions, start=1)
    ]


def _screen(survey: Survey, question: Question, language: str) -> dict[str, Any]:
    choices = [survey.in_language(option["text"], language) for option in question.options]
    if question.kind == Question.Kind.STAGE:
        stages = survey.initiative.stages.values_list("name", flat=True)
        choices = [text_in(NO_STAGE, language), *(stage_text(name, language) for name in stages)]
    if question.kind == Question.Kind.RATING:
        choices = [survey.in_language(s["text"], language) or s["value"] for s in question.scale]
    return {
        "question": question,
        "text": survey.in_language(question.text, language),
        "help": survey.in_language(question.help, language),
        "choices": choices,
        "scale": [survey.in_language(step["text"], language) for step in question.scale],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def open_survey(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look at the promise once more, then open."""
    found = _managed(request, slug, pk)
    if found.is_frozen:
        return redirect("surveys:survey", slug, pk)
    if request.method == "POST":
        try:
            invited = editing.open_survey(found)
        except SurveyError as refusal:
            messages.error(request, str(refusal))
            return redirect("surveys:survey", slug, pk)
        messages.success(
            request, f"The survey is open: {invited:,} people are invited. Now bring them their links."
        )
        return redirect("surveys:survey", slug, pk)
    notice = notice_for(found)
    figures = {"people": inviting.first_asked(found).count(), "minutes": math.ceil(expected_minutes(found))}
    return _page(request, "open", found, notice=notice[found.languages[0]], **figures)


@require_POST
def act(request: HttpRequest, slug: str, pk: int, action: str) -> HttpResponse:
    """One of the small acts on a survey: close, extend, copy, delete, pilot, invite who joined."""
    found = _managed(request, slug, pk)
    acts: dict[str, Callable[[HttpRequest, Survey], str]] = {
        "close": _close,
        "extend": _extend,
        "pilot": _pilot,
        "end-pilot": _end_pilot,
        "invite-joiners": _invite_joiners,
        "copy": _copy,
        "pulse": _pulse,
        "delete": _delete,
    }
    if action not in acts:
        raise Http404("There is no such act.")
    try:
        messages.success(request, acts[action](request, found))
    except (SurveyError, SurveyFrozen) as refusal:
        messages.error(request, str(refusal))
    if action in ("delete", "copy", "pulse"):
        return redirect("surveys:surveys", slug)
    return redirect("surveys:survey", slug, pk)


def _close(request: HttpRequest, survey: Survey) -> str:
    editing.close_survey(survey)
    return "The survey is closed. Its answers count from the next analysis on."


def _extend(request: HttpRequest, survey: Survey) -> str:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise SurveyError("Choose until when the survey is open.")
    editing.extend_survey(survey, form.cleaned_data["closes_at"])
    return "The survey takes answers until then."


def _pilot(request: HttpRequest, survey: Survey) -> str:
    form = PilotForm(request.POST)
    form.is_valid()
    people = Person.objects.filter(employee_id__in=form.cleaned_data.get("people", []))
    invited = editing.start_pilot(survey, people)
    return f"{invited:,} people can try it. What they answer is thrown away when the pilot ends."


def _end_pilot(request: HttpRequest, survey: Survey) -> str:
    editing.end_pilot(survey)
    return "The pilot has ended, and its answers are gone."


def _invite_joiners(request: HttpRequest, survey: Survey) -> str:
    return mailing.invite_joiners(survey, user=request.user)


def _copy(request: HttpRequest, survey: Survey) -> str:
    return f"“{editing.copy_survey(survey, request.user).title}” is a draft now."


def _pulse(request: HttpRequest, survey: Survey) -> str:
    form = PulseForm(request.POST)
    if not form.is_valid():
        field, faults = next(iter(form.errors.items()))
        raise SurveyError(f"{form[field].label}: {faults[0]}")
    pulses = plan_pulses(survey, user=request.user, **form.cleaned_data)
    opened = [pulse for pulse in pulses if pulse.state == Survey.State.OPEN]
    planned = len(pulses) - len(opened)
    words = [f"{opened[0].invitations.count():,} people are asked where they stand."] if opened else []
    if planned:
        words.append(f"{planned} {'pulse opens' if planned == 1 else 'pulses open'} later, by itself.")
    return " ".join(words)


def _delete(request: HttpRequest, survey: Survey) -> str:
    editing.delete_survey(survey)
    return f"“{survey.title}” is gone, with everything people answered in it."


@require_POST
def send_mails(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send or plan a round of mails."""
    found = _managed(request, slug, pk)
    form = MailingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose what to send, and when.")
        return redirect("surveys:survey", slug, pk)
    data = form.cleaned_data
    due_at = data["due_at"] if data["due_at"] and data["due_at"] > timezone.now() else None
    most = MOST_NAMED if data["whom"] == "most_named" else None
    _said(
        request,
        lambda: mailing.plan_mailing(
            found, data["kind"], due_at=due_at, words=data["words"], most_named=most, user=request.user
        ),
        "The mails are planned." if due_at else "The mails are on their way.",
    )
    return redirect("surveys:survey", slug, pk)


@require_POST
def change_mailing(request: HttpRequest, slug: str, pk: int, mailing_id: int) -> HttpResponse:
    """Stop a round of mails, send doubtful ones again, or go on with one that failed."""
    found = _managed(request, slug, pk)
    one = get_object_or_404(found.mailings.select_related("job", "survey__initiative"), pk=mailing_id)
    wanted = request.POST.get("act", "")
    if wanted == "cancel" and mailing.cancel_mailing(one):
        messages.success(request, "No more mails of this round go out.")
    elif wanted == "again":
        messages.success(request, f"{mailing.send_doubtful_again(one):,} mails go out again.")
    elif wanted == "retry" and one.job and one.job.can_retry and one.state == Mailing.State.RUNNING:
        one.job.retry()
        messages.success(request, "It goes on where it stopped.")
    return redirect("surveys:survey", slug, pk)


@require_safe
def mails(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The mails written to files, where no mail server is set."""
    found = _managed(request, slug, pk)
    if not mails_are_files():
        raise Http404("Mails go to a mail server here.")
    hidden = _hidden_mails(found)
    shown = [
        {"to": mail["To"], "subject": mail["Subject"], "date": mail["Date"], "text": mail.get_content()}
        for mail in mails_in_files(f"survey-{found.pk}-mail-", MAILS_SHOWN)
        if str(mail["Message-ID"]).partition("@")[0].lstrip("<") not in hidden
    ]
    return _page(request, "mails", found, mails=shown, most=MAILS_SHOWN, hidden=bool(hidden))


def _hidden_mails(survey: Survey) -> set[str]:
    """Reminders tell who has not answered, which only a named network may show."""
    if not survey.names_are_secret:
        return set()
    reminders = MailItem.objects.filter(mailing__survey=survey, mailing__kind=Mailing.Kind.REMINDER)
    return {f"survey-{survey.pk}-mail-{pk}" for pk in reminders.values_list("pk", flat=True)}


@require_POST
def links(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """New links for everybody, as a table for a mail merge."""
    found = _managed(request, slug, pk)
    if not _has_links(found):
        messages.error(request, "Links exist only while the survey is open.")
        return redirect("surveys:survey", slug, pk)
    rows = inviting.link_rows(found, form=LinkExport.Form.LIST, user=request.user)
    fields = inviting.LINK_FIELDS
    return csv_response(f"{slug}-links.csv", fields, ([row[field] for field in fields] for row in rows))


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Cards with codes, to print for people without email."""
    found = _managed(request, slug, pk)
    departments = (
        inviting.reachable(found).order_by("department").values_list("department", flat=True).distinct()
    )
    asked = {
        "department": request.POST.get("department", ""),
        "without_email": request.POST.get("everybody") != "1",
    }
    made = None
    if request.method == "POST" and _has_links(found):
        made = inviting.cards(found, user=request.user, most=CARDS_A_TIME, **asked)
    return _page(
        request, "cards", found, cards=made, departments=departments, asked=asked, most=CARDS_A_TIME,
        can_print=_has_links(found),
    )  # fmt: skip


def _has_links(survey: Survey) -> bool:
    return survey.state in (Survey.State.OPEN, Survey.State.PILOT)


@require_safe
def visibility(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who sees what, as respondents are shown it."""
    found = get_object_or_404(visible_initiative(request.user, slug).surveys, pk=pk)
    return render(
        request, "surveys/who_sees_what.html", who_sees_what(found, request.GET.get("language", "en"))
    )


def _said(request: HttpRequest, deed: Callable[[], Any], success: str = "") -> bool:
    """Do it, and say what stood in the way if something did."""
    try:
        deed()
    except (SurveyError, SurveyFrozen) as refusal:
        messages.error(request, str(refusal))
        return False
    if success:
        messages.success(request, success)
    return True


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None
