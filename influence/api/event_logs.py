"""Event logs over REST: sent as a file, read by a job, answered as soon as that has ended."""

from __future__ import annotations

import json
import time

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from bpm_influence.jobs.models import Worker
from bpm_influence.rest.problems import Conflict, FaultyFile
from bpm_influence.rest.strictness import FormatByParameter, PageQuery, StrictSerializer, read_query
from influence.api.analyses import RETRY_AFTER
from influence.api.fields import JOB_STATES, described
from influence.api.serving import NEXT_ASK_SECONDS
from influence.eventlogs.loading import submit_event_log
from influence.eventlogs.models import EventLog
from influence.eventlogs.noticing import NotSwitchedOn
from influence.eventlogs.options import RELATIONS, InvalidOptions, choices_from
from initiatives.api import manageable_initiative
from initiatives.models import Initiative
from orgchart.api import FaultFields

WAITS_SECONDS = 15.0
LOOKS_EVERY = 0.1
CHOICES = {"relation": "relations", "activity": "activities"}


class EventLogFileSerializer(StrictSerializer):
    """A log of events, or with ``kind=collaboration`` a table of interactions."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="XES, XES.gz, CSV or .xlsx; its format is judged by its content."
    )
    label = serializers.CharField(
        required=False,
        max_length=255,
        help_text="What the ties are filed under: loading again under a label replaces what it brought. "
        "Default: the file's name. Example: invoice workflow 2026.",
    )
    kind = serializers.ChoiceField(
        EventLog.Kind.values,
        default=EventLog.Kind.PROCESS,
        help_text="process: events of cases. collaboration: who interacted with whom, where an "
        "administrator has switched that on. Example: process.",
    )
    relation = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        help_text=f"What to count, repeated for several: {', '.join(RELATIONS)}. Example: handover.",
    )
    depth = serializers.IntegerField(
        required=False, help_text="How many events later a handover is still seen. Default: 1. Example: 3."
    )
    fading = serializers.FloatField(
        required=False, help_text="What each further event leaves of it. Default: 0.5. Example: 0.5."
    )
    first = serializers.DateField(required=False, help_text="First day of the window. Example: 2026-01-01.")
    last = serializers.DateField(required=False, help_text="Last day of the window. Example: 2026-03-31.")
    activity = serializers.ListField(
        child=serializers.CharField(max_length=1000),
        required=False,
        help_text="The only activities to count, repeated for several. Example: Approve invoice.",
    )
    zone = serializers.CharField(
        required=False,
        max_length=60,
        help_text="Time zone of timestamps that name none. Default: UTC. Example: Europe/Amsterdam.",
    )
    mapping = serializers.CharField(
        required=False,
        help_text='Columns by field, as JSON. Example: {"case_id": "Ticket", "resource": "Agent"}.',
    )
    weights = serializers.CharField(
        required=False,
        help_text='What an interaction of a kind weighs, as JSON. Example: {"mention": 2, "reaction": 0.5}.',
    )

    def validate_mapping(self, text):
        """Read the mapping."""
        return _from_json(text)

    def validate_weights(self, text):
        """Read the weights."""
        return _from_json(text)

    def validate(self, sent):
        """Check what is to be counted, by the rules of the pages."""
        plain = ("file", "label", "kind")
        given = {CHOICES.get(name, name): value for name, value in sent.items() if name not in plain}
        try:
            sent["choices"] = choices_from(given)
        except InvalidOptions as wrong:
            names = {inner: outer for outer, inner in CHOICES.items()}
            raise ValidationError({names.get(k, k): v for k, v in wrong.errors.items()}) from None
        return sent


def _from_json(text: str) -> dict:
    try:
        value = json.loads(text)
    except ValueError:
        raise ValidationError("This is not JSON; write an object.") from None
    if not isinstance(value, dict):
        raise ValidationError("Write an object, in braces.")
    return value


class EventLogSerializer(serializers.Serializer):
    """One log, how far its reading is, and what it brought."""

    id = described(int, "Number of the log. Example: 7.")
    url = serializers.URLField(read_only=True, help_text="Where to ask for it again.")
    label = described(str, "What its ties are filed under. Example: invoice workflow 2026.")
    kind = serializers.ChoiceField(EventLog.Kind.values, read_only=True, help_text="What it holds.")
    state = serializers.ChoiceField(JOB_STATES, read_only=True, help_text="How far its last reading is.")
    progress = described(
        float, "Share of the reading done, from 0 to 1. Example: 0.45.", min_value=0, max_value=1
    )
    message = described(str, "What it is doing, or why it failed. Example: Reading events: 20,000.")
    people = described(int, "People recognised among its resources. Example: 48.")
    ties = described(int, "Ties it brought. Example: 246.")
    events = described(int, "Events counted. Example: 8577.")
    cases = described(int, "Cases counted. Example: 1434.")
    written = described(bool, "Whether its ties are stored.")
    errors = FaultFields(many=True, read_only=True, help_text="What stopped the last reading.")
    warnings = FaultFields(many=True, read_only=True, help_text="What to know; nothing was stopped by it.")
    created_at = serializers.DateTimeField(read_only=True, help_text="When it was sent, ISO 8601, UTC.")


def event_log_dict(log: EventLog, request) -> dict:
    """One log as the API writes it."""
    job = log.job
    return {
        "id": log.pk,
        "url": request.build_absolute_uri(f"/api/v1/initiatives/{log.initiative.slug}/event-logs/{log.pk}/"),
        "label": log.label,
        "kind": log.kind,
        "state": log.state,
        "progress": job.share if job else float(log.state == "done"),
        "message": (job.fault or job.message) if job else "",
        "people": log.people_count,
        "ties": log.tie_set.ties_count if log.tie_set else 0,
        "events": log.events_count,
        "cases": log.cases_count,
        "written": log.tie_set is not None,
        "errors": log.faults.get("errors", []),
        "warnings": log.faults.get("warnings", []),
        "created_at": log.created_at,
    }


def logs_of(initiative: Initiative):
    """The logs of an initiative with what is shown of them."""
    return initiative.event_logs.select_related("job", "tie_set", "initiative")


class EventLogList(generics.GenericAPIView):
    """The event logs of one initiative."""

    serializer_class = EventLogSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="event_logs_list",
        summary="List an initiative's event logs",
        tags=["ties"],
        parameters=[PageQuery],
        responses=EventLogSerializer(many=True),
    )
    def get(self, request, slug):
        """All logs, newest first."""
        read_query(request, PageQuery)
        page = self.paginate_queryset(logs_of(manageable_initiative(request, slug)))
        return self.get_paginated_response(
            [self.get_serializer(event_log_dict(log, request)).data for log in page]
        )

    @extend_schema(
        operation_id="event_logs_load",
        summary="Load an event log",
        tags=["ties"],
        parameters=[RETRY_AFTER],
        request={"multipart/form-data": EventLogFileSerializer},
        responses={201: EventLogSerializer, 202: EventLogSerializer},
    )
    def post(self, request, slug):
        """Load a log of events; what the label brought before is replaced.

        A small log is answered with 201 once its ties are stored, or with a problem document that lists
        its faults. One that takes longer is answered with 202; follow it at its `url`.
        """
        read_query(request)
        initiative = manageable_initiative(request, slug)
        sent = EventLogFileSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        log = ended_soon(submit(initiative, sent.validated_data, request.user))
        if log.state == "failed":
            raise FaultyFile("The log was not loaded; nothing was changed.", log.faults.get("errors", []))
        return self._accepted(log, request)

    def _accepted(self, log: EventLog, request) -> Response:
        shown = self.get_serializer(event_log_dict(log, request)).data
        headers = {"Location": shown["url"]}
        if log.state == "done":
            return Response(shown, status.HTTP_201_CREATED, headers=headers)
        headers["Retry-After"] = str(NEXT_ASK_SECONDS)
        return Response(shown, status.HTTP_202_ACCEPTED, headers=headers)


def submit(initiative: Initiative, sent: dict, user) -> EventLog:
    """Have the file read, or say why that is not possible here."""
    try:
        return submit_event_log(
            initiative,
            sent["file"],
            file_name=sent["file"].name,
            label=sent.get("label"),
            choices=sent["choices"],
            kind=sent["kind"],
            user=user,
        )
    except NotSwitchedOn as refusal:
        raise Conflict(str(refusal)) from None


def ended_soon(log: EventLog) -> EventLog:
    """The log as it stands once it was read, or after a while, or at once where no worker answers."""
    until = time.monotonic() + WAITS_SECONDS
    while log.job.is_unfinished and time.monotonic() < until and Worker.answers():
        time.sleep(LOOKS_EVERY)
        log.job.refresh_from_db()
    return logs_of(log.initiative).get(pk=log.pk)


class EventLogDetail(generics.GenericAPIView):
    """One event log."""

    serializer_class = EventLogSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(operation_id="event_logs_get", summary="Follow an event log", tags=["ties"])
    def get(self, request, slug, id):
        """How far the reading is, and what it brought."""
        read_query(request)
        log = get_object_or_404(logs_of(manageable_initiative(request, slug)), pk=id)
        response = Response(self.get_serializer(event_log_dict(log, request)).data)
        if log.state in ("queued", "running"):
            response["Retry-After"] = str(NEXT_ASK_SECONDS)
        return response
