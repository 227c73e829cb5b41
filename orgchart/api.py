"""Org charts and people over REST: the same reading and activation as the pages and the command."""

from __future__ import annotations

import json

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.reverse import reverse

from bpm_influence.rest.parsing import JSONParser
from bpm_influence.rest.problems import Conflict
from bpm_influence.rest.strictness import FormatByParameter, PageQuery, StrictSerializer, read_query
from orgchart.charts import (
    ANY,
    CannotActivate,
    activate_chart,
    changes_of,
    import_options,
    reading_job,
    same_file,
    same_files,
    submit_chart,
)
from orgchart.columns import UnknownField
from orgchart.models import OrgChart, Position
from orgchart.people_columns import PEOPLE
from orgchart.people_files import DUPLICATE_ID, UNKNOWN_MANAGER
from orgchart.searching import position_search

NEXT_ASK_SECONDS = 1
UPLOADED = OpenApiExample(
    "Accepted", value={"id": 7, "state": "queued", "url": "https://bpm.example/api/v1/org-charts/7/"}
)


class FaultFields(serializers.Serializer):
    """One thing that is wrong with a file."""

    kind = serializers.CharField(help_text="Which kind of fault. Example: unknown_manager.")
    row = serializers.IntegerField(
        help_text="Row as a spreadsheet shows it; 0 is the whole file. Example: 9."
    )
    rows = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="All rows of a cycle. Example: [6, 13, 14].",
    )
    column = serializers.CharField(help_text="Header of the column in the file. Example: Manager ID.")
    value = serializers.CharField(help_text="What the cell holds. Example: 9999.")
    message = serializers.CharField(help_text="What is wrong, in words. Example: Nobody has the id 9999.")
    remedy = serializers.CharField(help_text="What to do about it, in a sentence. Example: Correct the id.")


class FaultLists(serializers.Serializer):
    """The first 1,000 errors and warnings of a file."""

    errors = FaultFields(many=True, help_text="Errors stop the import.")
    warnings = FaultFields(many=True, help_text="Warnings do not.")


class CountFields(serializers.Serializer):
    """How large a chart is."""

    people = serializers.IntegerField(help_text="People in the chart. Example: 600.")
    tops = serializers.IntegerField(help_text="People without a manager. Example: 1.")
    max_level = serializers.IntegerField(help_text="Levels, the top being 1. Example: 5.")
    errors = serializers.IntegerField(help_text="Errors in the file. Example: 0.")
    warnings = serializers.IntegerField(help_text="Warnings in the file. Example: 3.")


class ChangeFields(serializers.Serializer):
    """What a chart changes against the one that was current when it was read."""

    against = serializers.IntegerField(allow_null=True, help_text="The chart compared with. Example: 6.")
    joiners = serializers.IntegerField(help_text="People who are new. Example: 12.")
    leavers = serializers.IntegerField(help_text="People who are gone. Example: 9.")
    movers = serializers.IntegerField(
        help_text="People with a new manager, department or title. Example: 31."
    )
    people_before = serializers.IntegerField(help_text="People in the current chart. Example: 597.")
    people_after = serializers.IntegerField(help_text="People in this chart. Example: 600.")
    jumps = serializers.ListField(
        child=serializers.CharField(),
        help_text="Changes so large that they look like a mistake, in sentences.",
    )


class FoundFields(serializers.Serializer):
    """What was found out about a file; empty until it is read."""

    format = serializers.CharField(
        required=False, help_text="text or workbook, by the content. Example: text."
    )
    encoding = serializers.CharField(required=False, help_text="Of a text file. Example: Windows-1252.")
    delimiter = serializers.CharField(required=False, help_text="Of a text file. Example: ;.")
    sheet = serializers.CharField(required=False, help_text="Of a workbook. Example: Employees.")
    header_row = serializers.IntegerField(required=False, help_text="Row of the header. Example: 3.")
    columns = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text='Header by field. Example: {"employee_id": "Pers.-Nr."}.',
    )
    header = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="All headers. Example: Pers.-Nr."
    )
    words = serializers.CharField(
        required=False, help_text="The same in a sentence. Example: Text, UTF-8, separated by comma."
    )
    samples = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="First values by column; none of columns that look private.",
    )


class ChartSerializer(serializers.Serializer):
    """One version of the org chart."""

    id = serializers.IntegerField(help_text="The chart's number. Example: 7.")
    state = serializers.ChoiceField(
        OrgChart.State.values, help_text="queued, running, done (may be activated) or failed (see faults)."
    )
    url = serializers.URLField(help_text="Where to ask for this chart again.")
    is_current = serializers.BooleanField(help_text="Whether this is the chart in force.")
    as_of = serializers.DateField(help_text="The date it is valid from. Example: 2026-03-31.")
    file_name = serializers.CharField(help_text="Name of the uploaded file. Example: people.csv.")
    file_hash = serializers.CharField(help_text="SHA-256 of the file. Example: 9f86d081884c7d65.")
    same_file_as = serializers.IntegerField(
        allow_null=True, help_text="An earlier chart read from the very same file. Example: 6."
    )
    uploaded_by = serializers.CharField(allow_null=True, help_text="Username. Example: hr.")
    created_at = serializers.DateTimeField(help_text="When it was uploaded, ISO 8601.")
    activated_at = serializers.DateTimeField(allow_null=True, help_text="When it last became current.")
    message = serializers.CharField(
        help_text="How far the reading is, or why it failed. Example: Reading the file."
    )
    found = FoundFields(help_text="What was found out about the file.")
    counts = CountFields(help_text="How large the chart is.")
    faults = FaultLists(help_text="What is wrong with the file.")
    changes = ChangeFields(
        allow_null=True, help_text="What it changes against the current chart; null until it is read."
    )


class UploadSerializer(StrictSerializer):
    """A people file to be read."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="CSV or .xlsx, as the HR system exports it."
    )
    as_of = serializers.DateField(
        required=False,
        help_text="The date the chart is valid from; today where left out. Example: 2026-03-31.",
    )
    mapping = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text='Columns by field, as JSON. Example: {"employee_id": "Pers.-Nr.", "manager_id": "Chef"}.',
    )
    unknown_manager = serializers.ChoiceField(
        UNKNOWN_MANAGER,
        default="error",
        help_text="A manager who is not in the file: an error, make the person a top, "
        "drop the manager (reports go one level up), or keep the former one.",
    )
    duplicate_id = serializers.ChoiceField(
        DUPLICATE_ID,
        default="error",
        help_text="An employee id twice: an error, keep the first row, the last, "
        "or the second row's manager as dotted line.",
    )

    def validate_mapping(self, text):
        """Read the mapping; refuse unknown fields by name."""
        try:
            mapping = json.loads(text or "{}")
        except ValueError:
            raise ValidationError("This is not JSON; write an object of field and column.") from None
        if not isinstance(mapping, dict) or not all(isinstance(value, str) for value in mapping.values()):
            raise ValidationError("Write an object of field and column, both text.")
        try:
            PEOPLE.check_mapping(mapping)
        except UnknownField as unknown:
            raise ValidationError(str(unknown)) from None
        return mapping


class UploadAccepted(serializers.Serializer):
    """An upload that is about to be read."""

    id = serializers.IntegerField(help_text="The chart's number. Example: 7.")
    state = serializers.CharField(help_text="queued, until a worker reads it. Example: queued.")
    url = serializers.URLField(help_text="Where to ask how far it is.")


class PersonSerializer(serializers.Serializer):
    """A person's place in the current org chart."""

    employee_id = serializers.CharField(source="person.employee_id", help_text="Example: 100231.")
    name = serializers.CharField(help_text="Example: Anna Weber.")
    email = serializers.CharField(
        help_text="Empty where the file has none. Example: anna.weber@company.example."
    )
    title = serializers.CharField(help_text="Example: Team lead.")
    department = serializers.CharField(help_text="Example: Finance.")
    location = serializers.CharField(help_text="Example: Zürich.")
    manager_id = serializers.CharField(
        source="manager.employee_id",
        default=None,
        allow_null=True,
        help_text="Employee id of the manager; null at the top. Example: 100101.",
    )
    level = serializers.IntegerField(help_text="1 at the top. Example: 3.")
    span = serializers.IntegerField(help_text="Direct reports. Example: 6.")
    headcount = serializers.IntegerField(help_text="Everybody below, without oneself. Example: 41.")


class PeopleQuery(PageQuery):
    """Whom to look for."""

    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Parts of a name, or an employee id. Example: mulder jor.",
    )


class ActivationQuery(StrictSerializer):
    """On what the decision to activate rests."""

    against = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The chart that the changes were looked at against. Example: 6.",
    )


def check_may_manage(user) -> None:
    """Refuse users who do not upload and activate org charts."""
    if not user.can_manage_charts:
        raise PermissionDenied("Org charts are uploaded and activated by HR and administrators.")


def check_may_see(user) -> None:
    """Refuse users who do not look through the org chart."""
    if not user.can_see_people:
        raise PermissionDenied("Your role does not look through the org chart; ask HR or a change manager.")


def visible_chart(request, pk: int) -> OrgChart:
    """The chart, or 404 for those who may not know of it."""
    check_may_see(request.user)
    charts = OrgChart.objects.visible_to(request.user).select_related("uploaded_by")
    if pk > 2**63 - 1:
        raise Http404
    return get_object_or_404(charts, pk=pk)


def chart_dict(chart: OrgChart, request, twin: int | None, changes: dict) -> dict:
    """A chart as the API shows it."""
    counts = {
        severity: sum(chart.fault_counts.get(severity, {}).values()) for severity in ("errors", "warnings")
    }
    state, message = state_in_words(chart)
    plain = ("id", "is_current", "as_of", "file_name", "file_hash", "created_at", "activated_at", "found")
    return {
        **{name: getattr(chart, name) for name in plain},
        "state": state,
        "message": message,
        "url": chart_url(chart, request),
        "same_file_as": twin,
        "uploaded_by": chart.uploaded_by and chart.uploaded_by.username,
        "counts": {
            "people": chart.people_count, "tops": chart.tops_count, "max_level": chart.max_level, **counts,
        },
        "faults": _faults(chart),
        "changes": changes or None,
    }  # fmt: skip


def one_chart(chart: OrgChart, request) -> dict:
    """One chart, its changes worked out against the chart that is current now."""
    twin = same_file(chart)
    return chart_dict(chart, request, twin and twin.pk, changes_of(chart))


def _faults(chart: OrgChart) -> dict:
    """The faults with the fields of the contract alone."""
    return {
        severity: [
            {name: value for name, value in fault.items() if name != "employee_id"}
            for fault in chart.faults.get(severity, [])
        ]
        for severity in ("errors", "warnings")
    }


def state_in_words(chart: OrgChart) -> tuple[str, str]:
    """The state and a sentence; a job that broke down ends the chart's waiting, too."""
    if not chart.is_unread:
        return chart.state, chart.standing
    job = reading_job(chart)
    if job is None or job.is_unfinished:
        return chart.state, job.message if job else ""
    return OrgChart.State.FAILED.value, job.fault or "The reading was cancelled."


def chart_url(chart: OrgChart, request) -> str:
    """Where the API shows a chart."""
    return reverse("org_chart", args=[chart.pk], request=request)


class ChartList(generics.GenericAPIView):
    """All versions of the org chart."""

    serializer_class = ChartSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (MultiPartParser,)
    queryset = OrgChart.objects.none()

    @extend_schema(
        operation_id="org_charts_list",
        summary="List org charts",
        tags=["org charts"],
        parameters=[PageQuery],
        responses=ChartSerializer(many=True),
    )
    def get(self, request):
        """Every version with its state, faults, counts and changes, newest first."""
        read_query(request, PageQuery)
        check_may_see(request.user)
        charts = OrgChart.objects.visible_to(request.user).select_related("uploaded_by")
        page = self.paginate_queryset(charts)
        twins = same_files(page)
        return self.get_paginated_response(
            [chart_dict(chart, request, twins.get(chart.pk), chart.changes) for chart in page]
        )

    @extend_schema(
        operation_id="org_charts_upload",
        summary="Upload an org chart",
        tags=["org charts"],
        request={"multipart/form-data": UploadSerializer},
        responses={202: UploadAccepted},
        examples=[UPLOADED],
    )
    def post(self, request):
        """Store a people file and have it read; it is not activated. Follow it at its `url`."""
        read_query(request)
        check_may_manage(request.user)
        upload = UploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        chart = submit_chart(
            upload.validated_data["file"].read(),
            upload.validated_data["file"].name,
            _options(upload.validated_data),
            user=request.user,
        )
        shown = {"id": chart.pk, "state": chart.state, "url": chart_url(chart, request)}
        headers = {"Location": shown["url"], "Retry-After": str(NEXT_ASK_SECONDS)}
        return Response(shown, status.HTTP_202_ACCEPTED, headers=headers)


def _options(entries: dict):
    return import_options(
        entries.get("as_of"), entries.get("mapping", {}), entries["unknown_manager"], entries["duplicate_id"]
    )


class ChartDetail(generics.GenericAPIView):
    """One version of the org chart."""

    serializer_class = ChartSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(operation_id="org_charts_get", summary="Get an org chart", tags=["org charts"])
    def get(self, request, id):
        """One version with its state, faults, counts and changes against the current chart."""
        read_query(request)
        return Response(self.get_serializer(one_chart(visible_chart(request, id), request)).data)


class ChartActivation(generics.GenericAPIView):
    """Making a version the current one."""

    serializer_class = ChartSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="org_charts_activate",
        summary="Activate an org chart",
        tags=["org charts"],
        parameters=[ActivationQuery],
        request=None,
        responses={200: ChartSerializer},
    )
    def post(self, request, id):
        """Make this version current, in one transaction; the same way leads back to an earlier one.

        With `against`, nothing happens where another version has become current since the changes were read.
        """
        against = read_query(request, ActivationQuery).get("against", ANY)
        chart = visible_chart(request, id)
        check_may_manage(request.user)
        try:
            chart = activate_chart(chart, user=request.user, against=against)
        except CannotActivate as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(self.get_serializer(one_chart(chart, request)).data)


class PeopleList(generics.GenericAPIView):
    """The people of the current org chart."""

    serializer_class = PersonSerializer
    content_negotiation_class = FormatByParameter
    queryset = Position.objects.none()

    @extend_schema(
        operation_id="people_list",
        summary="Search people",
        tags=["org charts"],
        parameters=[PeopleQuery],
        responses=PersonSerializer(many=True),
    )
    def get(self, request):
        """People of the current chart by name; every part typed must occur, whatever its case and accents."""
        query = read_query(request, PeopleQuery)
        check_may_see(request.user)
        page = self.paginate_queryset(position_search(query.get("search", ""), request.user))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


urlpatterns = [
    path("org-charts/", ChartList.as_view(), name="org_charts"),
    path("org-charts/<int:id>/", ChartDetail.as_view(), name="org_chart"),
    path("org-charts/<int:id>/activate/", ChartActivation.as_view(), name="org_chart_activation"),
    path("people/", PeopleList.as_view(), name="people"),
]
