"""What a new org chart means for open surveys: who left loses their link, who joined can be invited.

Leavers' links are shut in the very transaction that makes the chart current; what they answered stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse

from initiatives.following import address_of, followed_initiatives
from orgchart.following import Action, ChartChange, Effect, follower
from orgchart.signals import chart_activated
from surveys.inviting import say_goodbye
from surveys.models import Invitation, Objection, Survey


@receiver(chart_activated, dispatch_uid="surveys.shut_leavers_links")
def shut_leavers_links(sender, **told) -> None:
    """Revoke the links of those who are no longer in the scope of an open survey."""
    for survey in open_surveys():
        say_goodbye(survey)


@follower
def surveys(change: ChartChange, user) -> Iterator[Effect]:
    """Whom an open survey asks and who leaves, moves or joins; by name for members of the initiative."""
    for survey in open_surveys().filter(initiative__in=followed_initiatives(user)):
        url = address_of(survey.initiative, user)
        people = _touched(survey, change)
        if url:
            named = dict(zip(("left", "moved", "joined"), people, strict=True))
        else:
            named = {"counts": tuple(map(len, people))}
        actions = _offered(survey, change, len(people[2]), user) if url else []
        yield Effect(
            survey.initiative.name, url, "Open survey", note=_note(change, people), actions=actions, **named
        )


def open_surveys() -> QuerySet[Survey]:
    """The surveys that are taking answers."""
    return Survey.objects.filter(state=Survey.State.OPEN).select_related("initiative")


def _touched(survey: Survey, change: ChartChange) -> tuple[list[str], list[str], list[str]]:
    """Names of those asked who leave the scope or move in it, and of those who come into it unasked."""
    before = set(survey.initiative.positions(change.before).values_list("person_id", flat=True))
    here = dict(survey.initiative.positions(change.after).values_list("person_id", "name"))
    asked = survey.invitations.exclude(state=Invitation.State.OBJECTED)
    asked = {
        person: (name, state)
        for person, name, state in asked.values_list("person_id", "person__name", "state")
    }
    stay = {person for person, (_, state) in asked.items() if state != Invitation.State.LEFT}
    objecting = set(
        Objection.objects.filter(initiative=survey.initiative).values_list("person_id", flat=True)
    )
    moved = change.moved
    return (
        sorted(name for person, (name, _) in asked.items() if person not in here and person in before),
        sorted(name for person, name in here.items() if person in stay and person in moved),
        sorted(name for person, name in here.items() if person not in stay and person not in objecting),
    )


def _note(change: ChartChange, people: tuple[list[str], ...]) -> str:
    if not people[0]:
        return ""
    if change.after.activated_at:
        return "The links of those who left are revoked; what they answered stays."
    return "The links of those who leave will be revoked; what they answered stays."


def _offered(survey: Survey, change: ChartChange, joiners: int, user) -> list[Action]:
    """The button that invites who joined, once the chart is current, to those who manage the initiative."""
    if not (joiners and change.after.is_current and user.can_manage_initiatives):
        return []
    address = reverse("surveys:act", args=[survey.initiative.slug, survey.pk, "invite-joiners"])
    return [Action(f"Invite {joiners:,} joiner{'s' if joiners > 1 else ''}", address)]
