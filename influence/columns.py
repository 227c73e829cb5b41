"""The columns of the people table: what each shows, how it sorts, and what stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from influence.models import Group, Score
from influence.words import number, percent
from surveys.promises import Promise


@dataclass(frozen=True)
class Column:
    """One column: ``fields`` of a score (a rank has its interval behind it), ``term`` of the glossary."""

    key: str
    word: str
    fields: tuple[str, ...]
    kind: str = "text"
    digits: int = 0
    term: str = ""
    is_wide: bool = False
    tells_ties: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind not in ("text", "group")

    @property
    def headings(self) -> list[str]:
        """The column's headings in a file."""
        if self.kind == "rank":
            return [f"{self.word} rank", f"{self.word} rank from", f"{self.word} rank to"]
        return [self.word]

    def cells(self, score: Score) -> list[Any]:
        """The column's cells in a file, numbers as numbers."""
        values = [getattr(score, field) for field in self.fields]
        return [Group(values[0]).label] if self.kind == "group" else values

    def shown(self, score: Score) -> dict[str, str]:
        """What a page shows of it: the figure and, below it, its interval."""
        value, *interval = (getattr(score, field) for field in self.fields)
        if self.kind == "rank":
            low, high = interval
            return {"word": number(value, 0), "below": "" if low is None else f"{low:,} to {high:,}"}
        if self.kind == "share":
            return {"word": percent(value)}
        if self.kind == "number":
            return {"word": number(value, self.digits)}
        return {"word": value}


RANKS = {
    name: (f"{name}_rank", f"{name}_rank_low", f"{name}_rank_high") for name in ("leadership", "influence")
}
NAME = Column("name", "Name", ("name",))
COLUMNS = (
    Column("title", "Title", ("title",), is_wide=True),
    Column("department", "Department", ("department",), is_wide=True),
    Column("location", "Location", ("location",), is_wide=True),
    Column("level", "Level", ("level",), "number", is_wide=True),
    Column("headcount", "People below", ("headcount",), "number", is_wide=True),
    Column("span", "Direct reports", ("span",), "number", is_wide=True),
    Column("group", "Group", ("group",), "group", term="groups", is_wide=True),
    Column("group_confidence", "How sure of the group", ("group_confidence",), "share", is_wide=True),
    Column("leadership", "Leadership", RANKS["leadership"], "rank", term="rank"),
    Column("influence", "Influence", RANKS["influence"], "rank", term="rank"),
    Column("leadership_score", "Leadership, 0 to 100", ("leadership",), "number", term="leadership"),
    Column("influence_score", "Influence, 0 to 100", ("influence",), "number", term="influence"),
    Column("position", "By position", ("positional_authority",), "number", term="position"),
    Column("exercise", "By exercise", ("exercised_leadership",), "number", term="exercise"),
    Column("sphere", "Sphere", ("sphere",), "number", 1, term="sphere"),
    Column("sphere_se", "Sphere, ±", ("sphere_se",), "number", 2, term="error"),
    Column("outside_line", "Sphere outside the line", ("sphere_outside_line",), "number", 1,
           term="outside_line"),
    Column("outside_department", "Sphere outside the department", ("sphere_outside_department",), "number",
           1),
    Column("leadership_only", "By leadership only", ("by_leadership_only",), "share", term="parts",
           tells_ties=True),
    Column("influence_only", "By influence only", ("by_influence_only",), "share", term="parts",
           tells_ties=True),
    Column("either", "By either", ("by_either",), "share", term="parts", tells_ties=True),
    Column("only_together", "Only together", ("only_together",), "share", term="only_together",
           tells_ties=True),
    Column("not_reached", "Not reached", ("not_reached",), "share", term="parts", tells_ties=True),
    Column("in_degree", "Named by", ("in_degree",), "number", term="in_degree"),
    Column("pagerank", "PageRank", ("pagerank",), "number", 4, term="pagerank"),
    Column("authority", "Authority", ("authority",), "number", 4, term="authority"),
    Column("betweenness", "Betweenness", ("betweenness",), "number", 4, term="betweenness"),
    Column("harmonic", "Harmonic closeness", ("harmonic",), "number", 2, term="harmonic"),
    Column("core", "Core", ("core",), "number", term="core"),
    Column("constraint", "Constraint", ("constraint",), "number", 3, term="constraint"),
    Column("effective_size", "Effective size", ("effective_size",), "number", 2, term="effective_size"),
    Column("ei_index", "E-I index", ("ei_index",), "number", 2, term="ei_index"),
    Column("community", "Community", ("community",), "number", term="community"),
)  # fmt: skip
BY_KEY: Mapping[str, Column] = {column.key: column for column in (NAME, *COLUMNS)}
USUAL = ("department", "level", "headcount", "leadership", "influence", "sphere", "outside_line", "group")
USUAL_ORDER = "influence"


def columns_that_may_show(promise: Promise) -> list[Column]:
    """The columns to choose from: none from which ties could be told, where they are promised away."""
    return [column for column in COLUMNS if not (column.tells_ties and promise.ties_hidden)]


def chosen_columns(keys: Sequence[str], promise: Promise) -> list[Column]:
    """The columns asked for, in the table's order, with the name first; the usual ones where none is."""
    wanted = {key for text in keys for key in text.split(",")} or set(USUAL)
    found = [column for column in columns_that_may_show(promise) if column.key in wanted]
    return [NAME, *found]


def ordering(sort: str, promise: Promise) -> tuple[str, list[Any]]:
    """The order asked for, as a key with its sign and as fields; by influence where it cannot be met."""
    key = sort.removeprefix("-")
    may_show = {NAME, *columns_that_may_show(promise)}
    if key not in BY_KEY or BY_KEY[key] not in may_show:
        sort = key = USUAL_ORDER
    field = F(BY_KEY[key].fields[0])
    first = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return sort, [first, "person__employee_id"]


def file_rows(columns: Sequence[Column], scores: Iterable[Score]) -> Iterable[list[Any]]:
    """The table as rows of a file: headings first; the id in front, so that it can be joined to others."""
    yield ["Employee id", *(heading for column in columns for heading in column.headings)]
    for score in scores:
        yield [score.person.employee_id, *(cell for column in columns for cell in column.cells(score))]
