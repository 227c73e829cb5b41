"""Around the champion list: its terms, what-if, and what sponsors would pick themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from influence.access import managed_initiative
from influence.lists import ListError
from influence.models import PlannedChampion
from influence.picks import picks_of, write_down
from influence.planning import propose_again, settings_of, wanted_number
from influence.results import champion_list, newest_analysis
from influence.sampling import NoSamples, replan
from influence.terms import InvalidTerms, Terms, set_terms, terms_of
from influence.views.results import results_context
from influence.what_if_words import MOST_TRIED, try_people
from orgchart.models import Person

BLANK_LIMITS = 3


@require_safe
def what_if(request: HttpRequest, slug: str) -> HttpResponse:
    """Add and remove people by hand, and see all reaches move."""
    context = results_context(request, slug, "champions")
    analysis = context["analysis"]
    if analysis and context["settings"].is_held_back:
        return redirect("influence:picks", slug)
    if analysis:
        context["trial"] = try_people(analysis, _tried(request, context), context["promise"])
    part = request.htmx and not request.htmx.boosted
    return render(request, "influence/_what_if.html" if part else "influence/what_if.html", context)


def _tried(request: HttpRequest, context: dict) -> list:
    ids = [one.replace("\0", "") for one in request.GET.getlist("id")][:MOST_TRIED]
    if "id" not in request.GET and "begun" not in request.GET:
        plan = list(context["initiative"].champion_plan.select_related("person"))
        rows = champion_list(context["analysis"], plan, context["promise"])
        ids = [row["employee_id"] for row in rows if row["state"] != PlannedChampion.State.DECLINED]
    found = context["analysis"].scores.filter(person__employee_id__in=ids).select_related("person")
    place = {employee_id: at for at, employee_id in enumerate(ids)}
    return sorted(found, key=lambda score: place[score.person.employee_id])


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    """How many champions, who must and must not, limits per department, and the days there are."""
    initiative = managed_initiative(request.user, slug)
    context = results_context(request, slug, "champions") | {
        "errors": [],
        "settings": settings_of(initiative),
    }
    if request.method == "POST":
        context["errors"] = _save_terms(request, initiative, context)
        if not context["errors"]:
            return redirect("influence:champions", slug)
    context |= _terms_context(initiative, context)
    return render(request, "influence/champion_terms.html", context, status=422 if context["errors"] else 200)


def _terms_context(initiative, context: dict) -> dict:
    kept = terms_of(initiative)
    people = Person.objects.in_bulk([*kept.fixed, *kept.excluded])
    bar = {control.name: control for control in context["filter_bar"]}
    return {
        "people_fields": [
            ("Must be champions", "fixed", [people[pk] for pk in kept.fixed if pk in people]),
            ("Must not be champions", "excluded", [people[pk] for pk in kept.excluded if pk in people]),
        ],
        "limits": [*kept.limits.items(), *[("", (None, None))] * BLANK_LIMITS],
        "departments": [value for value, _ in bar["department"].options] if "department" in bar else [],
    }


def _save_terms(request: HttpRequest, initiative, context: dict) -> list[str]:
    try:
        settings = context["settings"]
        settings.count = _number(request, "count", whole=True)
        settings.days_each, settings.days_in_all = (
            _number(request, "days_each"),
            _number(request, "days_in_all"),
        )
        settings.managers_too = "managers_too" in request.POST
        settings.is_held_back = "is_held_back" in request.POST
        wanted = Terms(_people(request, "fixed"), _people(request, "excluded"), _limits(request))
        set_terms(initiative, wanted)
        settings.save()
        if request.POST.get("choose") and context["analysis"]:
            _choose_again(request, context["analysis"], wanted, settings)
    except InvalidTerms as wrong:
        return [sentence for sentences in wrong.errors.values() for sentence in sentences]
    except (ValueError, NoSamples) as wrong:
        return [str(wrong)]
    return []


def _choose_again(request: HttpRequest, analysis, wanted: Terms, settings) -> None:
    k = wanted_number(settings, analysis.champions.count() or 1)
    planned = replan(analysis, wanted, k=k, managers_too=settings.managers_too)
    propose_again(analysis, planned.person_ids)
    messages.success(request, f"{len(planned.person_ids)} champions chosen under these terms, as a plan.")


def _number(request: HttpRequest, name: str, *, whole: bool = False):
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a number; leave it empty or write one.") from None
    if not 0 < value < 10_000:
        raise ValueError(f"{text} is out of bounds; write a number above 0 and below 10,000.")
    return value


def _people(request: HttpRequest, name: str) -> tuple[int, ...]:
    ids = [one.replace("\0", "").strip() for one in request.POST.getlist(name)]
    found = dict(Person.objects.filter(employee_id__in=ids).values_list("employee_id", "pk"))
    return tuple(found[one] for one in dict.fromkeys(ids) if one in found)


def _limits(request: HttpRequest) -> dict[str, tuple[int, int | None]]:
    names, least, most = (request.POST.getlist(key) for key in ("department", "least", "most"))
    found = {}
    for name, low, high in zip(names, least, most, strict=False):
        if name:
            found[name] = (_whole(low) or 0, _whole(high))
    return found


def _whole(text: str) -> int | None:
    text = text.strip()
    if text and not text.isdecimal():
        raise ValueError(f"“{text}” is not a whole number; a limit is one, or empty.")
    return int(text[:6]) if text else None


@require_http_methods(["GET", "HEAD", "POST"])
def picks(request: HttpRequest, slug: str) -> HttpResponse:
    """Before the result is shown: whom would the sponsors pick?"""
    context = results_context(request, slug, "champions")
    initiative, settings = context["initiative"], settings_of(context["initiative"])
    is_open = settings.is_held_back or newest_analysis(initiative) is None
    if request.method == "POST":
        return _change_picks(request, initiative, settings, is_open)
    context |= {"settings": settings, "is_open": is_open, "all_picks": picks_of(initiative)}
    return render(request, "influence/picks.html", context)


def _change_picks(request: HttpRequest, initiative, settings, is_open: bool) -> HttpResponse:
    if request.POST.get("show"):
        managed_initiative(request.user, initiative.slug)
        settings.is_held_back = False
        settings.save()
        return redirect("influence:champions", initiative.slug)
    try:
        if not is_open:
            raise ListError("The champions have been shown already; picks written down now would not count.")
        made = write_down(initiative, request.user, request.POST.get("whose", ""), request.POST.getlist("id"))
        messages.success(request, f"The picks of {made.name} are written down.")
    except ListError as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:picks", initiative.slug)
