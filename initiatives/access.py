"""Who reaches which initiative: strangers find nothing, members without the right are refused."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from bpm_influence.accounts.reach import Choice
from initiatives.models import Initiative


def visible_initiative(user, slug: str) -> Initiative:
    """The initiative, if the user may know of it; else not found."""
    return get_object_or_404(Initiative.objects.visible_to(user).distinct(), slug=slug)


def managed_initiative(user, slug: str) -> Initiative:
    """The initiative, for users who may change it."""
    initiative = visible_initiative(user, slug)
    if not user.can_manage_initiatives:
        raise PermissionDenied("Your role does not change initiatives.")
    return initiative


def token_choices(user) -> list[Choice]:
    """The initiatives to which the user may limit a token, by name."""
    rows = Initiative.objects.visible_to(user).distinct().order_by("name", "slug")
    return [Choice(*row) for row in rows.values_list("pk", "slug", "name")]
