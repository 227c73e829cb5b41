"""Bringing ties into an initiative, as a file or as JSON."""

from __future__ import annotations

from collections.abc import Callable

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from bpm_influence.rest.parsing import JSONParser
from bpm_influence.rest.problems import FaultyFile
from bpm_influence.rest.strictness import FormatByParameter, read_query
from influence.api.fields import TieFileSerializer, TieQuery, TieReportSerializer, TieSerializer
from influence.loading import load_tie_rows, load_ties
from initiatives.api import manageable_initiative
from initiatives.models import Initiative


class TieLoading(generics.GenericAPIView):
    """The ties of one initiative."""

    parser_classes = (JSONParser, MultiPartParser)
    serializer_class = TieReportSerializer
    content_negotiation_class = FormatByParameter

    @extend_schema(
        operation_id="ties_load",
        summary="Load ties",
        tags=["ties"],
        parameters=[TieQuery],
        request={"multipart/form-data": TieFileSerializer, "application/json": TieSerializer(many=True)},
        responses={201: TieReportSerializer},
    )
    def post(self, request, slug):
        """Load a file of ties, or a list of them; what the label brought before is replaced.

        With an error in any row nothing is stored, and the problem document lists the faults.
        """
        label = read_query(request, TieQuery).get("label")
        initiative = manageable_initiative(request, slug)
        if isinstance(request.data, QueryDict):
            report = load_sent_file(load_ties, TieFileSerializer, request, initiative, label)
        else:
            report = load_tie_rows(
                initiative, checked_rows(request.data), label=label or "api", user=request.user
            )
        if report.errors:
            raise FaultyFile("The ties were not loaded; nothing was changed.", report.as_dict()["errors"])
        return Response(report.as_dict(), status.HTTP_201_CREATED)


def load_sent_file(load: Callable, serializer_class, request, initiative: Initiative, label: str | None):
    """Load the file of a multipart request; a label in the form goes before the one in the address."""
    sent = serializer_class(data=request.data)
    sent.is_valid(raise_exception=True)
    file = sent.validated_data["file"]
    return load(
        initiative,
        file.read(),
        file_name=file.name,
        label=sent.validated_data.get("label") or label,
        user=request.user,
    )


def checked_rows(rows: object, serializer_class=TieSerializer, what: str = "a tie") -> list[dict]:
    """The rows, or a refusal that names the first ones that are no objects or have unknown fields."""
    fields = tuple(serializer_class().fields)
    if not isinstance(rows, list):
        raise ValidationError(f"Send a list of objects with {', '.join(fields)}.")
    wrong = {}
    for number, row in enumerate(rows, start=1):
        sentence = _wrong_row(row, fields, what)
        if sentence:
            wrong[f"row {number}"] = [sentence]
        if len(wrong) == 20:
            break
    if wrong:
        raise ValidationError(wrong)
    return rows


def _wrong_row(row, fields: tuple[str, ...], what: str) -> str | None:
    if not isinstance(row, dict):
        return f"Write each {what.split(' ', 1)[1]} as an object with {', '.join(fields)}."
    unknown = [name for name in row if name not in fields]
    return f"There is no “{unknown[0]}” in {what}; use {', '.join(fields)}." if unknown else None
