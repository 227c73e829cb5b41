"""Finding people by name: every typed part must occur, whatever its case and accents."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from orgchart.models import Person, Position
from orgchart.naming import search_form

MOST_PARTS = 8


def name_filter(text: str, prefix: str = "") -> Q:
    """The condition that every part of the text occurs in the person's name."""
    condition = Q()
    for part in search_form(text).replace(",", " ").split()[:MOST_PARTS]:
        condition &= Q(**{f"{prefix}search_name__contains": part})
    return condition


def people_search(query: str, people: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """The people of the current chart whose name has every part of the query, or whose id it is."""
    people = Person.objects.all() if people is None else people
    people = people.filter(positions__chart__is_current=True)
    if not query.strip():
        return people
    return people.filter(name_filter(query) | Q(employee_id=query.strip()))


def position_search(query: str, user) -> QuerySet[Position]:
    """The places in the current chart of the people that a search finds, by name."""
    positions = Position.objects.visible_to(user).filter(chart__is_current=True)
    if query.strip():
        positions = positions.filter(name_filter(query, "person__") | Q(person__employee_id=query.strip()))
    return positions.select_related("person", "manager").order_by("name", "person__employee_id")
