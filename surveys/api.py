"""Surveys over REST: their state and response, never an answer."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import PermissionDenied

from bpm_influence.rest.strictness import FormatByParameter, PageQuery, read_query
from initiatives.api import visible_initiative
from surveys.models import Survey
from surveys.monitoring import departments_of, response_of


class DepartmentResponseSerializer(serializers.Serializer):
    """The response of one department with everything below it."""

    department = serializers.CharField(help_text="As the org chart names it. Example: Finance / Payments.")
    invited = serializers.IntegerField(help_text="People asked. Example: 42.")
    answered = serializers.IntegerField(
        allow_null=True,
        help_text="Of whom answered; null where that could give a small group away. Example: 35.",
    )
    response_rate = serializers.FloatField(
        allow_null=True, help_text="From 0 to 1; null like `answered`. Example: 0.83."
    )


class SurveySerializer(serializers.Serializer):
    """One survey with its response."""

    id = serializers.IntegerField(help_text="Its number. Example: 7.")
    state = serializers.ChoiceField(Survey.State.choices, help_text="Example: open.")
    confidentiality = serializers.ChoiceField(
        Survey.Confidentiality.choices, help_text="What was promised. Example: scores_only."
    )
    invited = serializers.IntegerField(help_text="People asked who have not left. Example: 600.")
    answered = serializers.IntegerField(help_text="Of whom answered. Example: 480.")
    response_rate = serializers.FloatField(
        allow_null=True, help_text="From 0 to 1; null where nobody is asked. Example: 0.8."
    )
    departments = DepartmentResponseSerializer(many=True, help_text="The response by department and parent.")


class SurveyList(generics.GenericAPIView):
    """The surveys of one initiative."""

    serializer_class = SurveySerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(
        operation_id="surveys_list",
        summary="Surveys and their response",
        tags=["surveys"],
        parameters=[PageQuery],
        responses=SurveySerializer(many=True),
    )
    def get(self, request, slug):
        """Newest first; counts of answers are left out where they could give a small group away."""
        read_query(request, PageQuery)
        initiative = visible_initiative(request, slug)
        if not (request.user.can_see_scores or request.user.sees_every_initiative):
            raise PermissionDenied("Your role does not see how surveys go.")
        page = self.paginate_queryset(initiative.surveys.all())
        return self.get_paginated_response([survey_dict(survey) for survey in page])


def survey_dict(survey: Survey) -> dict:
    """One survey as the API writes it."""
    response = response_of(survey)
    fields = ("department", "invited", "answered", "response_rate")
    return {
        "id": survey.pk,
        "state": survey.state,
        "confidentiality": survey.confidentiality,
        "invited": response.invited,
        "answered": response.answered,
        "response_rate": response.rate,
        "departments": [{field: row[field] for field in fields} for row in departments_of(survey)],
    }


urlpatterns = [path("initiatives/<slug:slug>/surveys/", SurveyList.as_view(), name="surveys")]
