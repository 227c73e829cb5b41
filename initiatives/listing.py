"""The list of initiatives: what each has come to, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse

from initiatives.models import Initiative
from orgchart.models import OrgChart


@dataclass(frozen=True)
class NextStep:
    """The one thing that brings an initiative further."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class ListedInitiative:
    """One initiative with its key figures; ``summary`` is None until an analysis has finished."""

    initiative: Initiative
    url: str
    summary: dict[str, Any] | None
    next_step: NextStep | None


def listed_initiatives(user) -> list[ListedInitiative]:
    """The initiatives that the user may know of, in a fixed number of queries."""
    initiatives = list(
        Initiative.objects.filter(pk__in=Initiative.objects.visible_to(user).values("pk")).annotate(
            tie_sets_count=Count("tie_sets", distinct=True),
            newest=Max("analyses__id", filter=Q(analyses__finished_at__isnull=False)),
        )
    )
    summaries = _summaries(initiatives) if user.can_see_scores else {}
    has_chart = OrgChart.objects.current() is not None
    return [
        _listed(initiative, user, summaries.get(initiative.newest), has_chart) for initiative in initiatives
    ]


def _summaries(initiatives: Iterable[Initiative]) -> dict[int, dict[str, Any]]:
    newest = [initiative.newest for initiative in initiatives if initiative.newest]
    rows = Initiative.objects.filter(analyses__id__in=newest).order_by()
    return dict(rows.values_list("analyses__id", "analyses__summary"))


def _listed(initiative: Initiative, user, summary, has_chart: bool) -> ListedInitiative:
    page = "influence:overview" if user.can_see_scores else "initiatives:settings"
    url = reverse(page, args=[initiative.slug])
    return ListedInitiative(initiative, url, summary, _next_step(initiative, user, has_chart))


def _next_step(initiative: Initiative, user, has_chart: bool) -> NextStep | None:
    data = reverse("influence:data", args=[initiative.slug])
    if not has_chart:
        return NextStep("Load the org chart", reverse("orgchart:charts") if user.can_see_people else "")
    if not initiative.tie_sets_count:
        return NextStep("Load who names whom", data if user.can_manage_initiatives else "")
    if not initiative.newest:
        return NextStep("Start an analysis", data if user.can_manage_initiatives else "")
    if not user.can_see_scores:
        return None
    return NextStep("See whom to ask", reverse("influence:champions", args=[initiative.slug]))
