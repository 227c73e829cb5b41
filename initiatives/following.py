"""What a change of chart touches in initiatives: the people of their scopes, and the holders of roles."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from initiatives.models import Initiative
from orgchart.following import ChartChange, Effect, follower


def followed_initiatives(user) -> QuerySet[Initiative]:
    """All for those who activate charts, since they answer for what that does; else those one may see."""
    return Initiative.objects.all() if user.can_manage_charts else Initiative.objects.visible_to(user)


def address_of(initiative: Initiative, user) -> str:
    """The initiative's page for those who may open it; nothing for the others."""
    seen = Initiative.objects.visible_to(user).filter(pk=initiative.pk).exists()
    return initiative.get_absolute_url() if seen else ""


@follower
def scopes(change: ChartChange, user) -> Iterator[Effect]:
    """Who leaves each scope, who moves inside it, who comes into it."""
    left, moved, joined = change.left, change.moved, change.joined
    for initiative in followed_initiatives(user).prefetch_related("scope_rules"):
        url = address_of(initiative, user)
        if not initiative.scope_rules.all():
            people = (list(left.values()), list(moved.values()), list(joined.values()))
        else:
            before, after = _scope(initiative, change.before), _scope(initiative, change.after)
            people = (
                [name for key, name in before.items() if key not in after],
                [name for key, name in after.items() if key in before and key in moved],
                [name for key, name in after.items() if key not in before],
            )
        yield Effect(initiative.name, url, "Scope", *map(sorted, people))


@follower
def roles(change: ChartChange, user) -> Iterator[Effect]:
    """Which holders of a role leave the company, or move in it."""
    left, moved = change.left, change.moved
    for initiative in followed_initiatives(user).prefetch_related("roles__person"):
        held = [role for role in initiative.roles.all() if role.person_id in left or role.person_id in moved]
        if held:
            gone = [_holder(role) for role in held if role.person_id in left]
            yield Effect(
                initiative.name,
                address_of(initiative, user),
                "Roles",
                left=gone,
                moved=[_holder(role) for role in held if role.person_id in moved],
                note="Give the role to somebody else in the settings." if gone else "",
            )


def _scope(initiative: Initiative, chart) -> dict[int, str]:
    return dict(initiative.positions(chart).values_list("person_id", "name"))


def _holder(role) -> str:
    return f"{role.person.name} ({role.get_role_display().lower()})"
