"""The people table as it was asked for: filter, search, list, columns, order, all from the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from influence.columns import USUAL, USUAL_ORDER, Column, chosen_columns, ordering
from influence.filtering import Filters
from influence.models import Analysis, PersonList, Score
from influence.results import scores
from orgchart.searching import name_filter
from surveys.promises import Promise

ASCENDING_FIRST = ("text", "rank", "group")


@dataclass(frozen=True)
class PeopleTable:
    """What the table shows and in which order; ``kept`` is a list of people that narrows it, or None."""

    filters: Filters
    search: str
    kept: PersonList | None
    columns: Sequence[Column]
    sort: str
    order: Sequence[Any]

    @classmethod
    def asked(
        cls, query: QueryDict, filters: Filters, promise: Promise, lists: QuerySet[PersonList]
    ) -> PeopleTable:
        """Read the table from an address; a list that the user may not see is no list."""
        sort, order = ordering(query.get("sort", ""), promise)
        number = query.get("list", "")
        kept = lists.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
        search = query.get("search", "").replace("\0", "").strip()
        return cls(filters, search, kept, chosen_columns(query.getlist("columns"), promise), sort, order)

    def rows(self, analysis: Analysis) -> QuerySet[Score]:
        """The scores of the people in the table, in its order."""
        rows = self.filters.scores(scores(analysis), analysis.initiative)
        if self.kept:
            rows = rows.filter(person__in=self.kept.people.order_by().values("pk"))
        if self.search:
            rows = rows.filter(name_filter(self.search, "person__") | Q(person__employee_id=self.search))
        return rows.order_by(*self.order)

    @property
    def state(self) -> dict[str, str]:
        """The table's own part of the address, without the filter; what is as usual is left out."""
        keys = [column.key for column in self.columns[1:]]
        given = {
            "search": self.search,
            "list": str(self.kept.pk) if self.kept else "",
            "sort": "" if self.sort == USUAL_ORDER else self.sort,
            "columns": "" if set(keys) == set(USUAL) else ",".join(keys) or "name",
        }
        return {name: value for name, value in given.items() if value}

    @property
    def query(self) -> str:
        """The whole table as a part of an address."""
        return urlencode({**self.filters.given, **self.state})

    def chips(self) -> list[dict[str, str]]:
        """What narrows the table beside the filter, each with the address without it."""
        found = []
        if self.kept:
            found.append({"word": f"List: {self.kept.name}", "address": self._without("list")})
        if self.search:
            found.append({"word": f"“{self.search}”", "address": self._without("search")})
        return found

    def usual_columns(self) -> str:
        """The address with the usual columns."""
        return self._without("columns")

    def _without(self, name: str) -> str:
        state = {key: value for key, value in self.state.items() if key != name}
        return "?" + urlencode({**self.filters.given, **state})

    def heads(self) -> list[dict[str, Any]]:
        """The headings, each with the address that sorts by it."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> dict[str, Any]:
        up, down = self.sort == column.key, self.sort == f"-{column.key}"
        starts_up = column.kind in ASCENDING_FIRST
        wanted = f"-{column.key}" if up or not (starts_up or down) else column.key
        state = {**self.filters.given, **self.state, "sort": wanted}
        return {
            "column": column,
            "sorted": "ascending" if up else "descending" if down else "",
            "address": "?" + urlencode(state),
        }
