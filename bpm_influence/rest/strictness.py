"""Refusing by name what a route does not know, in bodies and in query parameters alike."""

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

LARGEST_PAGE = 1000


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
        """Return the first renderer, whatever is asked for."""
        return renderers[0], renderers[0].media_type


def read_query(request, serializer_class=NoQuery):
    """Return the query parameters, checked; those that the route does not know are refused by name."""
    query = serializer_class(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data
