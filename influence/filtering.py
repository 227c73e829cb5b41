"""The one filter of an initiative's pages: department, location, level, group, relation.

It lives in the address, so that it can be sent to somebody, and goes from page to page. It narrows the people
who are listed by name; it never makes a new aggregate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet

from influence.models import Analysis, Group, Score
from influence.sources.loaded import loaded_ties
from initiatives.models import Initiative, Relation
from surveys.models import Nomination
from surveys.promises import Promise

SEPARATOR = " / "
CHOICES_KEPT_SECONDS = 7 * 24 * 3600
MOST_CHOICES = 400
WORDS = {
    "department": "Department",
    "location": "Location",
    "level": "Level",
    "group": "Group",
    "relation": "Relation",
}


@dataclass(frozen=True)
class Filters:
    """What the filter bar is set to; an empty text means all."""

    department: str = ""
    location: str = ""
    level: str = ""
    group: str = ""
    relation: str = ""

    @classmethod
    def asked(cls, query: Mapping[str, Any], promise: Promise | None = None) -> Filters:
        """Read them from an address; what cannot be met is left out, and no database takes a zero byte.

        Who is named on a relation is told by ties, so that a promise to hide those takes the filter away.
        """
        given = {
            field.name: str(query.get(field.name, "")).replace("\0", "").strip() for field in fields(cls)
        }
        if not given["level"].isdecimal() or len(given["level"]) > 6:
            given["level"] = ""
        if given["group"] not in Group.values:
            given["group"] = ""
        if promise and promise.ties_hidden:
            given["relation"] = ""
        return cls(**given)

    @property
    def given(self) -> dict[str, str]:
        """Those that are set."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def query(self) -> str:
        """The filters as a part of an address."""
        return urlencode(self.given)

    @property
    def words(self) -> str:
        """The filters in words: "Finance, level 3"."""
        shown = self.given
        if "level" in shown:
            shown["level"] = f"level {shown['level']}"
        if "group" in shown:
            shown["group"] = Group(shown["group"]).label.lower()
        if "relation" in shown:
            shown["relation"] = f"named for {shown['relation']}"
        return ", ".join(shown.values())

    def scores(self, rows: QuerySet[Score], initiative: Initiative) -> QuerySet[Score]:
        """The scores of the people whom the filters leave; a department includes its sub-units."""
        same = {name: value for name, value in self.given.items() if name in ("location", "level", "group")}
        rows = rows.filter(**same)
        if self.department:
            rows = rows.filter(in_department(self.department))
        return rows.filter(_is_named(initiative, self.relation)) if self.relation else rows


def _is_named(initiative: Initiative, relation: str) -> Q:
    """The condition that somebody names the person on a relation, in a file or in a survey."""
    loaded = loaded_ties(initiative).filter(relation__name=relation, target=OuterRef("person"))
    said = Nomination.objects.counted_in(initiative)
    said = said.filter(answer__question__relation__name=relation, target=OuterRef("person"))
    return Q(Exists(loaded)) | Q(Exists(said))


def in_department(name: str, field: str = "department") -> Q:
    """The condition that somebody is in a department or one of its sub-units."""
    return Q(**{field: name}) | Q(**{f"{field}__startswith": f"{name}{SEPARATOR}"})


def filter_choices(analysis: Analysis, promise: Promise) -> dict[str, list[str]]:
    """What each filter may be set to in one analysis, remembered, because an analysis does not change."""
    finished = analysis.finished_at.timestamp() if analysis.finished_at else 0
    key = f"filter-choices:{analysis.pk}:{finished}"
    found = cache.get(key)
    if found is None:
        found = _read_choices(analysis)
        cache.set(key, found, CHOICES_KEPT_SECONDS)
    return {**found, "relation": []} if promise.ties_hidden else found


def _read_choices(analysis: Analysis) -> dict[str, list[str]]:
    fields = ("department", "location", "level")
    rows = list(analysis.scores.order_by().values_list(*fields).distinct())
    named: dict[str, list[str]] = {name: _values(row[at] for row in rows) for at, name in enumerate(fields)}
    loaded = loaded_ties(analysis.initiative).filter(relation=OuterRef("pk"))
    said = Nomination.objects.counted_in(analysis.initiative)
    said = said.filter(answer__question__relation=OuterRef("pk"))
    relations = Relation.objects.filter(Exists(loaded) | Exists(said)).order_by("name")
    relations = relations.values_list("name", flat=True)
    named["department"] = sorted({above for name in named["department"] for above in _with_parents(name)})
    return {**named, "group": list(Group.values), "relation": list(relations)}


def _values(column: Iterable[Any]) -> list[str]:
    return [str(value) for value in sorted({one for one in column if one not in ("", None)})]


def _with_parents(department: str) -> list[str]:
    parts = department.split(SEPARATOR)
    return [SEPARATOR.join(parts[:count]) for count in range(1, len(parts) + 1)]


@dataclass(frozen=True)
class Choice:
    """One control of the bar: its name, word, what may be chosen (value and word) and what is."""

    name: str
    word: str
    options: list[tuple[str, str]]
    chosen: str
    is_typed: bool


def filter_bar(filters: Filters, choices: Mapping[str, list[str]]) -> list[Choice]:
    """The controls of the bar; one that has nothing to choose from is left out."""
    bar = []
    for name, word in WORDS.items():
        options, chosen = _options(name, choices[name]), getattr(filters, name)
        if len(options) > 1 or chosen:
            bar.append(Choice(name, word, options, chosen, is_typed=len(options) > MOST_CHOICES))
    return bar


def _options(name: str, values: list[str]) -> list[tuple[str, str]]:
    if name == "group":
        return [(value, Group(value).label) for value in values]
    if name == "department":
        return [(value, _indented(value)) for value in values]
    return [(value, value) for value in values]


def _indented(department: str) -> str:
    """A sub-unit under its parent, by three figure spaces a step."""
    *above, own = department.split(SEPARATOR)
    return "\u2007" * 3 * len(above) + own
