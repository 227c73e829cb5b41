"""Who is meant by the manager's cell: an id, an email, a full name or a distinguished name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from orgchart.naming import any_order_key, common_name, distinguished_key, name_key, spelling_key

if TYPE_CHECKING:
    from orgchart.people_files import ImportOptions, PeopleFile, PersonRow

MANAGER_FIELDS = ("manager_id", "manager_email", "manager_name", "manager_dn")
NO_MANAGER = frozenset(
    (
        "",
        "no_manager",
        "no_mgr",
        "no manager",
        "n/a",
        "-",
        "--",
        "–",
        "—",
        "none",
        "(none)",
        "null",
        "(blank)",
        "keine",
        "keiner",
        "na",
        "nan",
        "nil",
        "kein vorgesetzter",
        "aucun",
        "ninguno",
        "nessuno",
        "geen",
    )
)
NUMBER_ID = re.compile(r"(0|[1-9]\d*)\.0+$")
NAME_AND_NOTE = re.compile(r"(?P<name>[^()\[\]]+?)\s*[(\[](?P<note>[^()\[\]]+)[)\]]$")
ZEROS = re.compile(r"0+$")
MOST_CANDIDATES = 10
POLICIES = ("top", "drop", "former")


NAME_WAYS = (
    ("name", name_key),
    ("name", any_order_key),
    ("other_name", any_order_key),
    ("name", spelling_key),
    ("other_name", spelling_key),
)


class Ambiguous(Exception):
    """A name or address belongs to several people."""

    def __init__(self, people: list[PersonRow]):
        super().__init__()
        self.people = people


class Directory:
    """The people of a file, found by whatever a manager's cell may hold."""

    def __init__(self, persons: list[PersonRow]):
        self.ids = {person.employee_id: person for person in persons}
        self.persons = persons
        self._indexes: dict[str, dict[str, list[PersonRow]]] = {}

    def find(self, text: str, field: str = "manager_id") -> PersonRow | None:
        """The person meant, None where there is none; raises ``Ambiguous``."""
        if field == "manager_id":
            return (
                self.ids.get(text)
                or self._by_email(text)
                or self._by_dn(text)
                or self._by_name(text)
                or self._by_name_and_id(text)
            )
        ways = {"manager_email": self._by_email, "manager_dn": self._by_dn, "manager_name": self._by_name}
        return ways[field](text)

    def near(self, text: str) -> PersonRow | None:
        """Somebody whose id differs in case or leading zeros only."""
        index = self._index("near", lambda person: person.employee_id.casefold().lstrip("0"))
        return next(iter(index.get(text.casefold().lstrip("0"), [])), None)

    def _by_email(self, text: str) -> PersonRow | None:
        if "@" not in text:
            return None
        return _only(self._index("email", lambda person: person.email.casefold()).get(text.casefold()))

    def _by_dn(self, text: str) -> PersonRow | None:
        first = common_name(text)
        if not first:
            return None
        index = self._index("dn", lambda person: distinguished_key(person.distinguished_name))
        return _only(index.get(distinguished_key(text))) or self.ids.get(first) or self._by_name(first)

    def _by_name(self, text: str) -> PersonRow | None:
        for attribute, key_of in NAME_WAYS:
            way = f"{attribute} {key_of.__name__}"
            index = self._index(way, lambda person, a=attribute, key=key_of: key(getattr(person, a)))
            if found := index.get(key_of(text)):
                return _only(found)
        return None

    def _by_name_and_id(self, text: str) -> PersonRow | None:
        """`Anna Weber (1001)` by the id, `Anna Weber (On Leave)` by the name."""
        match = NAME_AND_NOTE.match(text)
        if not match:
            return None
        if any(character.isdigit() for character in match["note"]):
            return self.ids.get(match["note"].strip())
        return self._by_name(match["name"])

    def _index(self, way: str, key_of) -> dict[str, list[PersonRow]]:
        if way not in self._indexes:
            index = self._indexes[way] = {}
            for person in self.persons:
                if key := key_of(person):
                    index.setdefault(key, []).append(person)
        return self._indexes[way]


def _only(people: list[PersonRow] | None) -> PersonRow | None:
    if people and len(people) > 1:
        raise Ambiguous(people)
    return people[0] if people else None


def resolve_managers(file: PeopleFile, options: ImportOptions) -> None:
    """Give every person the employee id of their manager, or a fault that says why not."""
    _Resolver(file, options).resolve()


class _Resolver:
    def __init__(self, file: PeopleFile, options: ImportOptions):
        self.file, self.faults, self.options = file, file.faults, options
        self.field = next((name for name in MANAGER_FIELDS if name in file.columns), "manager_id")
        self.column = file.header_of(self.field)
        self.directory = Directory(file.persons)
        self.gone = Directory(list(file.left.values()))
        self.selves: list[PersonRow] = []

    def resolve(self) -> None:
        for person in self.file.persons:
            self._resolve_line(person)
            self._resolve_dotted(person)
        self._judge_selves()

    def _resolve_line(self, person: PersonRow) -> None:
        if self._is_blank(person.manager_text):
            return
        decision = self.options.decisions.get((person.employee_id, person.manager_text), "")
        chosen = decision.removeprefix("to:") if decision.startswith("to:") else ""
        if chosen in self.directory.ids and chosen != person.employee_id:
            person.manager_id = chosen
            self._note(person, decision)
        else:
            self._look_up(person, decision)

    def _note(self, person: PersonRow, decision: str) -> None:
        self.file.decided.append((person.row, person.employee_id, person.manager_text, decision))

    def _is_blank(self, text: str) -> bool:
        says_none = text.casefold() in NO_MANAGER or ZEROS.match(text)
        return bool(says_none) and text not in self.directory.ids

    def _look_up(self, person: PersonRow, decision: str) -> None:
        try:
            manager = self._find(person, person.manager_text, self.field, self.column)
        except Ambiguous as several:
            if decision == "top":
                self._note(person, decision)
            else:
                self._ambiguous(person, several.people)
            return
        if manager is person:
            self.selves.append(person)
        elif manager is not None:
            person.manager_id = manager.employee_id
        else:
            self._unknown(person, decision if decision in POLICIES else self.options.unknown_manager)

    def _find(self, person: PersonRow, text: str, field: str, column: str) -> PersonRow | None:
        found = self.directory.find(text, field)
        if found is None and field == "manager_id" and NUMBER_ID.match(text):
            found = self.directory.ids.get(text.partition(".")[0])
            if found is not None:
                self.faults.warn(
                    "number_as_text",
                    f'"{text}" was read as {found.employee_id}.',
                    "Format the column as text before exporting.",
                    row=person.row,
                    column=column,
                    value=text,
                )
        return found

    def _unknown(self, person: PersonRow, policy: str) -> None:
        manager = ""
        if policy == "former":
            manager = self.options.former.get(person.employee_id, "")
        elif policy == "drop":
            manager = self._one_level_up(person)
        if manager in self.directory.ids and manager != person.employee_id:
            person.manager_id = manager
        elif policy in ("error", "former"):
            self._unknown_fault(person, policy)
            return
        self._note(person, policy)

    def _one_level_up(self, person: PersonRow) -> str:
        """The nearest manager above who is still there, by the file's leavers or the current chart.

        Where these no longer know the manager, the person stays where the current chart has them.
        """
        text, seen = person.manager_text, set()
        while text and text not in seen:
            seen.add(text)
            if found := self._still_there(text):
                return found
            gone = self._who_left(text)
            former = self.options.former
            text = (
                gone.manager_text
                if gone
                else former.get(text) or former.get(self.options.id_before(text), "")
            )
        return self.options.former.get(person.employee_id, "")

    def _still_there(self, text: str) -> str:
        try:
            found = self.directory.find(text, self.field) or self.directory.ids.get(text)
        except Ambiguous:
            return ""
        return found.employee_id if found else ""

    def _who_left(self, text: str) -> PersonRow | None:
        try:
            return self.gone.find(text, self.field) or self.gone.ids.get(text)
        except Ambiguous:
            return None

    def _unknown_fault(self, person: PersonRow, policy: str) -> None:
        person.undecided = True
        text = person.manager_text
        near = self.directory.near(text)
        gone = self._who_left(text)
        message = f'The manager "{text[:80]}" of {person.name} is not in the file.'
        if gone:
            message = f"{gone.name} (row {gone.row}), the manager of {person.name}, has left."
        elif policy == "former":
            message = f"{message} There is no former manager either."
        if near:
            self.file.candidates[person.row] = [near]
        hint = f" Is it {near.employee_id} ({near.name})?" if near else ""
        self.faults.error(
            "unknown_manager",
            message + hint,
            "Correct the cell or add the row; or make the person a top, let them report one level up, "
            "or keep the former manager.",
            row=person.row,
            column=self.column,
            value=text,
        )

    def _ambiguous(self, person: PersonRow, people: list[PersonRow]) -> None:
        person.undecided = True
        self.file.candidates[person.row] = people[:MOST_CANDIDATES]
        named = ", ".join(f"{one.employee_id} (row {one.row})" for one in people[:5])
        self.faults.error(
            "ambiguous_manager",
            f'"{person.manager_text[:80]}" may be any of {len(people)} people: {named}.',
            "Give the manager's employee id or email instead.",
            row=person.row,
            column=self.column,
            value=person.manager_text,
        )

    def _judge_selves(self) -> None:
        """Somebody who is their own manager is the top where there is no other."""
        others = any(self._is_blank(person.manager_text) for person in self.file.persons)
        if len(self.selves) == 1 and not others:
            person = self.selves[0]
            self.faults.warn(
                "self_manager",
                f"{person.name} is their own manager and stands at the top.",
                "Nothing; many systems export the head like this.",
                row=person.row,
                column=self.column,
                value=person.manager_text,
            )
            return
        for person in self.selves:
            self._self_fault(person)

    def _self_fault(self, person: PersonRow) -> None:
        if self.options.decisions.get((person.employee_id, person.manager_text)) == "top":
            self._note(person, "top")
            return
        person.undecided = True
        self.faults.error(
            "self_manager",
            f"{person.name} is their own manager, but not the only one at the top.",
            "Give the real manager, or leave the cell empty for a top.",
            row=person.row,
            column=self.column,
            value=person.manager_text,
        )

    def _resolve_dotted(self, person: PersonRow) -> None:
        if self._is_blank(person.dotted_text):
            return
        column = self.file.header_of("dotted_manager_id") or self.column
        try:
            found = self._find(person, person.dotted_text, "manager_id", column)
        except Ambiguous:
            found = None
        if found is not None and found is not person and found.employee_id != person.manager_id:
            person.dotted_manager_id = found.employee_id
        elif found is None:
            self.faults.warn(
                "unknown_manager",
                f'The dotted-line manager "{person.dotted_text[:80]}" is not in the file.',
                "Correct the cell; the dotted line is left out.",
                row=person.row,
                column=column,
                value=person.dotted_text,
            )
