"""Finding people by name: every typed part must occur, whatever its case and accents."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from orgchart.models import OrgChart, Person, Position
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


def chart_search(query: str, chart: OrgChart) -> QuerySet[Position]:
    """The places in one chart of the people that a search finds, by name."""
    return _places(Position.objects.filter(chart=chart), query).order_by("name", "person__employee_id")


def position_search(query: str, user) -> QuerySet[Position]:
    """The places in the current chart of the people that a search finds, by name."""
    positions = Position.objects.visible_to(user).filter(chart__is_current=True)
    found = _places(positions, query) if query.strip() else positions
    return found.select_related("person", "manager").order_by("name", "person__employee_id")


def _places(positions: QuerySet[Position], query: str) -> QuerySet[Position]:
    people = Person.objects.filter(name_filter(query) | Q(employee_id=query.strip()))
    return positions.filter(person__in=people)
