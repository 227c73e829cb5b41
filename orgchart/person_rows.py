"""One row of a people file becomes a person, and what is wrong with it is noted."""

from __future__ import annotations

import datetime

from orgchart.dates import month_comes_first, parse_date
from orgchart.formulas import without_armour
from orgchart.managers import MANAGER_FIELDS, NUMBER_ID
from orgchart.people_files import ImportOptions, PeopleFile, PersonRow
from orgchart.statuses import StatusColumn
from orgchart.tables import overlong_words

LENGTHS = {"name": 300, "email": 320, "title": 300, "department": 300, "location": 300}
LONGEST_ID = 200
LONGEST_EXTRA = 300
NO_DATE = ("-", "--", "–", "n/a", "N/A")
INVISIBLE = "\u200b\ufeff"


class RowReader:
    """Reads one row after the other into a ``PersonRow``, noting what is wrong with it."""

    def __init__(self, file: PeopleFile, options: ImportOptions):
        self.file, self.faults, self.columns = file, file.faults, file.columns
        self.as_of = options.as_of
        dates = {
            name: [cell(cells, self.columns[name]) for _, cells in file.table.rows]
            for name in ("start_date", "end_date")
            if name in self.columns
        }
        self.month_first = {name: month_comes_first(own, *dates.values()) for name, own in dates.items()}
        self.manager_field = next((name for name in MANAGER_FIELDS if name in self.columns), "manager_id")
        self.status = StatusColumn(file.header_of("status"), self._statuses())

    def _statuses(self) -> set[str]:
        if "status" not in self.columns:
            return set()
        return {cell(cells, self.columns["status"]) for _, cells in self.file.table.rows}

    def read(self, number: int, cells: list[str]) -> PersonRow | None:
        """The row's person, or None where the row has no usable id or the person has left."""
        if number in self.file.table.overlong:
            return self._broken(number, cells)
        person = PersonRow(number, self._id(number, cells))
        for name in ("email", "title", "department", "location"):
            setattr(person, name, self._text(number, cells, name))
        person.name, person.other_name = self._names(number, cells)
        person.name = person.name or person.email or person.employee_id
        person.distinguished_name = self._raw(cells, "distinguished_name").strip()
        person.start_date = self._date(number, cells, "start_date")
        for name, place in self.file.kept.items():
            if value := cell(cells, place):
                person.extra[name] = value[:LONGEST_EXTRA]
        person.manager_text = self._key(number, cells, self.manager_field)
        person.dotted_text = self._key(number, cells, "dotted_manager_id")
        if self._has_left(number, cells, person):
            if person.employee_id:
                self.file.left.setdefault(person.employee_id, person)
            return None
        return person if self._id_is_usable(person) else None

    def _broken(self, number: int, cells: list[str]) -> PersonRow | None:
        """Who stands in a row with too many cells, by the id alone; the rest may have moved."""
        self.faults.error("not_a_table", *overlong_words(self.file.table, number), row=number)
        employee_id = cell(cells, self.columns["employee_id"])[:LONGEST_ID]
        name = cell(cells, self.columns.get("name"))[: LENGTHS["name"]]
        person = PersonRow(number, employee_id, name or employee_id, undecided=True, broken=True)
        return person if employee_id else None

    def _raw(self, cells: list[str], name: str) -> str:
        place = self.columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def _key(self, number: int, cells: list[str], name: str) -> str:
        """An id, trimmed; blanks around it are worth a warning."""
        raw = self._raw(cells, name)
        trimmed = raw.strip().strip(INVISIBLE).strip()
        if trimmed and trimmed != raw:
            self.faults.warn(
                "trimmed",
                "There are blanks around this id; they were taken off.",
                "Nothing, or remove them.",
                row=number,
                column=self.file.header_of(name),
                value=raw,
            )
        return without_armour(trimmed)

    def _id(self, number: int, cells: list[str]) -> str:
        text = self._key(number, cells, "employee_id")
        if NUMBER_ID.match(text):
            whole = text.partition(".")[0]
            self._number_as_text(number, "employee_id", text, whole)
            return whole
        return text

    def _number_as_text(self, number: int, name: str, text: str, whole: str) -> None:
        self.faults.warn(
            "number_as_text",
            f'"{text}" was read as {whole}.',
            "Format the column as text before exporting.",
            row=number,
            column=self.file.header_of(name),
            value=text,
        )

    def _id_is_usable(self, person: PersonRow) -> bool:
        column = self.file.header_of("employee_id")
        if not person.employee_id:
            self.faults.error(
                "missing_id",
                f"{person.name or 'This row'} has no employee id.",
                "Fill it in, or delete the row.",
                row=person.row,
                column=column,
            )
        elif len(person.employee_id) > LONGEST_ID:
            self.faults.error(
                "too_large",
                f"The employee id has {len(person.employee_id):,} characters.",
                f"Use an id of at most {LONGEST_ID}.",
                row=person.row,
                column=column,
                value=person.employee_id,
            )
        return 0 < len(person.employee_id) <= LONGEST_ID

    def _names(self, number: int, cells: list[str]) -> tuple[str, str]:
        """The name shown, and another that a manager's cell may use (`Bob Hill` for a preferred `Bobby`)."""
        whole = self._text(number, cells, "name")
        first, infix, last = (
            without_armour(self._raw(cells, name).strip())
            for name in ("first_name", "name_prefix", "last_name")
        )
        if "last_name" not in self.columns and first and whole and not _holds(whole, first):
            return self._cut(number, "name", " ".join([*first.split(), *infix.split(), *whole.split()])), ""
        both = " ".join([*first.split(), *infix.split(), *last.split()])
        if not whole:
            return self._cut(number, "first_name", both), ""
        if first and last and " " not in whole and "@" not in whole:
            return self._cut(number, "name", f"{whole} {last}" if whole != last else both), both
        return whole, both

    def _text(self, number: int, cells: list[str], name: str) -> str:
        return self._cut(number, name, without_armour(self._raw(cells, name).strip()))

    def _cut(self, number: int, name: str, text: str) -> str:
        longest = LENGTHS.get(name, LENGTHS["name"])
        if len(text) <= longest:
            return text
        self.faults.warn(
            "trimmed",
            f"The text has {len(text):,} characters; the first {longest} are kept.",
            "Shorten it where that loses something.",
            row=number,
            column=self.file.header_of(name),
            value=text,
        )
        return text[:longest]

    def _date(self, number: int, cells: list[str], name: str) -> datetime.date | None:
        text = self._raw(cells, name).strip()
        if not text or text in NO_DATE:
            return None
        try:
            return parse_date(text, month_first=self.month_first[name])
        except ValueError:
            self.faults.warn(
                "unparsable_date",
                f'"{text[:60]}" is not a date that can be read; the date stays empty.',
                "Write it as 2025-03-31.",
                row=number,
                column=self.file.header_of(name),
                value=text,
            )
            return None

    def _has_left(self, number: int, cells: list[str], person: PersonRow) -> bool:
        status = self._raw(cells, "status").strip()
        end = self._date(number, cells, "end_date")
        inactive = bool(status) and self.status.is_gone(status)
        if not inactive and not (end and end < self.as_of):
            return False
        reason = f'has the status "{status[:60]}"' if inactive else f"left on {end:%Y-%m-%d}"
        self.faults.warn(
            "left",
            f"{person.name or 'This person'} {reason} and is left out.",
            "Nothing, or correct it.",
            row=number,
            column=self.file.header_of("status" if inactive else "end_date"),
            value=status if inactive else self._raw(cells, "end_date").strip(),
        )
        return True


def cell(cells: list[str], place: int | None) -> str:
    """The trimmed text of a cell; empty where the row ends before it."""
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _holds(whole: str, part: str) -> bool:
    """Whether a full name has every word of a given name."""
    return set(part.casefold().split()) <= set(whole.casefold().replace(",", " ").split())
