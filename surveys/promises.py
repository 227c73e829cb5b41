"""What the surveys of an initiative have promised to those who answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q

from initiatives.models import Initiative
from surveys.models import Survey


@dataclass(frozen=True)
class Promise:
    """The strictest promise under which any answer of an initiative was given.

    ``ties_hidden``: nobody sees who named whom, nor what gives it away. ``low_groups_counted``: leaders
    without reach and audience are counts, not names.
    """

    ties_hidden: bool = False
    low_groups_counted: bool = False
    smallest_group: int = 5
    since: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def mark(self) -> str:
        """A word that changes with the promise, for the versions of what was sent out."""
        return f"{self.ties_hidden:d}{self.low_groups_counted:d}{self.smallest_group}"


def promise_of(initiative: Initiative) -> Promise:
    """What all surveys that people have been asked in, and those they reuse, promise together."""
    asked = Survey.objects.filter(initiative=initiative).exclude(state=Survey.State.DRAFT)
    kept = Survey.objects.filter(Q(pk__in=asked.values("pk")) | Q(reused_by__in=asked.values("pk")))
    given = list(kept.distinct())
    return Promise(
        ties_hidden=any(survey.names_are_secret for survey in given),
        low_groups_counted=any(survey.low_groups == Survey.LowGroups.COUNTS for survey in given),
        smallest_group=settings.SMALLEST_GROUP,
        since=max((survey.opened_at or survey.created_at for survey in given), default=Promise.since),
    )
