"""Who may be named on the pages of adoption, and how: name, title, department."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from influence.confidentiality import stages_are_named
from initiatives.models import Initiative
from orgchart.models import Position
from surveys.models import Objection


@dataclass
class People:
    """Positions of the current chart by person.

    ``stages_are_named`` says whether single people's stages are shown.
    """

    stages_are_named: bool
    positions: dict[int, Position] = field(default_factory=dict)

    def get(self, person: int | None) -> Position | None:
        """Somebody's position; None for people who have left or were erased."""
        return self.positions.get(person) if person is not None else None

    def named(self, people: Iterable[int]) -> list[Position]:
        """Those of the people who are still there, in the order given."""
        return [self.positions[person] for person in people if person in self.positions]


def people_of(initiative: Initiative, user, ids: Iterable[int]) -> People:
    """The people with these primary keys, as the user may see them."""
    wanted = Position.objects.filter(chart__is_current=True, person__in=set(ids))
    wanted = wanted.exclude(person__in=Objection.objects.people(initiative)).select_related("person")
    return People(
        stages_are_named=stages_are_named(initiative, user),
        positions={position.person_id: position for position in wanted},
    )
