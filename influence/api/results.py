"""The results of an initiative's newest finished analysis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from bpm_influence.rest.exporting import csv_lines
from bpm_influence.rest.strictness import FormatByParameter, read_query
from influence.api.fields import (
    ChampionQuery,
    ChampionSerializer,
    NetworkQuery,
    NetworkSerializer,
    ScoreQuery,
    ScoreSerializer,
    SummarySerializer,
)
from influence.api.serving import download, results_of, unless_known
from influence.confidentiality import named_scores, promise_of
from influence.exporting import NETWORK_FORMATS
from influence.freshness import basis_of, changed_at
from influence.models import Analysis, Score
from influence.planning import settings_of
from influence.results import (
    CHAMPION_FIELDS,
    SCORE_FIELDS,
    HeldBack,
    champions,
    edges,
    newest_analysis,
    summary,
)
from initiatives.api import visible_initiative
from initiatives.models import Initiative
from orgchart.models import OrgChart
from orgchart.searching import name_filter

# Ordering by a rank, which has an index, is the same as ordering by its score the other way round.
RANKS = {"influence": "influence_rank", "leadership": "leadership_rank"}
COLUMNS = {field: "person__employee_id" if field == "employee_id" else field for field in SCORE_FIELDS}
POSITION_FIELDS = ("name", "title", "department", "level", "span", "headcount")
UNCHANGED = OpenApiResponse(
    description="The version that If-None-Match or If-Modified-Since names is current."
)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class SummaryView(generics.GenericAPIView):
    """Key figures."""

    serializer_class = SummarySerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(
        operation_id="summary_get",
        summary="Key figures",
        tags=["results"],
        responses={200: SummarySerializer, 304: UNCHANGED},
    )
    def get(self, request, slug):
        """Groups, reaches, their five parts, baselines and guarantee of the newest finished analysis."""
        read_query(request)
        initiative, analysis = results_of(request, slug)
        return unless_known(
            request, _version_of(analysis)[0], analysis.finished_at, lambda: Response(summary(initiative))
        )


class ScoreList(generics.GenericAPIView):
    """Everybody's figures."""

    serializer_class = ScoreSerializer
    content_negotiation_class = FormatByParameter
    media_types = ("text/csv",)

    @extend_schema(
        operation_id="scores_list",
        summary="Scores of everybody in scope",
        tags=["results"],
        parameters=[ScoreQuery],
        responses={
            (200, "application/json"): ScoreSerializer(many=True),
            (200, "text/csv"): OpenApiTypes.STR,
            304: UNCHANGED,
        },
    )
    def get(self, request, slug):
        """Filtered, searched and ordered; `format=csv` gives all of them as one table."""
        query = read_query(request, ScoreQuery)
        initiative, analysis = results_of(request, slug)
        return unless_known(
            request,
            *_version_of(analysis),
            lambda: self._answer(initiative, analysis, query),
        )

    def _answer(self, initiative: Initiative, analysis: Analysis, query: dict[str, Any]):
        rows = chosen_scores(analysis, query)
        if query["format"] == "csv":
            lines = csv_lines(SCORE_FIELDS, rows.values_list(*COLUMNS.values()).iterator(chunk_size=2000))
            return download(lines, "text/csv", f"{initiative.slug}-scores.csv")
        keys = self.paginate_queryset(rows.values_list("pk", flat=True))
        page = rows.filter(pk__in=keys).values_list(*COLUMNS.values())
        return self.get_paginated_response([dict(zip(SCORE_FIELDS, row, strict=True)) for row in page])


class ChampionList(generics.GenericAPIView):
    """Whom to ask."""

    serializer_class = ChampionSerializer
    content_negotiation_class = FormatByParameter
    media_types = ("text/csv",)

    @extend_schema(
        operation_id="champions_list",
        summary="Champions",
        tags=["results"],
        parameters=[ChampionQuery],
        responses={
            (200, "application/json"): ChampionSerializer(many=True),
            (200, "text/csv"): OpenApiTypes.STR,
            304: UNCHANGED,
        },
    )
    def get(self, request, slug):
        """The champion plan where there is one, else the newest analysis's champion set, by rank."""
        query = read_query(request, ChampionQuery)
        initiative, analysis = results_of(request, slug)
        plan = initiative.champion_plan.aggregate(entries=Count("pk"), changed_at=Max("changed_at"))
        version, moment = _version_of(analysis)
        held_back = settings_of(initiative).is_held_back
        version = (*version, plan["entries"], plan["changed_at"], _current_chart(), held_back)
        moment = max(moment, plan["changed_at"] or BEGINNING)
        return unless_known(request, version, moment, lambda: self._answer(initiative, query))

    def _answer(self, initiative: Initiative, query: dict[str, Any]):
        try:
            rows = champions(initiative, query.get("k"), query.get("state"))
        except HeldBack as kept:
            raise PermissionDenied(str(kept)) from kept
        if query["format"] == "csv":
            lines = csv_lines(CHAMPION_FIELDS, ([row[field] for field in CHAMPION_FIELDS] for row in rows))
            return download(lines, "text/csv", f"{initiative.slug}-champions.csv")
        return self.get_paginated_response(self.paginate_queryset(rows))


class NetworkView(generics.GenericAPIView):
    """The network as a file."""

    serializer_class = NetworkSerializer
    content_negotiation_class = FormatByParameter
    media_types = tuple(media_type for media_type, _ in NETWORK_FORMATS.values())

    @extend_schema(
        operation_id="network_get",
        summary="The network",
        tags=["results"],
        parameters=[NetworkQuery],
        responses={
            (200, "application/json"): NetworkSerializer,
            (200, "application/graphml+xml"): OpenApiTypes.STR,
            (200, "application/gexf+xml"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
            304: UNCHANGED,
        },
    )
    def get(self, request, slug):
        """People with their scores, and one edge per stored tie; scores are null before an analysis."""
        name = read_query(request, NetworkQuery)["format"]
        initiative = visible_initiative(request, slug)
        if not request.user.can_see_ties:
            raise PermissionDenied("Your role does not see who named whom.")
        version, changed_at = _network_version(initiative)
        return unless_known(request, version, changed_at, lambda: _network_file(initiative, name))


def chosen_scores(analysis: Analysis, query: dict[str, Any]) -> QuerySet[Score]:
    """The scores that a query asks for, in its order; equal values by employee id, undefined ones last."""
    condition = Q()
    if query.get("group"):
        condition &= Q(group=query["group"])
    if query.get("department"):
        name = query["department"]
        condition &= Q(department=name) | Q(department__startswith=f"{name} / ")
    if query.get("search"):
        condition &= name_filter(query["search"], prefix="person__")
    order = _order(query["ordering"].removeprefix("-"), query["ordering"].startswith("-"))
    named = named_scores(analysis.scores, promise_of(analysis.initiative))
    return named.filter(condition).order_by(order, "person__employee_id")


def _order(field: str, falling: bool):
    if field in RANKS:
        field, falling = RANKS[field], not falling
    column = F(COLUMNS[field])
    nulls_last = True if field != "employee_id" and Score._meta.get_field(field).null else None
    return column.desc(nulls_last=nulls_last) if falling else column.asc(nulls_last=nulls_last)


def network_nodes(initiative: Initiative, analysis: Analysis | None) -> Iterator[dict[str, Any]]:
    """Everybody in scope with the fields of a score; without an analysis those are null."""
    if analysis is not None:
        named = named_scores(analysis.scores, promise_of(initiative))
        rows = named.order_by("person__employee_id").values_list(*COLUMNS.values())
        return (dict(zip(SCORE_FIELDS, row, strict=True)) for row in rows.iterator(chunk_size=2000))
    blank = dict.fromkeys(SCORE_FIELDS)
    positions = initiative.positions().order_by("person__employee_id")
    rows = positions.values_list("person__employee_id", *POSITION_FIELDS)
    fields = ("employee_id", *POSITION_FIELDS)
    return ({**blank, **dict(zip(fields, row, strict=True))} for row in rows.iterator(chunk_size=2000))


def _network_file(initiative: Initiative, name: str):
    media_type, write = NETWORK_FORMATS[name]
    lines = write(network_nodes(initiative, newest_analysis(initiative)), edges(initiative))
    return download(lines, media_type, f"{initiative.slug}-network.{name}")


def _network_version(initiative: Initiative) -> tuple[tuple[Any, ...], datetime]:
    analysis = newest_analysis(initiative)
    promise = promise_of(initiative)
    moments = [changed_at(initiative), promise.since, *([analysis.finished_at] if analysis else [])]
    return (analysis and analysis.pk, repr(basis_of(initiative)), promise.mark()), max(moments)


def _version_of(analysis: Analysis) -> tuple[tuple[Any, ...], datetime]:
    """What tells two answers apart, and since when this one holds."""
    promise = promise_of(analysis.initiative)
    version = (analysis.pk, analysis.finished_at, analysis.people_count, promise.mark())
    return version, max(analysis.finished_at, promise.since)


def _current_chart() -> int | None:
    return OrgChart.objects.filter(is_current=True).values_list("pk", flat=True).first()
