"""Two analyses beside each other."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence import comparing
from influence.confidentiality import named_scores
from influence.models import Analysis
from influence.picture.stored import read_picture
from influence.views.network import KEPT_SECONDS, kept_answer
from influence.views.results import results_context
from surveys.promises import Promise


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Who rose, who fell, what the reach did, which ties came and went."""
    context = results_context(request, slug, "compare", filtered=False)
    analyses = list(context["initiative"].analyses.finished().order_by("-finished_at", "-pk")[:50])
    context["analyses"] = analyses
    if len(analyses) > 1:
        before, after = _asked(request, analyses)
        context |= _figures(request, context, before, after)
    return render(request, "influence/compare.html", context)


def _asked(request: HttpRequest, analyses: list[Analysis]) -> tuple[Analysis, Analysis]:
    """The two asked for, the older one first; without a question the newest two."""
    by_pk = {str(analysis.pk): analysis for analysis in analyses}
    before = by_pk.get(request.GET.get("before", ""), analyses[1])
    after = by_pk.get(request.GET.get("after", ""), analyses[0])
    return (before, after) if before.finished_at <= after.finished_at else (after, before)


def _sees_ties(request: HttpRequest, context: dict[str, Any]) -> bool:
    return request.user.can_see_ties and not context["promise"].ties_hidden


def _figures(request: HttpRequest, context: dict[str, Any], before: Analysis, after: Analysis) -> dict:
    promise, doubt = context["promise"], comparing.why_no_verdict(before, after)
    sees = _sees_ties(request, context) and bool(before.picture and after.picture) and before != after
    figures = {
        "before": before,
        "after": after,
        "doubt": doubt,
        "reaches": comparing.reach_rows(before, after, judged=not doubt),
        "groups": comparing.group_rows(before, after),
        "champions": None if context["settings"].is_held_back else comparing.champion_changes(before, after),
        "sees_ties": sees,
        "may_see_ties": _sees_ties(request, context),
    }
    if not doubt:
        figures |= _remembered("ranks", before, after, promise, _ranks)
    return figures | (_remembered("ties", before, after, promise, _ties) if sees else {})


def _remembered(what: str, before: Analysis, after: Analysis, promise: Promise, find) -> dict[str, Any]:
    """What two analyses say together, kept, because neither changes; an erased person makes it anew."""
    marks = [f"{one.pk}.{one.erased_count}.{one.finished_at.timestamp()}" for one in (before, after)]
    key = f"compare:{what}:{':'.join(marks)}:{promise.mark()}"
    return cache.get_or_set(key, lambda: find(before, after, promise), KEPT_SECONDS)


def _ranks(before: Analysis, after: Analysis, promise: Promise) -> dict[str, Any]:
    rose, fell = (find(before, after, promise) for find in (comparing.risen, comparing.fallen))
    return {"rose": list(rose[: comparing.ROWS]), "fell": list(fell[: comparing.ROWS])}


def _ties(before: Analysis, after: Analysis, promise: Promise) -> dict[str, Any]:
    changes = comparing.tie_changes(read_picture(before), read_picture(after))
    return {
        "counts": changes.counts,
        "changed_ties": comparing.listed_changes(changes, _names(before, after, promise)),
    }


def _names(before: Analysis, after: Analysis, promise: Promise) -> dict[int, tuple[str, str]]:
    """Id and name of everybody who is named in both analyses, or in the one that they are in."""
    names: dict[int, tuple[str, str]] = {}
    for analysis in (before, after):
        rows = analysis.scores.order_by().values_list("person_id", "person__employee_id", "name")
        names |= {pk: (employee_id, name) for pk, employee_id, name in rows}
    if promise.low_groups_counted:
        named = [
            set(named_scores(a.scores, promise).values_list("person_id", flat=True)) for a in (before, after)
        ]
        names = {pk: name for pk, name in names.items() if pk in named[0] and pk in named[1]}
    return names


@require_safe
def compare_data(request: HttpRequest, slug: str) -> HttpResponse:
    """The ties that came, went, grew and shrank, for the page's script."""
    context = results_context(request, slug, "compare", filtered=False)
    if not _sees_ties(request, context):
        raise PermissionDenied("Who named whom is not shown here.")
    analyses = list(context["initiative"].analyses.finished().order_by("-finished_at", "-pk")[:50])
    if len(analyses) < 2:
        raise Http404("There are no two analyses to compare yet.")
    before, after = _asked(request, analyses)
    promise = context["promise"]
    pictures = read_picture(before), read_picture(after)
    if None in pictures:
        raise Http404("One of the two analyses has no picture.")
    version = repr((before.pk, after.pk, before.erased_count, after.erased_count, promise.mark()))
    return kept_answer(
        request, f"compare {version}",
        lambda: comparing.packed_changes(comparing.tie_changes(*pictures), _names(before, after, promise)),
    )  # fmt: skip
