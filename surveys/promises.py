"""What the surveys of an initiative have promised, and what follows for everybody who looks at its results."""

from __future__ import annotations

from dataclasses import dataclass

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

    def mark(self) -> str:
        """A word that changes with the promise, for the versions of what was sent out."""
        return f"{self.ties_hidden:d}{self.low_groups_counted:d}{self.smallest_group}"


def promise_of(initiative: Initiative) -> Promise:
    """What all surveys that people have been asked in, and those they reuse, promise together."""
    asked = Survey.objects.filter(initiative=initiative).exclude(state=Survey.State.DRAFT)
    kept = Survey.objects.filter(Q(pk__in=asked.values("pk")) | Q(reused_by__in=asked.values("pk")))
    given = set(kept.order_by().values_list("confidentiality", "low_groups"))
    return Promise(
        ties_hidden=any(first == Survey.Confidentiality.SCORES_ONLY for first, _ in given),
        low_groups_counted=any(second == Survey.LowGroups.COUNTS for _, second in given),
        smallest_group=settings.SMALLEST_GROUP,
    )
