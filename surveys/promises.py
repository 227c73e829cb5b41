"""What the surveys of an initiative have promised to those who answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q

from initiatives.models import Initiative
from surveys.models import KeptPromise, Survey


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

    @property
    def stages_hidden(self) -> bool:
        """Whether nobody sees single people's stages: unless everybody may be named."""
        return self.ties_hidden or self.low_groups_counted

    def mark(self) -> str:
        """A word that changes with the promise, for the versions of what was sent out."""
        return f"{self.ties_hidden:d}{self.low_groups_counted:d}{self.smallest_group}"


def promise_of(initiative: Initiative) -> Promise:
    """What all surveys that people have been asked in, and those they reuse, promise together.

    Surveys that were deleted count on: figures made of their answers may still be there.
    """
    asked = Survey.objects.filter(initiative=initiative).exclude(state=Survey.State.DRAFT)
    kept = Survey.objects.filter(Q(pk__in=asked.values("pk")) | Q(reused_by__in=asked.values("pk")))
    given = [*kept.distinct(), *KeptPromise.objects.filter(initiative=initiative)]
    return Promise(
        ties_hidden=any(one.names_are_secret for one in given),
        low_groups_counted=any(one.low_groups == Survey.LowGroups.COUNTS for one in given),
        smallest_group=settings.SMALLEST_GROUP,
        since=max((one.opened_at or one.created_at for one in given), default=Promise.since),
    )


def keep_promise(survey: Survey) -> None:
    """Write down what a survey promised that is about to be deleted, where anybody has been asked."""
    if not survey.is_frozen:
        return
    initiatives = {survey.initiative_id, *survey.reused_by.values_list("initiative", flat=True)}
    KeptPromise.objects.bulk_create(
        KeptPromise(
            initiative_id=initiative,
            survey_title=survey.title,
            confidentiality=survey.confidentiality,
            low_groups=survey.low_groups,
            opened_at=survey.opened_at,
        )
        for initiative in sorted(initiatives)
    )
