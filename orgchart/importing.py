"""A people file becomes persons with their managers, or a list of faults.

Pure: bytes in, ``PeopleFile`` out. Nothing is written here; the command, the page and
the API all read files through ``read_people``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from orgchart.columns import PEOPLE, UnknownField, assign, find_column, header_key
from orgchart.dates import month_comes_first, parse_date
from orgchart.faults import FaultList, FileRefused
from orgchart.managers import MANAGER_FIELDS, NO_MANAGER, NUMBER_ID, resolve_managers
from orgchart.naming import name_key
from orgchart.tables import Found, Table, read_table
from orgchart.tree import Tree, find_cycles, grow

UNKNOWN_MANAGER = ("error", "top", "drop", "former")
DUPLICATE_ID = ("error", "first", "last", "dotted")
LENGTHS = {"name": 300, "email": 320, "title": 300, "department": 300, "location": 300}
LONGEST_ID = 200
LONGEST_EXTRA = 300
LOOKED_AT = 2000
COMPLETE = 0.8
ID_FIELDS = ("employee_id", "dotted_manager_id", *MANAGER_FIELDS)
FORMULA_SIGNS = frozenset("=+-@\t\r")
NUMBER = re.compile(r"[+-]?(\d+([.,' \u00a0\u202f]\d+)*[.,]?|[.,]\d+)([eE][+-]?\d+)?\s?%?$")
INACTIVE = re.compile(
    r"(inacti|inakti|inatti|terminat|left|leaver|resigned|former|ausgeschieden|ausgetreten|ended|beendet|"
    r"retired|rentner|deceased|withdrawn|disabled|deaktiviert|deactivated|not active|nicht aktiv|no longer|"
    r"nicht mehr|exited|dismissed|separated|quit|sorti|parti\b|baja|cesad|cessat|uit dienst|offboarded)|"
    r"(false|falsch|faux|falso|0|no|non|nein|nee|n|i|f|t)$"
)


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read, and what has been decided about its known faults.

    ``former`` gives each person's manager in the current chart; ``decisions`` says, by
    employee id and faulty value, what to do about one person's manager (``top``, ``drop``,
    ``former`` or ``to:ID``) or duplicate id (``first``, ``last``, ``dotted``). ``kept`` names
    columns beyond the fields that are stored; ``by_header`` gives mapping and kept columns
    chosen before for files with one header (``header_key``), where ``mapping`` is empty.
    """

    as_of: datetime.date = field(default_factory=datetime.date.today)
    mapping: Mapping[str, str] = field(default_factory=dict)
    unknown_manager: str = "error"
    duplicate_id: str = "error"
    former: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    kept: Sequence[str] = ()
    by_header: Mapping[str, tuple[Mapping[str, str], Sequence[str]]] = field(default_factory=dict)


@dataclass(slots=True)
class PersonRow:
    """One person of the file; ``manager_id`` is an employee id once managers are resolved."""

    row: int
    employee_id: str
    name: str = ""
    email: str = ""
    title: str = ""
    department: str = ""
    location: str = ""
    start_date: datetime.date | None = None
    distinguished_name: str = ""
    other_name: str = ""
    manager_text: str = ""
    dotted_text: str = ""
    manager_id: str = ""
    dotted_manager_id: str = ""
    undecided: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class PeopleFile:
    """What a people file holds, what was found out about it, and what is wrong with it.

    ``decided`` lists faults that a decision has settled (row, employee id, value, decision);
    ``candidates`` gives, by row, the people whom a faulty manager's cell may mean; ``circles``
    gives, by its first row, the rows of a cycle, each followed by its manager's.
    """

    faults: FaultList = field(default_factory=FaultList)
    table: Table | None = None
    columns: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    decided: list[tuple[int, str, str, str]] = field(default_factory=list)
    candidates: dict[int, list[PersonRow]] = field(default_factory=dict)
    circles: dict[int, list[int]] = field(default_factory=dict)
    persons: list[PersonRow] = field(default_factory=list)
    left: dict[str, PersonRow] = field(default_factory=dict)
    tree: Tree | None = None

    @property
    def found(self) -> Found | None:
        return self.table.found if self.table else None

    @property
    def people(self) -> int:
        return len(self.persons)

    @property
    def tops(self) -> int:
        return self.tree.level.count(1) if self.tree else 0

    @property
    def max_level(self) -> int:
        return self.tree.max_level if self.tree else 0

    @property
    def can_be_written(self) -> bool:
        return not self.faults.errors and bool(self.persons)

    def counts(self) -> dict[str, int]:
        """People, tops and levels, faulty managers counted as tops."""
        return {"people": self.people, "tops": self.tops, "max_level": self.max_level}

    def header_of(self, name: str) -> str:
        """The file's own name of a field's column."""
        return self.table.header[self.columns[name]] if self.table and name in self.columns else ""


def read_people(data: bytes, options: ImportOptions | None = None) -> PeopleFile:
    """Read an org chart file of any of the formats; what is wrong is in ``faults``."""
    options = options or ImportOptions()
    file = PeopleFile()
    try:
        file.table = read_table(data, PEOPLE, options.mapping)
    except FileRefused as refused:
        file.faults = refused.faults
        return file
    options = _with_remembered_columns(file, options)
    if _find_columns(file, options):
        _read_rows(file, options)
    file.faults.sort()
    return file


def _with_remembered_columns(file: PeopleFile, options: ImportOptions) -> ImportOptions:
    """The options with the columns chosen by hand for an earlier file with this header."""
    if options.mapping or options.kept:
        return options
    mapping, kept = options.by_header.get(header_key(file.table.header), ({}, ()))
    return replace(options, mapping=mapping, kept=kept)


def _find_columns(file: PeopleFile, options: ImportOptions) -> bool:
    """Say which column holds what; False where nothing can be counted."""
    header = file.table.header
    if not _mapping_fits(file, options.mapping):
        return False
    file.columns = assign(PEOPLE, header, options.mapping)
    if any(name in options.mapping for name in MANAGER_FIELDS[1:]) and "manager_id" not in options.mapping:
        file.columns.pop("manager_id", None)
    choose_by_values(file, options.mapping)
    places = {name: find_column(header, name) for name in options.kept}
    file.kept = {name: place for name, place in places.items() if place is not None}
    manager_found = any(name in file.columns for name in MANAGER_FIELDS)
    if "employee_id" in file.columns and manager_found:
        return True
    if not manager_found:
        _missing_column(file, "manager_id", "that says whom each person reports to")
    if "employee_id" not in file.columns:
        _missing_column(file, "employee_id", "with employee ids")
        return manager_found and _count_by_email(file)
    return False


def _mapping_fits(file: PeopleFile, mapping: Mapping[str, str]) -> bool:
    try:
        PEOPLE.check_mapping(mapping)
    except UnknownField as unknown:
        _mapping_fault(file, "", str(unknown))
        return False
    for name, column in mapping.items():
        if column and find_column(file.table.header, column) is None:
            _mapping_fault(file, name, f'The file has no column "{column}", which {name} was mapped to.')
    return not file.faults.errors


def _mapping_fault(file: PeopleFile, value: str, message: str) -> None:
    columns = ", ".join(filter(None, file.table.header))
    file.faults.error(
        "missing_column",
        message,
        f"Choose one of the file's columns: {columns[:300]}.",
        row=file.table.header_row,
        value=value,
    )


def _missing_column(file: PeopleFile, name: str, what: str) -> None:
    columns = ", ".join(filter(None, file.table.header))
    file.faults.error(
        "missing_column",
        f"There is no column {what}.",
        f'Add it, or say which column it is ("{name}=..."). Columns found: {columns[:300]}.',
        row=file.table.header_row,
        value=name,
    )


def _count_by_email(file: PeopleFile) -> bool:
    """Let unique emails stand in for ids, so that the rest of the file can be judged."""
    if "email" not in file.columns:
        return False
    values = [_cell(cells, file.columns["email"]) for _, cells in file.table.rows]
    if not all(values) or len(set(values)) < len(values):
        return False
    file.columns["employee_id"] = file.columns["email"]
    return True


def choose_by_values(file: PeopleFile, mapping: Mapping[str, str]) -> None:
    """Let the values decide where names of columns leave several ids or managers to choose from."""
    candidates = PEOPLE.candidates(file.table.header)
    taken = {place for name, place in file.columns.items() if name not in ("employee_id", "manager_id")}
    ids = [place for place in candidates.get("employee_id", []) if place not in taken]
    managers = [place for place in candidates.get("manager_id", []) if place not in taken]
    if "employee_id" not in mapping and len(ids) > 1 and "manager_id" in file.columns:
        _id_that_managers_name(file, [place for place in ids if place not in managers])
    if "manager_id" in file.columns and "manager_id" not in mapping and len(managers) > 1:
        _fullest_manager(file, managers)


def _id_that_managers_name(file: PeopleFile, ids: Sequence[int]) -> None:
    """Prefer the ids that the managers' column holds; else a complete column to one with many gaps."""
    named = set(_values(file, file.columns["manager_id"]))
    hits = {place: len(named & set(_values(file, place))) for place in ids}
    best = max(hits, key=lambda place: hits[place], default=None)
    chosen = file.columns.get("employee_id")
    if best is not None and hits[best] > hits.get(chosen, 0):
        file.columns["employee_id"] = best
    elif not any(hits.values()) and len(_values(file, chosen)) < COMPLETE * len(file.table.rows[:LOOKED_AT]):
        full = [place for place in ids if _is_complete(file, place)]
        file.columns["employee_id"] = full[0] if full else chosen


def _is_complete(file: PeopleFile, place: int) -> bool:
    """Whether every row has a value of its own here."""
    values = _values(file, place)
    return len(set(values)) == len(file.table.rows[:LOOKED_AT])


def _fullest_manager(file: PeopleFile, managers: Sequence[int]) -> None:
    """Pass over a manager column that is empty from top to bottom."""
    if not _values(file, file.columns["manager_id"]):
        filled = [
            place for place in managers if _values(file, place) and place != file.columns.get("employee_id")
        ]
        file.columns["manager_id"] = filled[0] if filled else file.columns["manager_id"]


def _values(file: PeopleFile, place: int) -> list[str]:
    found = (_cell(cells, place) for _, cells in file.table.rows[:LOOKED_AT])
    return [value for value in found if value and value.casefold() not in NO_MANAGER]


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _read_rows(file: PeopleFile, options: ImportOptions) -> None:
    if not file.table.rows:
        file.faults.error(
            "empty_file", "There is a header, but nobody below it.", "Export the list again with its people."
        )
        return
    _warn_of_formulas(file)
    reader = _RowReader(file, options)
    rows = [reader.read(number, cells) for number, cells in file.table.rows]
    file.persons = _unique(file, [row for row in rows if row], options)
    resolve_managers(file, options)
    _judge_tops_and_cycles(file)
    _warn_of_doubles(file)
    if not file.persons and not file.faults.errors:
        file.faults.error(
            "empty_file", "Nobody in the file is still there at the chart's date.", "Check the date."
        )


def _warn_of_formulas(file: PeopleFile) -> None:
    manager = {file.columns[name] for name in (*MANAGER_FIELDS, "dotted_manager_id") if name in file.columns}
    formulas = file.table.formulas
    for number, cells in file.table.rows:
        for place, cell in enumerate(cells):
            begins = cell and cell[0] in FORMULA_SIGNS and cell.strip() and not NUMBER.match(cell.strip())
            if (begins and not (place in manager and cell.strip() == "-")) or (number, place) in formulas:
                file.faults.warn(
                    "formula_cell",
                    "This cell is a formula, or begins like one.",
                    "It is kept as text; write the value itself where a formula was not meant.",
                    row=number,
                    column=_header(file, place),
                    value=cell,
                )
    for number, place in sorted(file.table.cleaned):
        file.faults.warn(
            "trimmed",
            "The cell held control characters; they were taken out.",
            "Check the text.",
            row=number,
            column=_header(file, place),
        )


def _header(file: PeopleFile, place: int) -> str:
    return file.table.header[place] if place < len(file.table.header) else ""


class _RowReader:
    """Reads one row after the other into a ``PersonRow``, noting what is wrong with it."""

    def __init__(self, file: PeopleFile, options: ImportOptions):
        self.file, self.faults, self.columns = file, file.faults, file.columns
        self.as_of = options.as_of
        self.month_first = {
            name: month_comes_first(_cell(cells, self.columns[name]) for _, cells in file.table.rows)
            for name in ("start_date", "end_date")
            if name in self.columns
        }
        self.manager_field = next((name for name in MANAGER_FIELDS if name in self.columns), "manager_id")
        self.t_is_true = self._t_is_true()

    def _t_is_true(self) -> bool:
        """Whether the status "t" says true: only beside "f", or where nobody has the "a" of active."""
        if "status" not in self.columns:
            return False
        seen = {_cell(cells, self.columns["status"]).casefold() for _, cells in self.file.table.rows}
        return "t" in seen and "a" not in seen

    def read(self, number: int, cells: list[str]) -> PersonRow | None:
        """The row's person, or None where the row has no usable id or the person has left."""
        employee_id = self._id(number, cells)
        person = PersonRow(number, employee_id)
        for name in ("email", "title", "department", "location"):
            setattr(person, name, self._text(number, cells, name))
        person.name, person.other_name = self._names(number, cells)
        person.name = person.name or person.email or employee_id
        person.distinguished_name = self._raw(cells, "distinguished_name").strip()
        person.start_date = self._date(number, cells, "start_date")
        for name, place in self.file.kept.items():
            if value := _cell(cells, place):
                person.extra[name] = value[:LONGEST_EXTRA]
        person.manager_text = self._key(number, cells, self.manager_field)
        person.dotted_text = self._key(number, cells, "dotted_manager_id")
        if self._has_left(number, cells, person):
            if employee_id:
                self.file.left.setdefault(employee_id, person)
            return None
        return person if self._id_is_usable(person) else None

    def _raw(self, cells: list[str], name: str) -> str:
        place = self.columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def _key(self, number: int, cells: list[str], name: str) -> str:
        """An id, trimmed; blanks around it are worth a warning."""
        raw = self._raw(cells, name)
        trimmed = raw.strip().strip("\u200b\ufeff").strip()
        if trimmed and trimmed != raw:
            self.faults.warn(
                "trimmed",
                "There are blanks around this id; they were taken off.",
                "Nothing, or remove them.",
                row=number,
                column=self.file.header_of(name),
                value=trimmed,
            )
        return trimmed

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
        columns = self.columns
        whole = self._text(number, cells, "name")
        first = self._raw(cells, "first_name").strip()
        last = self._raw(cells, "last_name").strip()
        if "first_name" in columns and "name" in columns and "last_name" not in columns:
            return self._cut(number, "name", f"{first} {whole}".strip()), ""
        both = " ".join(f"{first} {last}".split())
        if not whole:
            return self._cut(number, "name", both), ""
        if first and last and " " not in whole and "@" not in whole:
            return self._cut(number, "name", f"{whole} {last}" if whole != last else both), both
        return whole, both

    def _text(self, number: int, cells: list[str], name: str) -> str:
        return self._cut(number, name, self._raw(cells, name).strip())

    def _cut(self, number: int, name: str, text: str) -> str:
        if len(text) <= LENGTHS[name]:
            return text
        self.faults.warn(
            "trimmed",
            f"The text has {len(text):,} characters; the first {LENGTHS[name]} are kept.",
            "Shorten it where that loses something.",
            row=number,
            column=self.file.header_of(name),
            value=text,
        )
        return text[: LENGTHS[name]]

    def _date(self, number: int, cells: list[str], name: str) -> datetime.date | None:
        text = self._raw(cells, name).strip()
        if not text or text in ("-", "n/a", "N/A"):
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
        inactive = bool(status) and is_inactive(status, self.file.header_of("status"))
        if inactive and self.t_is_true and status.casefold() == "t":
            inactive = False
        if not inactive and not (end and end < self.as_of):
            return False
        reason = f'has the status "{status}"' if inactive else f"left on {end:%Y-%m-%d}"
        self.faults.warn(
            "left",
            f"{person.name or 'This person'} {reason} and is left out.",
            "Nothing, or correct it.",
            row=number,
            column=self.file.header_of("status" if inactive else "end_date"),
            value=status if inactive else end.isoformat(),
        )
        return True


def is_inactive(status: str, header: str = "") -> bool:
    """Whether a status says that somebody is gone."""
    if header.casefold() == "useraccountcontrol":
        return status.isdigit() and bool(int(status) & 2)
    return bool(INACTIVE.match(status.casefold()))


def _unique(file: PeopleFile, rows: list[PersonRow], options: ImportOptions) -> list[PersonRow]:
    """One row for each id; what happens to a second one is the policy's to say."""
    kept: dict[str, PersonRow] = {}
    for row in rows:
        first = kept.get(row.employee_id)
        if first is None:
            kept[row.employee_id] = row
            continue
        policy = options.decisions.get((row.employee_id, row.employee_id), options.duplicate_id)
        if policy not in DUPLICATE_ID or policy == "error":
            _duplicate_fault(file, first, row)
            continue
        file.decided.append((row.row, row.employee_id, row.employee_id, policy))
        if policy == "last":
            kept[row.employee_id] = row
        elif policy == "dotted" and not first.dotted_text and row.manager_text != first.manager_text:
            first.dotted_text = row.manager_text
    return list(kept.values())


def _duplicate_fault(file: PeopleFile, first: PersonRow, row: PersonRow) -> None:
    file.faults.error(
        "duplicate_id",
        f"The employee id {row.employee_id} is in row {first.row} already ({first.name}).",
        "Correct the id; for a second contract keep the first row, the last, or its manager as dotted line.",
        row=row.row,
        column=file.header_of("employee_id"),
        value=row.employee_id,
    )


def _judge_tops_and_cycles(file: PeopleFile) -> None:
    persons = file.persons
    places = {person.employee_id: place for place, person in enumerate(persons)}
    managers = [places[person.manager_id] if person.manager_id else -1 for person in persons]
    for circle in find_cycles(managers):
        file.circles[min(persons[place].row for place in circle)] = [persons[place].row for place in circle]
        _cycle_fault(file, [persons[place] for place in circle])
    file.tree = grow(managers, [person.employee_id for person in persons])
    tops = [person for person in persons if not person.manager_id and not person.undecided]
    if len(tops) > 1:
        names = ", ".join(f"{person.name} (row {person.row})" for person in tops[:5])
        file.faults.warn(
            "several_tops",
            f"{len(tops)} people have no manager: {names}{' …' if len(tops) > 5 else ''}.",
            "Nothing, if the organisation has several heads; else fill in their managers.",
            column=_manager_header(file),
            value=str(len(tops)),
        )


def _cycle_fault(file: PeopleFile, members: list[PersonRow]) -> None:
    rows = sorted(person.row for person in members)
    around = " → ".join(f"{person.name} ({person.employee_id})" for person in [*members[:20], members[0]])
    file.faults.error(
        "cycle",
        f"These people report to one another in a circle: {around}.",
        "Correct the manager of one of them.",
        row=rows[0],
        rows=rows,
        column=_manager_header(file),
        value=", ".join(person.employee_id for person in members),
    )


def _manager_header(file: PeopleFile) -> str:
    return next((file.header_of(name) for name in MANAGER_FIELDS if name in file.columns), "")


def _warn_of_doubles(file: PeopleFile) -> None:
    names: dict[str, PersonRow] = {}
    emails: dict[str, PersonRow] = {}
    name_column = file.header_of("name") or file.header_of("last_name")
    for person in file.persons:
        _warn_of_double(
            file, "duplicate_name", names, name_key(person.name), person, name_column, person.name
        )
        if person.email:
            column = file.header_of("email")
            _warn_of_double(
                file, "duplicate_email", emails, person.email.casefold(), person, column, person.email
            )
        if "department" in file.columns and not person.department:
            file.faults.warn(
                "no_department",
                f"{person.name} has no department.",
                "Fill it in where there is one.",
                row=person.row,
                column=file.header_of("department"),
            )


def _warn_of_double(file, kind, seen, key, person, column, value) -> None:
    first = seen.setdefault(key, person)
    if first is not person:
        file.faults.warn(
            kind,
            f"{value} is in row {first.row} too, with the id {first.employee_id}.",
            "Nothing, if these are two people; else delete one row.",
            row=person.row,
            column=column,
            value=value,
        )
