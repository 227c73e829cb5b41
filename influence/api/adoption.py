"""Bringing in who reached which stage when, and reading the evidence."""

from __future__ import annotations

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from bpm_influence.rest.parsing import JSONParser
from bpm_influence.rest.problems import FaultyFile
from bpm_influence.rest.strictness import FormatByParameter, StrictSerializer, read_query
from influence.adoption.showing import evidence, fresh_study
from influence.api.fields import described
from influence.api.results import UNCHANGED
from influence.api.serving import NEXT_ASK_SECONDS, unless_known
from influence.api.ties import checked_rows, load_sent_file
from initiatives.adoption import load_adoption, load_adoption_rows
from initiatives.api import manageable_initiative, visible_initiative
from initiatives.models import AdoptionPeriod
from orgchart.api import FaultFields

PATIENCE_SECONDS = 8
EXPOSURES = ("leadership", "influence")
LABEL = (
    "What the events are filed under: loading again under a label replaces what it brought. "
    "Default: {default}. Example: LMS export."
)


class AdoptionSerializer(StrictSerializer):
    """Somebody reached a stage, or fell back to one, on a day."""

    employee_id = serializers.CharField(
        max_length=320, help_text="Whose: employee id or email. Example: 100002."
    )
    stage = serializers.CharField(
        max_length=60, help_text="One of the initiative's stages, by name. Example: adoption."
    )
    date = serializers.CharField(max_length=40, help_text="The day, ISO 8601. Example: 2026-03-31.")


class AdoptionFileSerializer(StrictSerializer):
    """A file of adoption: CSV or XLSX with the columns employee_id, stage and date."""

    file = serializers.FileField(help_text="The file; its format is judged by its content.")
    label = serializers.CharField(
        required=False, max_length=255, help_text=LABEL.format(default="the file's name")
    )


class AdoptionQuery(StrictSerializer):
    """Where events sent as JSON are filed."""

    label = serializers.CharField(required=False, max_length=255, help_text=LABEL.format(default="api"))


class AdoptionReportSerializer(serializers.Serializer):
    """What a file of adoption brought."""

    people = described(int, "People who reached a stage. Example: 109.")
    events = described(int, "Events stored under the label. Example: 240.")
    written = described(bool, "Whether the events were stored.")
    errors = FaultFields(many=True, read_only=True, help_text="Empty: with an error nothing is stored.")
    warnings = FaultFields(many=True, read_only=True, help_text="What to know; nothing was stopped by it.")


class OddsRatioSerializer(serializers.Serializer):
    """How the odds of moving in a period differ between all and none of those one looks to being there."""

    exposure = serializers.ChoiceField(
        EXPOSURES, read_only=True, help_text="Exposure to whom: those who lead one, or those one names."
    )
    odds_ratio = described(
        float, "Odds ratio of all against none; null where it cannot be told. Example: 1.9.", null=True
    )
    low = described(float, "Lower end of the 95% interval. Example: 1.2.", null=True)
    high = described(float, "Upper end of the 95% interval. Example: 3.1.", null=True)
    p_permutation = described(
        float,
        "How often times shuffled within departments give as much, two-sided, 0 to 1. Example: 0.02.",
        null=True,
    )
    reason = described(
        str,
        "Why there is no figure; null where there is one. Example: Nobody has come to this stage.",
        null=True,
    )


class StageEvidenceSerializer(serializers.Serializer):
    """One stage: whether moving to it went with exposure. It never says that anybody caused anything."""

    stage = described(str, "The stage, as the initiative names it. Example: adoption.")
    period = serializers.ChoiceField(
        AdoptionPeriod.values,
        read_only=True,
        allow_null=True,
        help_text="In which steps of time; null while it is being computed.",
    )
    events = described(
        int, "Moves that the model rests on; null while it is being computed. Example: 89.", null=True
    )
    odds_ratios = OddsRatioSerializer(many=True, read_only=True, help_text="Leadership, then influence.")
    sentence = described(
        str, "What it says, in a few careful sentences. Example: Adoption, 89 moves. No clear sign."
    )


class EvidenceSerializer(serializers.Serializer):
    """Did people move after exposure to leadership, to influence? One entry per stage with events."""

    stages = StageEvidenceSerializer(
        many=True, read_only=True, help_text="In the order of the initiative's stages."
    )


class AdoptionLoading(generics.GenericAPIView):
    """The adoption of one initiative."""

    parser_classes = (JSONParser, MultiPartParser)
    serializer_class = AdoptionReportSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(
        operation_id="adoption_load",
        summary="Load adoption",
        tags=["adoption"],
        parameters=[AdoptionQuery],
        request={
            "multipart/form-data": AdoptionFileSerializer,
            "application/json": AdoptionSerializer(many=True),
        },
        responses={201: AdoptionReportSerializer},
    )
    def post(self, request, slug):
        """Load a file of who reached which stage when, or a list; what the label brought is replaced.

        With an error in any row nothing is stored, and the problem document lists the faults. The evidence
        is computed anew as a job.
        """
        label = read_query(request, AdoptionQuery).get("label")
        initiative = manageable_initiative(request, slug)
        if isinstance(request.data, QueryDict):
            report = load_sent_file(load_adoption, AdoptionFileSerializer, request, initiative, label)
        else:
            rows = checked_rows(request.data, AdoptionSerializer, "an event")
            report = load_adoption_rows(initiative, rows, label=label or "api", user=request.user)
        if report.errors:
            raise FaultyFile("The adoption was not loaded; nothing was changed.", report.as_dict()["errors"])
        return Response(report.as_dict(), status.HTTP_201_CREATED)


class EvidenceView(generics.GenericAPIView):
    """What the record of adoption says of exposure."""

    serializer_class = EvidenceSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(
        operation_id="evidence_get",
        summary="Evidence",
        tags=["adoption"],
        responses={200: EvidenceSerializer, 304: UNCHANGED},
    )
    def get(self, request, slug):
        """Whether people reached a stage after those who lead them had, or after those they name had.

        One entry per stage of which anything is recorded, with leadership's odds ratio beside influence's;
        null with its reason where there is too little. Where adoption has just changed, the answer waits a
        few seconds for it; if that was too short, figures are null and `Retry-After` says when to ask again.
        """
        read_query(request)
        initiative = visible_initiative(request, slug)
        if not request.user.can_see_scores:
            raise PermissionDenied("Your role does not see results.")
        study, job = fresh_study(initiative, PATIENCE_SECONDS)
        if job is not None or study is None:
            response = Response(evidence(initiative, study, job))
            if job is not None and job.is_unfinished:
                response["Retry-After"] = str(NEXT_ASK_SECONDS)
            return response
        stages = tuple(initiative.stages.values_list("name", flat=True))
        return unless_known(
            request,
            (study.pk, study.version, study.computed_at, stages),
            max(study.computed_at, initiative.changed_at),
            lambda: Response(evidence(initiative, study, None)),
        )
