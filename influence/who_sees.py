"""*Who sees what* of an initiative: from the roles' own rights and what its surveys promise."""

from __future__ import annotations

from typing import Any

from bpm_influence.accounts.models import User
from initiatives.models import Initiative
from surveys.promises import Promise, promise_of

NOBODY = "Your manager and colleagues"
ROLES = (
    User.Role.VIEWER, User.Role.CHANGE_MANAGER, User.Role.HR, User.Role.AUDITOR, User.Role.ADMINISTRATOR,
)  # fmt: skip
THINGS = {
    "chart": "The org chart: who reports to whom",
    "ties": "Who named whom, and through whom somebody is reached",
    "scores": "Scores for leadership and influence, with names",
    "reach": "How likely single people are reached",
    "totals": "Totals: how many are reached, by department",
    "plan": "Who is asked to be a champion, with notes",
    "settings": "Settings, members, notices and who took what out",
}


def who_sees_what(initiative: Initiative) -> dict[str, Any]:
    """The table, the promises behind it, and how many people have each role here."""
    promise = promise_of(initiative)
    members = list(initiative.members.select_related("user"))
    roles = [str(role.label) for role in ROLES]
    return {
        "who": [NOBODY, *roles],
        "rows": [
            {"what": words, "cells": [False, *(sees(thing, role, promise) for role in ROLES)]}
            for thing, words in THINGS.items()
        ],
        "members": sorted((member.user.shown_name, member.user.get_role_display()) for member in members),
        "promises": _promises(promise),
        "surveys": list(initiative.surveys.exclude(state="draft")),
    }


def sees(thing: str, role: str, promise: Promise) -> bool:
    """Whether somebody of that role, a member where the role needs it, sees this."""
    user = User(role=role)
    return {
        "chart": user.can_see_people,
        "ties": user.can_see_ties and not promise.ties_hidden,
        "scores": user.can_see_scores,
        "reach": user.can_see_scores and not promise.ties_hidden,
        "totals": user.can_see_scores,
        "plan": user.can_see_scores,
        "settings": user.can_manage_initiatives or user.sees_every_initiative,
    }[thing]


def _promises(promise: Promise) -> list[str]:
    found = [f"Answers are never counted for fewer than {promise.smallest_group} people."]
    if promise.ties_hidden:
        found.append("Scores only: no page, file or picture lets it be told who named whom.")
    else:
        found.append("Named network: change managers of this initiative see who named whom; viewers do not.")
    if promise.low_groups_counted:
        found.append("Leaders without reach and the audience are counts, never names.")
    return [
        *found,
        "People who object are left out as respondents and as names, from every source.",
        "Looking at personal results and taking out links is logged.",
        "Whoever runs the server could read the database itself; that is why few people can.",
        "Scores describe a network in one initiative; they are not for evaluating people.",
    ]
