"""Who reaches the results of which initiative."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from initiatives.access import managed_initiative, visible_initiative
from initiatives.models import Initiative

__all__ = ["managed_initiative", "results_initiative", "visible_initiative"]


def results_initiative(user, slug: str) -> Initiative:
    """The initiative, for users who may see scores."""
    initiative = visible_initiative(user, slug)
    if not user.can_see_scores:
        raise PermissionDenied("Your role does not see scores.")
    return initiative
