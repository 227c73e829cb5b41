"""Staff lists made up by hypothesis: any tree, in any dialect of HR systems, with any fault."""

import csv
import io
from dataclasses import dataclass, field, replace

import xlsxwriter
from hypothesis import strategies as st

FIRST = ["Anna", "Jürgen", "Zoë", "Søren", "Grete", "Ines", "Tom", "Claire"]
LAST = ["Weber", "Müller", "O'Brien", "van den Berg", "Öztürk", "Schmidt-Lange", "Conti"]
HEADERS = [
    ("employee_id", "name", "manager_id", "email", "department", "title", "start_date"),
    ("Employee ID", "Worker", "Manager ID", "Email - Primary Work", "Supervisory Organization",
     "Business Title", "Hire Date"),
    ("Personalnummer", "Mitarbeiter/in", "Vorgesetzte*r", "E-Mail", "Abteilung", "Stelle", "Eintrittsdatum"),
    ("Employee #", "Last name, First name", "Reporting to", "Work Email", "Department", "Job Title",
     "Hire Date"),
    ("Matricule", "Nom complet", "Responsable", "Courriel", "Service", "Poste", "Date d'entrée"),
    ("Número de empleado", "Nombre completo", "Jefe directo", "Correo electrónico", "Área", "Puesto",
     "Fecha de ingreso"),
    ("Personeelsnummer", "Naam", "Leidinggevende", "E-mailadres", "Afdeling", "Functie", "Datum in dienst"),
]  # fmt: skip
ID, NAME, MANAGER, EMAIL, DEPARTMENT, TITLE, START, DN = range(8)
TITLES = ["Clerk", 'Head of "Sales"', "Team lead, night", "Line\nbreak", "Semi;colon", "Tab\there", "Bar|red"]
DATES = ["2020-03-01", "01.03.2020", "43891", "1 March 2020", "2020-03-01T00:00:00", ""]


@dataclass
class StaffList:
    """People as rows of cells; the row numbers they get; and what the dialect adds around them."""

    rows: list[list[str]]
    managers: list[int | None]
    dialect: dict
    appended: list[list[str]] = field(default_factory=list)

    @property
    def above(self) -> list[list[str]]:
        """The rows above the first person."""
        width = len(self.rows[0])
        titles = [[f"Staff list, part {number + 1}"] for number in range(self.dialect["titles"])]
        header = [*self.dialect["headers"], "DN"][:width]
        labels = [["string", "text", "string", "text"]] if self.dialect["labels"] else []
        return [*titles, *([[]] if titles else []), header, *labels]

    def row_of(self, place: int) -> int:
        """The number that a spreadsheet shows beside a person's row."""
        blank = self.dialect["blank_after"]
        return len(self.above) + place + 1 + (blank is not None and place > blank)

    @property
    def lines(self) -> list[list[str]]:
        blank = self.dialect["blank_after"]
        body = [*self.rows, *self.appended]
        if blank is not None:
            body = [*body[: blank + 1], [], *body[blank + 1 :]]
        return [*self.above, *body, *[[""]] * self.dialect["blank_end"]]

    def content(self) -> bytes:
        """The bytes of the file."""
        dialect = self.dialect
        if dialect["format"] == "xlsx":
            return workbook(self.lines, dialect["cover"], dialect["numbers"])
        text = io.StringIO()
        if dialect["hint"]:
            text.write(f"sep={dialect['delimiter']}{dialect['newline']}")
        quoting = csv.QUOTE_ALL if dialect["quoted"] else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=dialect["delimiter"], lineterminator=dialect["newline"], quoting=quoting
        )
        for line in self.lines:
            writer.writerow([*line, ""] if dialect["trailing"] and line else line)
        return text.getvalue().encode(dialect["encoding"])

    @property
    def shift(self) -> int:
        """How many rows stand above the table in the file that the table does not know of."""
        return 1 if self.dialect["format"] == "csv" and self.dialect["hint"] else 0


def workbook(lines, cover, numbers) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        if cover:
            book.add_worksheet("Cover").write_row(0, 0, ["Staff list", "confidential"])
        page = book.add_worksheet("People")
        for number, line in enumerate(lines):
            for place, cell in enumerate(line):
                if numbers and cell.isdecimal() and str(int(cell)) == cell:
                    page.write_number(number, place, int(cell))
                else:
                    page.write_string(number, place, cell)
    return target.getvalue()


def dn_of(first, last, unit="Users"):
    return f"CN={last}\\, {first},OU={unit},DC=firm,DC=example"


FORMS = {
    "id": lambda one: one[0],
    "email": lambda one: f"P{one[0]}@Firm.example",
    "first last": lambda one: f"{one[1]} {one[2]}",
    "last, first": lambda one: f"{one[2]}, {one[1]}",
    "last first": lambda one: f"{one[2]} {one[1]}",
    "dn": lambda one: dn_of(one[1], one[2]),
    "cn": lambda one: dn_of(one[1], one[2], "Elsewhere"),
}
DIALECTS = st.fixed_dictionaries(
    {
        "format": st.sampled_from(["csv", "csv", "xlsx"]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "newline": st.sampled_from(["\n", "\r\n"]),
        "quoted": st.booleans(),
        "hint": st.booleans(),
        "trailing": st.booleans(),
        "headers": st.sampled_from(HEADERS),
        "titles": st.integers(0, 3),
        "labels": st.booleans(),
        "cover": st.booleans(),
        "numbers": st.booleans(),
        "manager": st.sampled_from(list(FORMS)),
        "no_manager": st.sampled_from(["", "NO_MANAGER", "No_Mgr", "n/a", "-"]),
        "name": st.sampled_from(["first last", "last, first"]),
        "prefix": st.sampled_from(["", "00", "E-", "a"]),
        "blank_after": st.none() | st.integers(0, 5),
        "blank_end": st.integers(0, 2),
    }
)


@st.composite
def staff_lists(draw, least=1):
    """A file of up to 25 people, each unique in id, name and email, below one top."""
    dialect = draw(DIALECTS)
    count = draw(st.integers(least, 25))
    names = draw(st.permutations([(first, last) for first in FIRST for last in LAST]))[:count]
    people = [(f"{dialect['prefix']}{place + 1}", *names[place]) for place in range(count)]
    managers = [None, *(draw(st.integers(0, place - 1)) for place in range(1, count))]
    order = draw(st.permutations(range(count)))
    place_of = {number: place for place, number in enumerate(order)}
    form = FORMS[dialect["manager"]]
    rows = []
    for number in order:
        one, above = people[number], managers[number]
        rows.append(
            [
                one[0], FORMS[dialect["name"]](one),
                dialect["no_manager"] if above is None else form(people[above]),
                f"p{one[0]}@firm.example", f"Unit {number % 3}", draw(st.sampled_from(TITLES)),
                draw(st.sampled_from(DATES)),
            ]
        )  # fmt: skip
        if dialect["manager"] == "dn":
            rows[-1].append(dn_of(*one[1:]))
    above = [None if managers[number] is None else place_of[managers[number]] for number in order]
    return StaffList(rows, above, dialect)


@dataclass
class Injected:
    """A fault put into a list: what is expected of it, and how the counts change."""

    staff: StaffList
    errors: list[tuple[str, int]] = field(default_factory=list)
    warnings: list[tuple[str, int]] = field(default_factory=list)
    managers: list[int | None] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)


def inject(draw, staff: StaffList, kind: str) -> Injected:
    """Put one fault of a kind into a list of at least three people."""
    staff = replace(staff, rows=[list(row) for row in staff.rows], managers=list(staff.managers))
    top = staff.managers.index(None)
    place = draw(st.sampled_from([place for place in range(len(staff.rows)) if place != top]))
    return INJECTIONS[kind](draw, staff, top, place)


def _row(staff, place):
    return staff.row_of(place) + staff.shift


def _unknown(draw, staff, top, place):
    staff.rows[place][MANAGER] = draw(st.sampled_from(["9999", "Nobody At All", "nobody@firm.example", "?"]))
    staff.managers[place] = None
    return Injected(staff, [("unknown_manager", _row(staff, place))])


def _own_manager(draw, staff, top, place):
    staff.rows[place][MANAGER] = staff.rows[place][ID]
    staff.managers[place] = None
    return Injected(staff, [("self_manager", _row(staff, place))])


def _own_manager_at_the_top(draw, staff, top, place):
    staff.rows[top][MANAGER] = staff.rows[top][ID]
    return Injected(staff, [], [("self_manager", _row(staff, top))])


def _second_top(draw, staff, top, place):
    staff.rows[place][MANAGER] = staff.dialect["no_manager"]
    staff.managers[place] = None
    return Injected(staff, [], [("several_tops", 0)])


def _duplicate(draw, staff, top, place):
    row = [staff.rows[place][ID], "New Person", "", "new@firm.example", "Unit 0", "Clerk", ""]
    staff.appended = [row]
    return Injected(staff, [("duplicate_id", _row(staff, len(staff.rows)))])


def _no_id(draw, staff, top, place):
    staff.appended = [["", "New Person", staff.rows[top][ID], "new@firm.example", "Unit 0", "Clerk", ""]]
    return Injected(staff, [("missing_id", _row(staff, len(staff.rows)))])


def _cycle(draw, staff, top, place):
    """Let somebody report to somebody below them, or to a report of their own."""
    below = [other for other in range(len(staff.rows)) if place in _line(staff.managers, other)]
    if not below:
        return _own_manager(draw, staff, top, place)
    chosen = draw(st.sampled_from(below))
    staff.rows[place][MANAGER] = staff.rows[chosen][ID]
    staff.managers[place] = chosen
    circle = [chosen, *_line(staff.managers, chosen, until=place)]
    return Injected(staff, [("cycle", min(_row(staff, one) for one in circle))])


def _line(managers, place, until=None):
    """Everybody above somebody, up to the top or to ``until``."""
    line = []
    while managers[place] is not None and managers[place] not in line:
        place = managers[place]
        line.append(place)
        if place == until:
            break
    return line


def _blanks_around_the_id(draw, staff, top, place):
    staff.rows[place][ID] = f" {staff.rows[place][ID]}\u00a0"
    return Injected(staff, [], [("trimmed", _row(staff, place))])


def _wrong_date(draw, staff, top, place):
    staff.rows[place][START] = draw(st.sampled_from(["31.02.2020", "0000-00-00", "seit immer"]))
    return Injected(staff, [], [("unparsable_date", _row(staff, place))])


def _formula(draw, staff, top, place):
    staff.rows[place][TITLE] = draw(st.sampled_from(["=1+1", "+cmd|x", "@SUM(1)", "-2+3+cmd", "\t=x"]))
    return Injected(staff, [], [("formula_cell", _row(staff, place))])


def _no_department(draw, staff, top, place):
    staff.rows[place][DEPARTMENT] = ""
    return Injected(staff, [], [("no_department", _row(staff, place))])


def _email_twice(draw, staff, top, place):
    staff.appended = [
        ["X9", "New Person", staff.rows[top][ID], staff.rows[place][EMAIL], "Unit 0", "Clerk", ""]
    ]
    staff.managers = [*staff.managers, top]
    if staff.dialect["manager"] == "email":
        staff = replace(staff, rows=[[*row] for row in staff.rows])
        for row, above in zip(staff.rows, staff.managers, strict=False):
            if above is not None:
                row[MANAGER] = staff.rows[above][ID]
    return Injected(staff, [], [("duplicate_email", _row(staff, len(staff.rows)))])


INJECTIONS = {
    "unknown_manager": _unknown,
    "self_manager": _own_manager,
    "self_manager at the top": _own_manager_at_the_top,
    "several_tops": _second_top,
    "duplicate_id": _duplicate,
    "missing_id": _no_id,
    "cycle": _cycle,
    "trimmed": _blanks_around_the_id,
    "unparsable_date": _wrong_date,
    "formula_cell": _formula,
    "no_department": _no_department,
    "duplicate_email": _email_twice,
}


def counts_of(managers) -> dict:
    """People, tops and levels by the rules of a dry run: nobody in a circle or below one has a level."""
    levels = []
    for place in range(len(managers)):
        level, seen, above = 1, {place}, managers[place]
        while above is not None and above not in seen:
            seen.add(above)
            level, above = level + 1, managers[above]
        levels.append(0 if above is not None else level)
    return {
        "people": len(managers),
        "tops": levels.count(1),
        "max_level": max(levels, default=0),
    }
