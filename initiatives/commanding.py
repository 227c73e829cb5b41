"""What the commands about an initiative share: finding it by its short name."""

from __future__ import annotations

from django.core.management.base import CommandError

from initiatives.models import Initiative


def initiative_named(slug: str) -> Initiative:
    """The initiative with this short name, or an error that lists those there are."""
    initiative = Initiative.objects.filter(slug=slug).first()
    if initiative is None:
        known = ", ".join(Initiative.objects.values_list("slug", flat=True))
        raise CommandError(
            f"There is no initiative “{slug}”. There are: {known or 'none yet; use create_initiative'}."
        )
    return initiative
