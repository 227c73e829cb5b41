"""The recipe: what each source shows, what it weighs, what that does to the champions."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bpm_influence.jobs.models import Job, Worker
from influence.access import managed_initiative
from influence.behaviour import said_and_seen
from influence.confidentiality import Promise, promise_of
from influence.freshness import basis_of
from influence.planning import settings_of
from influence.recipes import InvalidRecipe, change_recipe
from influence.sources.side_by_side import Sources
from influence.trying import ask_for_comparison, newest_comparison
from initiatives.models import Initiative, Relation
from orgchart.models import OrgChart, Position
from surveys.models import Survey

KEPT_SECONDS = 24 * 3600
FLOWS = {"to_source": "who is named moves who names", "both": "contact: each moves the other"}


@require_http_methods(["GET", "HEAD", "POST"])
def recipe(request: HttpRequest, slug: str) -> HttpResponse:
    """Every source side by side, and the weights."""
    initiative = managed_initiative(request.user, slug)
    errors = _save(request, initiative) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        messages.success(request, "The recipe is saved. It counts in the next analysis.")
        return redirect("influence:recipe", slug)
    known = _known(initiative)
    context = {
        "initiative": initiative,
        "tab": "data",
        "sources": known["rows"],
        "people": known["people"],
        "lines": _lines(request, known, errors),
        "errors": errors,
        "layers": Relation.Layer.choices,
        "compared": known["compared"],
        "comparison": _comparison(initiative),
        "worker_answers": Worker.answers(),
    }
    return render(request, "influence/eventlogs/recipe.html", context, status=422 if errors else 200)


def _known(initiative: Initiative) -> dict[str, Any]:
    """What the sources say side by side, kept until anything of it changes: it takes every single tie."""
    promise = promise_of(initiative)
    surveys = list(Survey.objects.counted_in(initiative).order_by("pk").values_list("pk", "state"))
    marks = (initiative.pk, basis_of(initiative), promise.mark(), surveys)
    mark = hashlib.sha256(repr(marks).encode()).hexdigest()
    return cache.get_or_set(f"sources:{mark}", lambda: _read_sources(initiative, promise), KEPT_SECONDS)


def _read_sources(initiative: Initiative, promise: Promise) -> dict[str, Any]:
    sources = Sources(initiative)
    return {
        "rows": sources.rows(),
        "people": len(sources.people),
        "counts": sources.tie_counts(),
        "relations": list(sources.recipe.values()),
        "compared": said_and_seen(initiative, sources, promise),
    }


def _lines(request: HttpRequest, known: dict[str, Any], errors: dict[str, str]) -> list[dict[str, Any]]:
    """The relations that there are ties of, with layer, weight and what was wrong."""
    counts = known["counts"]
    return [
        {
            "name": one.name,
            "ties": counts[one.name],
            "flow": FLOWS[one.flow],
            "layer": request.POST.get(f"layer:{one.name}", one.layer),
            "weight": request.POST.get(f"weight:{one.name}", f"{one.weight:g}"),
            "error": errors.get(one.name, ""),
        }
        for one in known["relations"]
        if one.name in counts
    ]


def _save(request: HttpRequest, initiative: Initiative) -> dict[str, str]:
    """Store the weights of the form; sentences by relation where some are wrong."""
    names = set(Relation.objects.values_list("name", flat=True))
    lines, errors = {}, {}
    for key, text in request.POST.items():
        name = key.removeprefix("weight:")
        if name == key or name not in names:
            continue
        try:
            weight = float(text.replace(",", "."))
        except ValueError:
            errors[name] = f"The weight of “{name}” is “{text}”; give a number, 0 to leave it out."
            continue
        lines[name] = (request.POST.get(f"layer:{name}", Relation.Layer.INFLUENCE), weight)
    try:
        if not errors:
            change_recipe(initiative, lines)
    except InvalidRecipe as wrong:
        errors = wrong.errors
    return errors


@require_POST
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the champions chosen under other recipes."""
    initiative = managed_initiative(request.user, slug)
    if OrgChart.objects.current() is None:
        messages.error(request, "There is no active org chart yet; load and activate one first.")
    else:
        ask_for_comparison(initiative, request.user, reverse("influence:recipe", args=[slug]))
    return redirect(reverse("influence:recipe", args=[slug]) + "#champions")


def _comparison(initiative: Initiative) -> dict[str, Any] | None:
    """The last comparison for the page: its job, and who is champion under which recipe."""
    job = newest_comparison(initiative)
    if job is None or job.state != Job.State.DONE:
        return job and {"job": job}
    chosen: dict[str, list[int]] = job.result["chosen"]
    is_held_back = settings_of(initiative).is_held_back
    now = chosen.pop("now")
    alone = {key: chosen[key] for key in ("said", "seen") if key in chosen}
    return {
        "job": job,
        "stale": job.result["basis"] != basis_of(initiative),
        "size": len(now),
        "rows": [] if is_held_back else _champion_rows({"now": now, **alone}),
        "is_held_back": is_held_back,
        "alone": {key: len(set(now) & set(keys)) for key, keys in alone.items()},
        "without": [
            {"relation": key.removeprefix("without "), "kept": len(set(now) & set(keys))}
            for key, keys in chosen.items()
            if key.startswith("without ")
        ],
    }


def _champion_rows(columns: dict[str, list[int]]) -> list[dict[str, Any]]:
    """Everybody chosen under any recipe, with their place in each."""
    everybody = list(dict.fromkeys(pk for chosen in columns.values() for pk in chosen))
    known = Position.objects.filter(chart__is_current=True, person__in=everybody)
    positions = {one.person_id: one for one in known.select_related("person")}
    return [
        {
            "position": positions[pk],
            "places": [chosen.index(pk) + 1 if pk in chosen else None for chosen in columns.values()],
        }
        for pk in everybody
        if pk in positions
    ]
