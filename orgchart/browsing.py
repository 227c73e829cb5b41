"""Looking at a chart: the opened part of its tree, and its departments by size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Avg, Count, Max, Q

from orgchart.models import OrgChart, Position

MOST_CHILDREN = 200


@dataclass
class Node:
    """A person in the tree as it is shown, with their reports where these are open."""

    position: Position
    children: list[Node] = field(default_factory=list)
    is_open: bool = False
    is_sought: bool = False

    @property
    def hidden(self) -> int:
        """How many reports are not shown."""
        return max(0, self.position.span - len(self.children)) if self.is_open else 0


def open_tree(chart: OrgChart, sought: Position | None) -> list[Node]:
    """The tops of a chart, and below them the path to the person sought with their reports."""
    if sought is None:
        only_top = Position.objects.filter(chart=chart, level=1)[:2]
        opened = {position.person_id for position in only_top} if len(only_top) == 1 else set()
    else:
        opened = {sought.person_id, *sought.above().values_list("person_id", flat=True)}
    children = _children(chart, opened, sought)
    return _nodes(children.get(None, []), children, opened, sought)


def reports_of(position: Position) -> Node:
    """A person with their direct reports, these closed."""
    rows = Position.objects.filter(chart=position.chart_id, manager=position.person_id)
    shown = rows.select_related("person").order_by("lft")[:MOST_CHILDREN]
    return Node(position, [Node(row) for row in shown], is_open=True)


def _children(chart: OrgChart, opened: set[int], sought: Position | None) -> dict[int | None, list[Position]]:
    path = {sought.pk, *sought.above().values_list("pk", flat=True)} if sought else set()
    children: dict[int | None, list[Position]] = {}
    for parent in (None, *opened):
        rows = Position.objects.filter(chart=chart, manager=parent).select_related("person").order_by("lft")
        shown = list(rows[:MOST_CHILDREN])
        missing = path - {row.pk for row in shown}
        children[parent] = shown + list(rows.filter(pk__in=missing)) if missing else shown
    return children


def _nodes(positions: Iterable[Position], children, opened: set[int], sought: Position | None) -> list[Node]:
    return [
        Node(
            position,
            _nodes(children.get(position.person_id, []), children, opened, sought),
            is_open=position.person_id in opened,
            is_sought=bool(sought and position.pk == sought.pk),
        )
        for position in positions
    ]


def departments(chart: OrgChart) -> list[dict]:
    """Every department with its people, its managers and its levels, by name."""
    rows = Position.objects.filter(chart=chart).values("department").order_by("department")
    return list(
        rows.annotate(
            people=Count("pk"), managers=Count("pk", filter=Q(span__gt=0)),
            average_span=Avg("span", filter=Q(span__gt=0)), deepest=Max("level"),
        )
    )  # fmt: skip


def department_tree(chart: OrgChart) -> list[dict]:
    """Departments nested by the parts of their paths, with headcounts, for the picture."""
    root: dict = {"children": {}}
    for row in departments(chart):
        node = root
        for part in (row["department"] or "No department").split(" / "):
            node = node["children"].setdefault(part, {"name": part, "value": 0, "children": {}})
            node["value"] += row["people"]
    return _listed(root)


def _listed(node: dict) -> list[dict]:
    return [
        {"name": child["name"], "value": child["value"], "children": _listed(child)}
        for child in node["children"].values()
    ]


PEOPLE_HEADER = (
    "employee_id", "name", "email", "manager_id", "title", "department", "location", "start_date",
    "dotted_manager_id", "level", "span", "headcount",
)  # fmt: skip
PEOPLE_FIELDS = (
    "person__employee_id", "name", "email", "manager__employee_id", "title", "department", "location",
    "start_date", "dotted_manager__employee_id", "level", "span", "headcount",
)  # fmt: skip


def people_rows(chart: OrgChart) -> tuple[list[str], Iterator[list]]:
    """A chart's people as a table, in preorder, with the kept columns at the end."""
    kept = chart.found.get("kept", [])
    rows = Position.objects.filter(chart=chart).order_by("lft").values_list(*PEOPLE_FIELDS, "extra")
    lines = ([*row[:-1], *(row[-1].get(name, "") for name in kept)] for row in rows.iterator(2000))
    return [*PEOPLE_HEADER, *kept], lines
