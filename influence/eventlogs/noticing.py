"""Collaboration records are off until an administrator switches them on, and tells people so."""

from __future__ import annotations

from django.db import transaction

from influence.eventlogs.models import CollaborationNotice, EventLog
from initiatives.models import Initiative

SHORTEST_NOTICE = 80
USUAL_NOTICE = """\
For “{initiative}” we look at who works with whom in our systems: who comments, mentions, answers or meets \
whom, and when. The content of messages is not read and not stored.

Why: to find out to whom colleagues turn when work changes, so that those people are asked and involved \
early. It is not for evaluating anybody.

What is kept: the number of interactions between two people, until the initiative ends.

Who sees it: the people who work on this initiative.

You can object at any time, without giving a reason; you are then left out of every source."""


class NotSwitchedOn(Exception):
    """Collaboration may not be read for this initiative; says what to do."""


class NoticeTooShort(ValueError):
    """A notice that tells people nothing."""


def notice_of(initiative: Initiative) -> CollaborationNotice | None:
    """What people are told; nothing where collaboration is off."""
    return CollaborationNotice.objects.filter(initiative=initiative).select_related("switched_on_by").first()


def check_switched_on(initiative: Initiative, kind: str) -> None:
    """Refuse collaboration records where no administrator has switched them on."""
    if kind == EventLog.Kind.COLLABORATION and notice_of(initiative) is None:
        raise NotSwitchedOn(
            "Collaboration records are off for this initiative. An administrator switches them on, with a "
            "notice to the people concerned, from the initiative's data page."
        )


def switch_on(initiative: Initiative, text: str, user) -> CollaborationNotice:
    """Allow collaboration records, and keep what people are told."""
    words = text.strip()
    if len(words) < SHORTEST_NOTICE:
        raise NoticeTooShort(
            "Tell people what is looked at, why, who sees it, and that they may object; "
            f"{SHORTEST_NOTICE} characters at least."
        )
    notice, _ = CollaborationNotice.objects.update_or_create(
        initiative=initiative, defaults={"text": words, "switched_on_by": user}
    )
    return notice


def switch_off(initiative: Initiative) -> int:
    """Forbid collaboration records, and take those away that were loaded; says how many."""
    from influence.eventlogs.loading import remove

    logs = list(initiative.event_logs.filter(kind=EventLog.Kind.COLLABORATION))
    with transaction.atomic():
        CollaborationNotice.objects.filter(initiative=initiative).delete()
        for log in logs:
            remove(log)
    return len(logs)
