"""What can only be judged over all rows: ids and names twice, tops, circles, footnotes."""

from __future__ import annotations

from orgchart.formulas import warn_of_formulas
from orgchart.managers import MANAGER_FIELDS
from orgchart.naming import name_key, search_form
from orgchart.people_files import DUPLICATE_ID, ImportOptions, PeopleFile, PersonRow
from orgchart.tree import find_cycles, grow

SUMS = frozenset(
    (
        "total", "totals", "grand total", "sum", "count", "headcount", "summe", "gesamt", "gesamtsumme",
        "anzahl", "somme", "effectif", "totaal", "aantal", "totale", "suma",
    )
)  # fmt: skip


def warn_of_cells(file: PeopleFile) -> None:
    """Warn of formulas anywhere, and of cells that held control characters."""
    fields = (*MANAGER_FIELDS, "dotted_manager_id")
    dashes = {file.columns[name] for name in fields if name in file.columns}
    warn_of_formulas(file.faults, file.table, dashes=dashes)
    for number, place in sorted(file.table.cleaned):
        file.faults.warn(
            "trimmed",
            "The cell held control characters; they were taken out.",
            "Check the text.",
            row=number,
            column=file.table.name_of(place),
        )


def drop_footnotes(file: PeopleFile) -> None:
    """Leave out lines of text below the table ("Total: 14"), which stand alone after a blank row."""
    rows = file.table.rows
    gaps = [place for place in range(1, len(rows)) if rows[place][0] - rows[place - 1][0] > 1]
    if not gaps or not all(_is_footnote(cells) for _, cells in rows[gaps[-1] :]):
        return
    for number, cells in rows[gaps[-1] :]:
        text = " ".join(filter(None, map(str.strip, cells)))
        file.faults.warn(
            "trimmed",
            f'"{text[:60]}" stands alone below the table and was left out as a footnote.',
            "Nothing; or fill in the row, if it is a person.",
            row=number,
            value=text,
        )
    file.table.rows = rows[: gaps[-1]]


def _is_footnote(cells: list[str]) -> bool:
    """Whether a row has one filled cell alone, and that is more than one word, or a sum beside its word."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) == 2:
        return search_form(filled[0]).rstrip(" :") in SUMS and filled[1].isdecimal()
    return len(filled) == 1 and any(character in filled[0] for character in " :")


def unique(file: PeopleFile, rows: list[PersonRow], options: ImportOptions) -> list[PersonRow]:
    """One row for each id; what happens to a second one is the policy's to say."""
    kept: dict[str, PersonRow] = {}
    for row in rows:
        first = kept.get(row.employee_id)
        if first is None:
            kept[row.employee_id] = row
            continue
        if row.broken:
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
    return sorted(kept.values(), key=lambda row: row.row)


def _duplicate_fault(file: PeopleFile, first: PersonRow, row: PersonRow) -> None:
    file.faults.error(
        "duplicate_id",
        f"The employee id {row.employee_id} is in row {first.row} already ({first.name}).",
        "Correct the id; for a second contract keep the first row, the last, or its manager as dotted line.",
        row=row.row,
        column=file.header_of("employee_id"),
        value=row.employee_id,
    )


def judge_tops_and_cycles(file: PeopleFile) -> None:
    """Let the tree grow; name its circles, and its tops where there are several."""
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


def warn_of_doubles(file: PeopleFile) -> None:
    """Warn of names and emails that are there twice, and of people without a department."""
    names: dict[str, PersonRow] = {}
    emails: dict[str, PersonRow] = {}
    name_column = file.header_of("name") or file.header_of("last_name")
    for person in file.persons:
        if person.broken:
            continue
        key = name_key(person.name)
        _warn_of_double(file, "duplicate_name", names, key, person, name_column, person.name)
        if person.email:
            key, column = person.email.casefold(), file.header_of("email")
            _warn_of_double(file, "duplicate_email", emails, key, person, column, person.email)
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
