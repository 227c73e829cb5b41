"""Ties that files, requests and event logs brought, as they are stored."""

from __future__ import annotations

from django.db.models import QuerySet

from influence.models import Tie
from initiatives.models import Initiative
from surveys.models import Objection


def loaded_ties(initiative: Initiative) -> QuerySet[Tie]:
    """The stored ties of an initiative, without those of people who object."""
    objecting = Objection.objects.filter(initiative=initiative).values("person")
    ties = Tie.objects.filter(tie_set__initiative=initiative)
    return ties.exclude(source__in=objecting).exclude(target__in=objecting)
