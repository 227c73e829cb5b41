"""Whom a survey asks, and the personal links that lead them to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import segno
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from orgchart.models import Position
from surveys.models import Invitation, InvitationToken, LinkExport, Objection, Survey

ROWS_PER_INSERT = 500
LINK_FIELDS = ("employee_id", "name", "email", "url")
NOT_ASKED = (Invitation.State.LEFT, Invitation.State.OBJECTED)


def askable(survey: Survey) -> QuerySet[Position]:
    """The people of the initiative's scope today, without those who object."""
    objecting = Objection.objects.filter(initiative=survey.initiative_id)
    return survey.initiative.positions().exclude(person__in=objecting.values("person"))


def first_asked(survey: Survey) -> QuerySet[Position]:
    """Whom the opening invites: everybody in scope, or for a pulse those of them who were asked before."""
    if survey.pulse_of_id is None:
        return askable(survey)
    before = Invitation.objects.filter(survey__in=series_of(survey))
    return askable(survey).filter(person__in=before.values("person"))


def series_of(survey: Survey) -> QuerySet[Survey]:
    """The other surveys over the same links: the one that a pulse repeats, and its other pulses."""
    first = survey.pulse_of_id or survey.pk
    return Survey.objects.filter(Q(pk=first) | Q(pulse_of=first)).exclude(pk=survey.pk)


def bring_links(survey: Survey) -> int:
    """Let the links that people have from the same series lead here; say how many."""
    links = InvitationToken.objects.filter(revoked_at=None, invitation__survey__in=series_of(survey))
    here = survey.invitations.exclude(state__in=NOT_ASKED).order_by()
    of_the_same_person = here.filter(person__invitations=OuterRef("invitation_id")).values("pk")
    links = links.filter(invitation__person__in=here.values("person"))
    return links.update(invitation=Subquery(of_the_same_person[:1]))


def joiners(survey: Survey) -> QuerySet[Position]:
    """Who is in the scope today and has not been invited, or had left."""
    asked = survey.invitations.exclude(state=Invitation.State.LEFT)
    return askable(survey).exclude(person__in=asked.values("person"))


def leavers(survey: Survey) -> QuerySet[Invitation]:
    """Who was invited and is no longer in the scope."""
    here = survey.initiative.positions()
    return survey.invitations.exclude(state__in=NOT_ASKED).exclude(person__in=here.values("person"))


def invite(survey: Survey, positions: QuerySet[Position] | None = None) -> int:
    """Invite these people, by default everybody who joined; say how many are new."""
    departments = dict(
        (joiners(survey) if positions is None else positions).values_list("person", "department")
    )
    with transaction.atomic():
        back = survey.invitations.filter(state=Invitation.State.LEFT)
        back = [one for one in back.only("pk", "person_id") if one.person_id in departments]
        for one in back:
            Invitation.objects.filter(pk=one.pk).update(
                state=Invitation.State.INVITED, department=departments.pop(one.person_id)
            )
        rows = (
            Invitation(survey=survey, person_id=person, department=department)
            for person, department in departments.items()
        )
        made = Invitation.objects.bulk_create(rows, batch_size=ROWS_PER_INSERT, ignore_conflicts=True)
        survey.people_changed()
    return len(made) + len(back)


def say_goodbye(survey: Survey) -> int:
    """Revoke the links of those who left the scope; what they answered stays. Say how many they were."""
    gone = list(leavers(survey).values_list("pk", flat=True))
    with transaction.atomic():
        for begin in range(0, len(gone), ROWS_PER_INSERT):
            part = gone[begin : begin + ROWS_PER_INSERT]
            InvitationToken.objects.filter(invitation__in=part).revoke()
            Invitation.objects.filter(pk__in=part).update(state=Invitation.State.LEFT)
        if gone:
            survey.people_changed()
    return len(gone)


def reachable(survey: Survey) -> QuerySet[Invitation]:
    """Those who can be given a link: everybody invited who has neither left nor objected."""
    asked = survey.invitations.exclude(state__in=NOT_ASKED).select_related("person", "survey")
    return asked.order_by("person__employee_id")


def link_to(secret: str) -> str:
    """The address that a secret opens, in full."""
    return settings.PUBLIC_URL + reverse("surveys:link", args=[secret])


def personal_links(
    invitations: Iterable[Invitation], purpose: str = "list"
) -> Iterator[tuple[Invitation, str]]:
    """A new link for each of them, a block at a time; earlier ones stay valid."""
    block: list[Invitation] = []
    for invitation in invitations:
        block.append(invitation)
        if len(block) == ROWS_PER_INSERT:
            yield from _links_of(block, purpose)
            block = []
    yield from _links_of(block, purpose)


def _a_block_at_a_time(invitations: QuerySet[Invitation]) -> Iterator[Invitation]:
    """All of them in order, no reading left open meanwhile: SQLite lets nobody write who still reads."""
    pks = list(invitations.values_list("pk", flat=True))
    for begin in range(0, len(pks), ROWS_PER_INSERT):
        yield from list(invitations.filter(pk__in=pks[begin : begin + ROWS_PER_INSERT]))


def _links_of(block: list[Invitation], purpose: str) -> Iterator[tuple[Invitation, str]]:
    prepared = [InvitationToken.prepare(invitation, purpose) for invitation in block]
    InvitationToken.objects.bulk_create([token for token, _ in prepared])
    return ((token.invitation, link_to(secret)) for token, secret in prepared)


def link_rows(survey: Survey, *, form: str, user=None) -> Iterator[dict[str, Any]]:
    """Everybody's new link as a row of the list for a mail merge; the export is written down."""
    invitations = reachable(survey)
    LinkExport.objects.create(survey=survey, form=form, links=invitations.count(), made_by=user)
    return (
        {
            "employee_id": invitation.person.employee_id,
            "name": invitation.person.name,
            "email": invitation.person.email,
            "url": url,
        }
        for invitation, url in personal_links(_a_block_at_a_time(invitations))
    )


def cards(
    survey: Survey, *, department: str = "", without_email: bool = True, user=None, most: int = 200
) -> list[dict[str, Any]]:
    """Cards to print and hand out, each with a new link as a QR code; the export is written down."""
    chosen = reachable(survey).exclude(state=Invitation.State.SUBMITTED)
    chosen = chosen.filter(department=department) if department else chosen
    chosen = chosen.filter(person__email="") if without_email else chosen
    chosen = list(chosen.order_by("department", "person__name", "pk")[:most])
    LinkExport.objects.create(survey=survey, form=LinkExport.Form.CARDS, links=len(chosen), made_by=user)
    return [
        {
            "name": invitation.person.name,
            "department": invitation.department,
            "url": url,
            "code": segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2),
        }
        for invitation, url in personal_links(chosen, "card")
    ]
