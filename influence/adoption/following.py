"""Adoption is counted anew, as a job, whenever what is recorded changes."""

from __future__ import annotations

from django.dispatch import receiver

from influence.adoption.studying import request_study
from initiatives.adoption import adoption_changed
from initiatives.models import Initiative


@receiver(adoption_changed)
def count_anew(sender: Initiative, user=None, **_kwargs) -> None:
    """Ask for it once the change is stored."""
    request_study(sender, user)
