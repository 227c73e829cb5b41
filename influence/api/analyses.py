"""Asking for an analysis and following it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from bpm_influence.rest.parsing import JSONParser
from bpm_influence.rest.problems import Conflict
from bpm_influence.rest.strictness import FormatByParameter, PageQuery, read_query
from influence.analysing import CannotAnalyse, request_analysis
from influence.api.fields import AnalysisRequestSerializer, AnalysisSerializer
from influence.api.serving import NEXT_ASK_SECONDS
from influence.models import Analysis
from influence.parameters import InvalidParameters
from initiatives.api import manageable_initiative, visible_initiative

RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[202],
    description="Seconds to wait before asking again.",
)


def analysis_dict(analysis: Analysis, request) -> dict:
    """One analysis as the API writes it."""
    job = analysis.job
    return {
        "id": analysis.pk,
        "state": analysis.state,
        "progress": 1.0 if analysis.finished_at else (job.share if job else 0.0),
        "message": (job.fault or job.message) if job else "",
        "attempt": job.attempt if job else 0,
        "url": request.build_absolute_uri(
            f"/api/v1/initiatives/{analysis.initiative.slug}/analyses/{analysis.pk}/"
        ),
        "parameters": analysis.parameters,
        "people": analysis.people_count,
        "ties": analysis.ties_count,
        "created_at": analysis.created_at,
        "finished_at": analysis.finished_at,
    }


class AnalysisList(generics.GenericAPIView):
    """The analyses of one initiative."""

    serializer_class = AnalysisSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (JSONParser,)

    @extend_schema(
        operation_id="analyses_list",
        summary="List an initiative's analyses",
        tags=["analyses"],
        parameters=[PageQuery],
        responses=AnalysisSerializer(many=True),
    )
    def get(self, request, slug):
        """All analyses, newest first."""
        read_query(request, PageQuery)
        analyses = visible_initiative(request, slug).analyses.select_related("job", "initiative")
        page = self.paginate_queryset(analyses.order_by("-created_at", "-pk"))
        return self.get_paginated_response(
            [self.get_serializer(analysis_dict(a, request)).data for a in page]
        )

    @extend_schema(
        operation_id="analyses_request",
        summary="Ask for an analysis",
        tags=["analyses"],
        parameters=[RETRY_AFTER],
        request=AnalysisRequestSerializer,
        responses={202: AnalysisSerializer},
    )
    def post(self, request, slug):
        """Queue an analysis; follow it at its `url`.

        The same request while it is under way gives the same analysis.
        """
        read_query(request)
        initiative = manageable_initiative(request, slug)
        wanted = AnalysisRequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            analysis = request_analysis(
                initiative, wanted.validated_data.get("parameters") or {}, request.user
            )
        except InvalidParameters as refusal:
            raise ValidationError({"parameters": refusal.errors}) from refusal
        except CannotAnalyse as refusal:
            raise Conflict(str(refusal)) from refusal
        shown = self.get_serializer(analysis_dict(analysis, request)).data
        headers = {"Location": shown["url"], "Retry-After": str(NEXT_ASK_SECONDS)}
        return Response(shown, status.HTTP_202_ACCEPTED, headers=headers)


class AnalysisDetail(generics.GenericAPIView):
    """One analysis."""

    serializer_class = AnalysisSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(operation_id="analyses_get", summary="Follow an analysis", tags=["analyses"])
    def get(self, request, slug, id):
        """How far the analysis is; its results are shown once it is done."""
        read_query(request)
        analyses = visible_initiative(request, slug).analyses.select_related("job", "initiative")
        analysis = get_object_or_404(analyses, pk=id)
        response = Response(self.get_serializer(analysis_dict(analysis, request)).data)
        if analysis.state in ("queued", "running"):
            response["Retry-After"] = str(NEXT_ASK_SECONDS)
        return response
