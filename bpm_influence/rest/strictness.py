"""Refusing by name what a route does not know, in bodies and in query parameters alike."""

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers
from rest_framework.exceptions import NotAcceptable, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.utils.mediatypes import media_type_matches

from bpm_influence.rest.problems import MEDIA_TYPE

LARGEST_PAGE = 1000
ALWAYS_OFFERED = ("application/json", MEDIA_TYPE)


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know by their name, so that a typing mistake never passes in silence."""

    def to_internal_value(self, data):
        """Check the names, then the values."""
        if isinstance(data, dict):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                raise ValidationError(
                    {name: [f"There is no “{name}” here; {self._known()}."] for name in unknown}
                )
        return super().to_internal_value(data)

    def _known(self):
        return f"use {', '.join(self.fields)}" if self.fields else "leave it out"


class StrictDescription(OpenApiSerializerExtension):
    """Says in the OpenAPI description that unknown fields are refused."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema, direction):
        """Return the usual description, closed where it describes a body that is sent."""
        described = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return described | {"additionalProperties": False} if direction == "request" else described


class NoQuery(StrictSerializer):
    """A route that takes no query parameters."""


class PageQuery(StrictSerializer):
    """Which part of a list."""

    page = serializers.IntegerField(required=False, min_value=1, help_text="Which page, from 1. Example: 2.")
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_PAGE,
        help_text=f"How many entries a page has, at most {LARGEST_PAGE}. Example: 100.",
    )


class FormatByParameter(DefaultContentNegotiation):
    """JSON, or whatever file format the route itself makes of `?format=`: the parameter names no renderer."""

    def select_renderer(self, request, renderers, format_suffix=None):
        """Return the first renderer where the client takes anything that the route can answer with."""
        view = request.parser_context.get("view")
        offered = (*ALWAYS_OFFERED, *getattr(view, "media_types", ()))
        accepted = [entry.partition(";")[0].strip() for entry in self.get_accept_list(request)] or ["*/*"]
        if not any(media_type_matches(entry, offer) for entry in accepted for offer in offered):
            raise NotAcceptable(f"This route answers with {', '.join(offered)}; ask for one of these.")
        return renderers[0], renderers[0].media_type


def read_query(request, serializer_class=NoQuery):
    """Return the query parameters, checked; those that the route does not know are refused by name."""
    twice = [name for name, values in request.query_params.lists() if len(values) > 1]
    if twice:
        raise ValidationError({name: ["Give this once."] for name in twice})
    query = serializer_class(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return query.validated_data
