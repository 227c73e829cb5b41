"""Who reaches the results of which initiative."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from initiatives.access import managed_initiative, visible_initiative
from initiatives.models import Initiative

__all__ = ["managed_initiative", "results_initiative", "visible_initiative"]


def results_initiative(user, slug: str) -> Initiative:
    """The initiative with the settings of its plan, for users who may see scores."""
    found = Initiative.objects.visible_to(user).select_related("plan_settings").distinct()
    initiative = get_object_or_404(found, slug=slug)
    if not user.can_see_scores:
        raise PermissionDenied("Your role does not see scores.")
    return initiative
