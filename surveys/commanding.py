"""What the commands of this room share: finding the survey that is meant."""

from __future__ import annotations

from django.core.management.base import CommandError

from initiatives.models import Initiative
from surveys.editing import newest_survey
from surveys.models import Survey


def initiative_named(slug: str) -> Initiative:
    """The initiative with this short name, or an error that lists those there are."""
    initiative = Initiative.objects.filter(slug=slug).first()
    if initiative is None:
        known = ", ".join(Initiative.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no initiative “{slug}”. There are: {known}.")
    return initiative


def survey_of(slug: str) -> Survey:
    """The initiative's open survey, else its newest one."""
    survey = newest_survey(initiative_named(slug))
    if survey is None:
        raise CommandError(f"“{slug}” has no survey yet; make one with create_survey {slug}.")
    return survey
