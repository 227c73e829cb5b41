"""Initiatives over REST: the same rules as the pages, through ``initiatives.editing``."""

from __future__ import annotations

from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from bpm_influence.rest.parsing import JSONParser
from bpm_influence.rest.strictness import FormatByParameter, PageQuery, StrictSerializer, read_query
from initiatives.editing import (
    InvalidInitiative,
    create_initiative,
    roles_as_list,
    scope_as_dict,
    update_initiative,
)
from initiatives.models import Initiative, Role

EXAMPLE = {
    "slug": "digital-invoice-approval",
    "name": "Digital invoice approval",
    "processes": ["Invoice receipt", "Invoice approval"],
    "goal": "Every supplier invoice approved in one workflow, in four working days.",
    "start": "2026-03-02",
    "end": "2026-12-18",
    "scope": {"departments": ["Finance"], "below": ["102404"], "people": ["100328"]},
    "roles": [{"employee_id": "100347", "role": "sponsor"}],
    "cut": 80.0,
    "stages": ["awareness", "willingness", "ability", "adoption", "reinforcement"],
    "members": ["change.manager"],
}


class ScopeSerializer(StrictSerializer):
    """Whom an initiative touches; three empty lists mean everybody on the current org chart."""

    departments = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        max_length=10_000,
        help_text="Departments as the org chart names them, each with its sub-units. Example: Finance.",
    )
    below = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=10_000,
        help_text="Employee ids of managers who are in scope with everyone below them. Example: 102404.",
    )
    people = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=10_000,
        help_text="Employee ids of single people in scope. Example: 100328.",
    )


class RoleSerializer(StrictSerializer):
    """A role that somebody holds; its holder is a committed leader."""

    employee_id = serializers.CharField(max_length=200, help_text="Who holds the role. Example: 100347.")
    role = serializers.ChoiceField(
        Role.Kind.choices, help_text="Which role: sponsor, process_owner or project_lead."
    )


class InitiativeSerializer(StrictSerializer):
    """One BPM initiative: what changes, whom it touches, who leads it."""

    slug = serializers.SlugField(
        max_length=80,
        required=False,
        help_text="Short name in addresses: small letters, digits, hyphens; left out: made from the name. "
        "Example: digital-invoice-approval.",
    )
    name = serializers.CharField(max_length=200, help_text="Example: Digital invoice approval.")
    processes = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=1000,
        help_text="Names of the processes that change. Example: Invoice approval.",
    )
    goal = serializers.CharField(
        allow_blank=True,
        required=False,
        max_length=10_000,
        help_text="What shall be true when it is done. Example: Four working days.",
    )
    start = serializers.DateField(
        allow_null=True, required=False, help_text="First day, ISO 8601. Example: 2026-03-02."
    )
    end = serializers.DateField(
        allow_null=True,
        required=False,
        help_text="Last day, ISO 8601, not before the start. Example: 2026-12-18.",
    )
    scope = ScopeSerializer(required=False, help_text="Whom it touches; left out or empty: everybody.")
    roles = RoleSerializer(many=True, required=False, help_text="The committed leaders and their roles.")
    cut = serializers.FloatField(
        required=False,
        min_value=0.001,
        max_value=99.999,
        help_text="Percentile from which a leadership or influence score counts as high. Example: 80.",
    )
    stages = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        min_length=1,
        max_length=50,
        help_text="Stages of adoption in their order. Example: awareness.",
    )
    members = serializers.ListField(
        child=serializers.CharField(max_length=150),
        required=False,
        max_length=1000,
        help_text="Usernames of those who work on it or may see its results. Example: change.manager.",
    )

    def validate_members(self, usernames):
        """Turn usernames into users."""
        users = {user.username: user for user in get_user_model().objects.filter(username__in=usernames)}
        unknown = [name for name in usernames if name not in users]
        if unknown:
            raise ValidationError([f"There is no user “{name}”; create the user first." for name in unknown])
        return list(users.values())

    def to_representation(self, initiative):
        """Write an initiative as the contract has it."""
        plain = ("slug", "name", "processes", "goal", "cut")
        return {
            **{field: getattr(initiative, field) for field in plain},
            "start": initiative.start and initiative.start.isoformat(),
            "end": initiative.end and initiative.end.isoformat(),
            "scope": scope_as_dict(initiative),
            "roles": roles_as_list(initiative),
            "stages": [stage.name for stage in initiative.stages.all()],
            "members": [member.user.username for member in initiative.members.all()],
        }


def visible_initiative(request, slug) -> Initiative:
    """The initiative, or 404 for those who may not know of it."""
    return get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)


def manageable_initiative(request, slug) -> Initiative:
    """The initiative for somebody who may change it; 403 for those who may only look."""
    initiative = visible_initiative(request, slug)
    check_may_manage(request.user)
    return initiative


def check_may_manage(user) -> None:
    """Refuse users whose role does not manage initiatives."""
    if not user.can_manage_initiatives:
        raise PermissionDenied("Your role may look at initiatives but not change them; ask a change manager.")


def check_may_create(user) -> None:
    """Refuse users whose role makes no initiatives, and tokens that are limited to some."""
    check_may_manage(user)
    if not user.can_create_initiatives:
        raise PermissionDenied("This token is limited to some initiatives; make one without a limit.")


EXAMPLES = [OpenApiExample("Digital invoice approval", value=EXAMPLE)]


class InitiativeList(generics.GenericAPIView):
    """The initiatives that the token's user may see."""

    serializer_class = InitiativeSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (JSONParser,)

    def get_queryset(self):
        """Everything that the list shows, in a bounded number of queries."""
        visible = Initiative.objects.visible_to(self.request.user)
        related = ("scope_rules__person", "roles__person", "stages", "members__user")
        return visible.prefetch_related(*related).order_by("name", "slug")

    @extend_schema(
        operation_id="initiatives_list",
        summary="List initiatives",
        tags=["initiatives"],
        parameters=[PageQuery],
        responses=InitiativeSerializer(many=True),
    )
    def get(self, request):
        """The initiatives one is a member of, by name; an administrator sees all."""
        read_query(request, PageQuery)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="initiatives_create",
        summary="Create an initiative",
        tags=["initiatives"],
        responses={201: InitiativeSerializer},
        examples=EXAMPLES,
    )
    def post(self, request):
        """Create an initiative; its creator becomes a member."""
        read_query(request)
        check_may_create(request.user)
        entries = self.get_serializer(data=request.data)
        entries.is_valid(raise_exception=True)
        with invalid_as_problem():
            initiative = create_initiative(created_by=request.user, **entries.validated_data)
        where = request.build_absolute_uri(f"{initiative.slug}/")
        return Response(
            self.get_serializer(initiative).data, status.HTTP_201_CREATED, headers={"Location": where}
        )


class InitiativeDetail(generics.GenericAPIView):
    """One initiative."""

    serializer_class = InitiativeSerializer
    content_negotiation_class = FormatByParameter
    parser_classes = (JSONParser,)

    @extend_schema(
        operation_id="initiatives_get", summary="Get an initiative", tags=["initiatives"], examples=EXAMPLES
    )
    def get(self, request, slug):
        """One initiative with its scope, roles, stages and members."""
        read_query(request)
        return Response(self.get_serializer(visible_initiative(request, slug)).data)

    @extend_schema(
        operation_id="initiatives_change",
        summary="Change an initiative",
        tags=["initiatives"],
        examples=EXAMPLES,
    )
    def patch(self, request, slug):
        """Change the fields that are sent and leave the others as they are; lists are replaced whole."""
        read_query(request)
        initiative = manageable_initiative(request, slug)
        changes = self.get_serializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        with invalid_as_problem():
            update_initiative(initiative, **changes.validated_data)
        return Response(self.get_serializer(initiative).data)


@contextmanager
def invalid_as_problem():
    """Turn what the domain refuses into a problem document with its sentences by field."""
    try:
        yield
    except InvalidInitiative as refusal:
        raise ValidationError(refusal.errors) from refusal


urlpatterns = [
    path("initiatives/", InitiativeList.as_view(), name="initiatives"),
    path("initiatives/<slug:slug>/", InitiativeDetail.as_view(), name="initiative"),
]
