"""What the commands of this room share: finding the survey that is meant."""

from __future__ import annotations

from django.core.management.base import CommandError

from initiatives.commanding import initiative_named
from surveys.editing import newest_survey
from surveys.models import Survey


def survey_of(slug: str) -> Survey:
    """The initiative's open survey, else its newest one."""
    survey = newest_survey(initiative_named(slug))
    if survey is None:
        raise CommandError(f"“{slug}” has no survey yet; make one with create_survey {slug}.")
    return survey
