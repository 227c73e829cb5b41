"""Whom a respondent is likely to name: their manager, team, reports and department, without typing."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from orgchart.models import Position
from surveys.models import Invitation
from surveys.searching import survey_positions

LARGEST_ROSTER = 101  # a hundred others and oneself
MOST_IN_A_GROUP = 40
GROUPS = ("manager", "team", "reports", "department")


def quick_picks(invitation: Invitation) -> list[tuple[str, list[Position]]]:
    """Groups of people, nearest first, nobody twice; everybody asked where they are a hundred at most."""
    everybody = survey_positions(invitation.survey).exclude(person=invitation.person_id)
    own = Position.objects.filter(chart__is_current=True, person=invitation.person_id).first()
    picks = _near(everybody, own) if own else []
    asked = invitation.survey.invitations.nameable().order_by().values_list("pk")
    if len(asked[: LARGEST_ROSTER + 1]) <= LARGEST_ROSTER:
        near = [position.pk for _, people in picks for position in people]
        picks.append(("everyone", list(everybody.exclude(pk__in=near).order_by("name"))))
    return [(group, people) for group, people in picks if people]


def _near(everybody: QuerySet[Position], own: Position) -> list[tuple[str, list[Position]]]:
    is_manager = Q(person=own.manager_id)
    is_peer = Q(manager__isnull=False, manager=own.manager_id)
    is_report = Q(manager=own.person_id)
    is_neighbour = Q(department=own.department) & ~Q(department="")
    conditions = (is_manager, is_peer, is_report, is_neighbour)
    nearness = Case(
        *(When(condition, then=Value(place)) for place, condition in enumerate(conditions)),
        output_field=IntegerField(),
    )
    near = everybody.filter(is_manager | is_peer | is_report | is_neighbour).annotate(nearness=nearness)
    groups: dict[str, list[Position]] = {group: [] for group in GROUPS}
    for position in near.order_by("nearness", "name", "person_id")[: MOST_IN_A_GROUP * len(GROUPS)]:
        group = groups[GROUPS[position.nearness]]
        if len(group) < MOST_IN_A_GROUP:
            group.append(position)
    return list(groups.items())
