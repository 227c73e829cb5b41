"""Which column holds the ids and which the managers, where their names do not tell: the values decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgchart.columns import assign, header_words
from orgchart.managers import MANAGER_FIELDS, NO_MANAGER, NUMBER_ID
from orgchart.naming import any_order_key, common_name, distinguished_key
from orgchart.people_columns import OTHERS_MARKS, PEOPLE
from orgchart.tables import Table
from orgchart.tree import TOP, find_cycles

LOOKED_AT = 2000
COMPLETE = 0.8
NEARLY_ALL = 0.9
MUCH_BETTER = 0.4
MOST_TOPS = 0.2
OTHER_PEOPLE = OTHERS_MARKS | {
    "mentor", "buddy", "partner", "hrbp", "approver", "created", "changed", "modified", "updated",
    "backup", "coach", "recruiter", "sponsor", "pate", "patin", "ansprechpartner", "vertretung", "substitute",
    "referent",
}  # fmt: skip


def find_columns(table: Table, mapping: Mapping[str, str]) -> dict[str, int]:
    """Field to column: as mapped by hand, by the columns' names, and where these leave a choice by values."""
    columns = assign(PEOPLE, table.header, mapping)
    if any(name in mapping for name in MANAGER_FIELDS[1:]) and "manager_id" not in mapping:
        columns.pop("manager_id", None)
    return _Guess(table, columns, mapping).columns


class _Guess:
    def __init__(self, table: Table, columns: dict[str, int], mapping: Mapping[str, str]):
        self.table, self.columns, self.mapping = table, columns, mapping
        self._read: dict[int, list[str]] = {}
        candidates = PEOPLE.candidates(table.header)
        taken = {place for name, place in columns.items() if name not in ("employee_id", "manager_id")}
        ids = [place for place in candidates.get("employee_id", []) if place not in taken]
        managers = [place for place in candidates.get("manager_id", []) if place not in taken]
        self._choose_id([place for place in ids if place not in managers])
        self._choose_manager([place for place in managers if place != columns.get("employee_id")])
        self._find_missing()

    def _choose_id(self, ids: Sequence[int]) -> None:
        """Prefer the ids that the managers' column holds; else a complete column to one with many gaps."""
        columns = self.columns
        if "employee_id" in self.mapping or len(ids) < 2 or "manager_id" not in columns:
            return
        named = set(self.values(columns["manager_id"]))
        hits = {place: len(named & set(self.values(place))) for place in ids}
        best = max(hits, key=lambda place: hits[place])
        chosen = columns.get("employee_id")
        if hits[best] > hits.get(chosen, 0):
            columns["employee_id"] = best
        elif not any(hits.values()) and len(self.values(chosen)) < COMPLETE * len(self.rows):
            full = [place for place in ids if self._is_complete(place)]
            columns["employee_id"] = full[0] if full else chosen

    def _choose_manager(self, managers: Sequence[int]) -> None:
        """Prefer the first column by name, unless another holds ids, or many more of its people are found."""
        columns = self.columns
        if "manager_id" in self.mapping or "manager_id" not in columns or len(managers) < 2:
            return
        if "employee_id" not in columns:
            return
        known = self._known()
        found = {place: self._found(place, known) for place in managers}
        best = max(managers, key=lambda place: found[place])
        usual = found.get(columns["manager_id"], 0)
        if found[best] > usual + MUCH_BETTER:
            columns["manager_id"] = best
            return
        if columns["manager_id"] not in (ids := self._holding_ids(managers)):
            columns["manager_id"] = next(
                (place for place in ids if found[place] >= usual), columns["manager_id"]
            )

    def _holding_ids(self, managers: Sequence[int]) -> list[int]:
        """Those of the columns whose values are employee ids of the file, nearly all of them."""
        own = self.columns["employee_id"]
        ids = {cells[own].strip() for _, cells in self.table.rows if own < len(cells)}
        shares = {place: [value in ids for value in self.values(place)] for place in managers}
        return [place for place, hits in shares.items() if hits and sum(hits) >= NEARLY_ALL * len(hits)]

    def _find_missing(self) -> None:
        """Take a column of an unknown name where its values leave no doubt, if one field alone is missing."""
        has_manager = any(name in self.columns for name in MANAGER_FIELDS)
        if has_manager and "employee_id" not in {*self.columns, *self.mapping}:
            self._find_id()
        elif "employee_id" in self.columns and not has_manager and "manager_id" not in self.mapping:
            self._find_manager()

    def _find_id(self) -> None:
        manager = next(self.columns[name] for name in MANAGER_FIELDS if name in self.columns)
        named = set(self.values(manager))
        for place in (*self._unnamed(), *self._numbers_for_names()):
            own = set(self.values(place))
            if named and len(named & own) >= NEARLY_ALL * len(named) and self._is_complete(place):
                self.columns["employee_id"] = place
                self.columns.pop("name" if self.columns.get("name") == place else "", None)
                return

    def _numbers_for_names(self) -> list[int]:
        """The column taken for the full name, if it holds no name but a number (`Medewerker`: 00100)."""
        place = self.columns.get("name")
        if place is None or "name" in self.mapping:
            return []
        return [place] if all(any(map(str.isdigit, value)) for value in self.values(place)) else []

    def _find_manager(self) -> None:
        known = self._known()
        fitting = [place for place in self._unnamed() if self._is_a_tree(place, known)]
        if len(fitting) == 1:
            self.columns["manager_id"] = fitting[0]

    def _is_a_tree(self, place: int, known: Mapping[str, int]) -> bool:
        """Whether nearly everybody is given another person here, few nobody, and none in a circle."""
        if set(header_words(self.table.header[place])) & OTHER_PEOPLE:
            return False
        if self._found(place, known) < NEARLY_ALL:
            return False
        managers = [
            _lookup(cells[place] if place < len(cells) else "", known) for _, cells in self.table.rows
        ]
        managers = [TOP if found == own else found for own, found in enumerate(managers)]
        tops = managers.count(TOP)
        return 1 <= tops <= max(1, MOST_TOPS * len(managers)) < len(managers) and not find_cycles(managers)

    def _unnamed(self) -> list[int]:
        """The columns that no field is known by, and that hold something."""
        taken = set(self.columns.values())
        return [
            place
            for place, text in enumerate(self.table.header)
            if text and place not in taken and not PEOPLE.fields_of(text) and self.values(place)
        ]

    @property
    def rows(self) -> list[tuple[int, list[str]]]:
        return self.table.rows[:LOOKED_AT]

    def values(self, place: int) -> list[str]:
        """The first values of a column, without those that say nobody."""
        if place not in self._read:
            found = (cells[place].strip() if place < len(cells) else "" for _, cells in self.rows)
            self._read[place] = [value for value in found if value and value.casefold() not in NO_MANAGER]
        return self._read[place]

    def _is_complete(self, place: int) -> bool:
        """Whether every row has a value of its own here."""
        return len(set(self.values(place))) == len(self.rows)

    def _found(self, place: int, known: Mapping[str, int]) -> float:
        """The share of a column's values that mean somebody of the file."""
        values = self.values(place)
        return sum(_lookup(value, known) != TOP for value in values) / len(values) if values else 0

    def _known(self) -> dict[str, int]:
        """Everybody's row by whatever a manager's cell may hold: id, email, name, distinguished name."""
        known: dict[str, int] = {}
        columns = self.columns
        for row, (_, cells) in enumerate(self.table.rows):
            cell = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
            both = f"{cell.get('first_name', '')} {cell.get('last_name', '')}"
            for key in (
                cell.get("employee_id", ""),
                cell.get("email", "").casefold(),
                any_order_key(cell.get("name", "")),
                any_order_key(both),
                distinguished_key(cell.get("distinguished_name", "")),
            ):
                known.setdefault(key, row)
        known.pop("", None)
        return known


def _lookup(text: str, known: Mapping[str, int]) -> int:
    text = text.strip()
    if text in known:
        return known[text]
    keys = (text.casefold(), distinguished_key(text), any_order_key(common_name(text) or text))
    keys = (*keys, text.partition(".")[0] if NUMBER_ID.match(text) else "")
    return next((known[key] for key in keys if key and key in known), TOP)
