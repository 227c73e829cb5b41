"""Which column of a file holds what: by its name, by its values, or as somebody says.

A *layout* lists the fields of one kind of file with their usual names, most certain
first. The same finder serves org charts, ties, event logs and adoption files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_HEADER = 120
LEAST_CERTAIN = 1000
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
)


PARTICLES = re.compile(
    r"\b(?:de|du|des|del|della|di|la|le|les|l|d|of|the|der|die|das|dem|den|van|el)\b[\s_'’.-]*"
)


def normalised_header(text: str) -> str:
    """A header without case, accents, spaces and signs; ``#`` reads as number."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("#", "number")).translate(UNDECOMPOSED)
    return "".join(character for character in folded if character.isalnum())


def without_particles(text: str) -> str:
    """A header normalised without its articles and prepositions: `ID de l'employé` reads as `idemploye`."""
    return normalised_header(PARTICLES.sub("", text.casefold().replace("_", " ")))


@dataclass(frozen=True)
class Field:
    """One field of a file with the names that systems give its column."""

    name: str
    synonyms: tuple[str, ...]
    required: bool = False
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(normalised_header(text) for text in (self.name, *self.synonyms)))


class UnknownField(ValueError):
    """A mapping names a field that this kind of file does not have."""


@dataclass
class Layout:
    """The fields of one kind of file, and how well a row serves as their header.

    ``patterns`` recognise, less certainly than any synonym, headers put together from usual words.
    """

    fields: tuple[Field, ...]
    alternatives: tuple[tuple[str, tuple[str, ...]], ...] = ()
    patterns: tuple[tuple[str, re.Pattern], ...] = ()
    _priorities: dict[str, list[tuple[str, int]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for one in self.fields:
            for priority, name in enumerate(one.names):
                self._priorities.setdefault(name, []).append((one.name, priority))

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.fields]

    @property
    def guessed(self) -> list[str]:
        """The fields that a header may name, apart from those chosen by hand only."""
        return [one.name for one in self.fields if one.synonyms]

    def title_of(self, name: str) -> str:
        """What people call a field."""
        return next((one.title for one in self.fields if one.name == name), name)

    @property
    def required(self) -> list[str]:
        return [one.name for one in self.fields if one.required]

    def candidates(self, header: Sequence[str]) -> dict[str, list[int]]:
        """For each field the columns that may hold it, the likeliest first."""
        found: dict[str, list[tuple[int, int]]] = {}
        for index, text in enumerate(header):
            for name, priority in self._recognised(text):
                found.setdefault(name, []).append((priority, index))
        return {name: [index for _, index in sorted(places)] for name, places in found.items()}

    def fields_of(self, text: str) -> set[str]:
        """The fields that a header may name."""
        return {name for name, _ in self._recognised(text)}

    def score(self, cells: Sequence[str], mapping: Mapping[str, str] | None = None) -> tuple[int, int]:
        """How well a row serves as the header: required fields found, all fields found."""
        found = set(self.candidates(cells))
        for name, column in (mapping or {}).items():
            if column and find_column(cells, column) is not None:
                found.add(name)
        for name, parts in self.alternatives:
            if any(part in found for part in parts):
                found.add(name)
        return sum(name in found for name in self.required), len(found)

    def check_mapping(self, mapping: Mapping[str, str]) -> None:
        """Refuse a mapping for a field that does not exist, in words."""
        for name in mapping:
            if name not in self.names:
                raise UnknownField(f'There is no field "{name}"; the fields are {", ".join(self.names)}.')

    def _recognised(self, text: str) -> list[tuple[str, int]]:
        if len(text) > LONGEST_HEADER:
            return []
        bare = re.sub(r"\(.*?\)|\[.*?\]", "", text)
        return self._named(text) or self._put_together(text) or self._named(bare) or self._put_together(bare)

    def _named(self, text: str) -> list[tuple[str, int]]:
        found = self._priorities.get(normalised_header(text))
        return found or self._priorities.get(without_particles(text), [])

    def _put_together(self, text: str) -> list[tuple[str, int]]:
        forms = (normalised_header(text), without_particles(text))
        return [
            (name, LEAST_CERTAIN)
            for name, pattern in self.patterns
            if any(pattern.fullmatch(form) for form in forms)
        ]


def find_column(header: Sequence[str], column: str) -> int | None:
    """The place of a column named by hand: exactly, else without case and signs."""
    trimmed = [cell.strip() for cell in header]
    if column.strip() in trimmed:
        return trimmed.index(column.strip())
    wanted = normalised_header(column)
    for index, cell in enumerate(header):
        if wanted and normalised_header(cell) == wanted:
            return index
    return None


def header_key(header: Sequence[str]) -> str:
    """What files with the same header share."""
    return hashlib.sha256("\n".join(normalised_header(text) for text in header).encode()).hexdigest()


def assign(layout: Layout, header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
    """Field to column, each column for one field; a mapping by hand goes before every guess.

    A field that the mapping sets to an empty text is left out.
    """
    chosen: dict[str, int] = {}
    for name, column in (mapping or {}).items():
        place = find_column(header, column) if column else None
        if place is not None:
            chosen[name] = place
    taken = set(chosen.values())
    candidates = layout.candidates(header)
    for name in layout.names:
        if name in (mapping or {}):
            continue
        place = next((index for index in candidates.get(name, []) if index not in taken), None)
        if place is not None:
            chosen[name] = place
            taken.add(place)
    return chosen


def is_label_row(layout: Layout, header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row repeats the header in other words (a second header row of labels)."""
    pairs = [
        (above.strip(), below.strip()) for above, below in zip(header, cells, strict=False) if below.strip()
    ]
    same = sum(_same_header(layout, above, below) for above, below in pairs)
    return same >= 2 and 2 * same >= len(pairs)


def _same_header(layout: Layout, above: str, below: str) -> bool:
    if not above:
        return False
    if normalised_header(above) == normalised_header(below):
        return True
    return bool(layout.fields_of(above) & layout.fields_of(below))


NUMBER = (
    r"(?:id|ids|identifier|identifiant|no|nr|num|number|nummer|numero|number|code|key|kennung|kuerzel|"
    r"ident|personalnummer|personalnr|persnr|pnr|matricule|matricola|matricula|legajo)"
)
MEANS = (
    r"(?:employee|emp|worker|user|person|personnel|personal|mitarbeiter|staff|associate|email|mail|address|"
    r"adresse|emailaddress|upn|userprincipalname|principalname|name|full|fullname|display|displayname|username|"
    r"login|account|dn|distinguishedname|direct|directo|line|people|reporting|direkter?|direkte|"
    r"disziplinarischer?|hierarchique|n1|nombre|nom|nome|correo|courriel)"
)
EMPLOYEE = (
    r"(?:employee|employees|emp|empl|worker|staff|associate|colleague|person|personnel|personal|personals|"
    r"personeels|team ?member|mitarbeiter|mitarbeitenden|beschaftigten|empleado|trabajador|colaborador|"
    r"employe|salarie|collaborateur|agent|dipendente|medewerker|ansatt|hr|hris|payroll|workday|sap|global|user|company)"
)
MANAGER = (
    r"(?:managers?|supervisors?|vorges|vorgesetzten?|vorgesetzter?|fuhrungskraft|fuhrungskrafte|teamleiter|"
    r"teamleitung|teamlead|responsable|responsabile|superieur|jefe|jefa|chef|boss|superior|leader|lead|"
    r"leidinggevende|reportsto|reportingto|berichtetan|gestor|chefe)"
)


def _both_ways(word: str, attribute: str) -> re.Pattern:
    """A header that names a word with at least one attribute before or after it, and nothing else."""
    return re.compile(f"(?:{attribute})+(?:{word})(?:{attribute})*|(?:{word})(?:{attribute})+")


PEOPLE = Layout(
    fields=(
        Field(
            "employee_id",
            (
                "employee id",
                "person id",
                "worker id",
                "user id",
                "userid",
                "employee number",
                "employee no",
                "employee #",
                "emp id",
                "emp no",
                "emp number",
                "empl id",
                "personnel number",
                "personnel no",
                "personnel id",
                "personalnummer",
                "personal nr",
                "pers nr",
                "pers no",
                "pernr",
                "personal id",
                "mitarbeiternummer",
                "mitarbeiter nr",
                "mitarbeiter id",
                "mitarbeiterkennung",
                "staff id",
                "staff number",
                "staff no",
                "associate id",
                "payroll number",
                "hr id",
                "global id",
                "workday id",
                "matricule",
                "matricola",
                "numero empleado",
                "id empleado",
                "numero employe",
                "id employe",
                "id",
                "employee code",
                "employee",
                "samaccountname",
                "kuerzel",
                "personeelsnummer",
                "medewerkernummer",
                "numero personal",
                "legajo",
                "nr",
                "no",
                "number",
                "nummer",
                "id nummer",
                "id number",
                "ma nr",
                "ma nummer",
                "ma id",
                "lfd nr",
                "login",
            ),
            required=True,
            title="Employee id",
        ),
        Field(
            "manager_id",
            (
                "manager id",
                "manager employee id",
                "managers employee id",
                "manager's id",
                "manager number",
                "manager user id",
                "manager person id",
                "manager personnel number",
                "supervisor id",
                "supervisor employee id",
                "supervisor number",
                "reports to id",
                "reporting to id",
                "line manager id",
                "line manager employee id",
                "direct manager id",
                "boss id",
                "superior id",
                "vorgesetzten id",
                "vorgesetzter id",
                "vorgesetzte id",
                "vorgesetztennummer",
                "vorgesetzte pers nr",
                "vorgesetzter pers nr",
                "vorgesetzten pers nr",
                "personalnummer vorgesetzter",
                "personalnummer des vorgesetzten",
                "vorgesetzter personalnummer",
                "vorgesetzte personalnummer",
                "fuhrungskraft id",
                "fuhrungskraft personalnummer",
                "manager",
                "reports to",
                "reporting to",
                "reports to email",
                "supervisor",
                "line manager",
                "direct manager",
                "people manager",
                "manager email",
                "manager e-mail address",
                "manager email address",
                "manager's email",
                "supervisor email",
                "line manager email",
                "vorgesetzter e-mail",
                "e-mail vorgesetzter",
                "fuhrungskraft e-mail",
                "manager name",
                "manager full name",
                "worker's manager",
                "supervisor name",
                "line manager name",
                "manager dn",
                "vorgesetzter",
                "vorgesetzte",
                "vorgesetzte r",
                "vorgesetzte person",
                "vorgesetzter name",
                "name vorgesetzter",
                "direkter vorgesetzter",
                "disziplinarischer vorgesetzter",
                "fuhrungskraft",
                "berichtet an",
                "chef",
                "superior",
                "boss",
                "superieur",
                "responsable",
                "responsabile",
                "jefe",
                "id manager",
                "id responsable",
                "leidinggevende",
                "jefe directo",
                "jefa",
                "superieur hierarchique",
                "n+1",
                "manager upn",
                "manager sam account name",
            ),
            required=True,
            title="Manager",
        ),
        Field("manager_email", (), title="Manager, always by email"),
        Field("manager_name", (), title="Manager, always by full name"),
        Field("manager_dn", (), title="Manager, always by distinguished name"),
        Field(
            "name",
            (
                "full name",
                "display name",
                "employee name",
                "worker",
                "worker name",
                "legal name",
                "preferred name",
                "person name",
                "last name first name",
                "first name last name",
                "first and last name",
                "name surname",
                "nachname vorname",
                "vorname nachname",
                "name vorname",
                "vor und nachname",
                "vollstandiger name",
                "voller name",
                "mitarbeiter",
                "mitarbeiterin",
                "mitarbeitername",
                "mitarbeitende",
                "mitarbeitende r",
                "nom complet",
                "nombre completo",
                "nome completo",
                "volledige naam",
                "person",
                "cn",
                "employee full name",
                "naam",
                "nombre y apellidos",
                "apellidos y nombre",
                "cognome nome",
                "nome cognome",
                "nom prenom",
                "prenom nom",
                "name und vorname",
                "medewerker",
                "empleado",
                "dipendente",
                "salarie",
                "collaborateur",
                "employee",
            ),
            title="Full name",
        ),
        Field(
            "first_name",
            (
                "first name",
                "given name",
                "forename",
                "vorname",
                "prenom",
                "nombre",
                "nome",
                "voornaam",
                "legal first name",
                "preferred first name",
                "rufname",
            ),
            title="First name",
        ),
        Field(
            "last_name",
            (
                "last name",
                "surname",
                "family name",
                "nachname",
                "familienname",
                "nom",
                "nom de famille",
                "apellido",
                "apellidos",
                "cognome",
                "achternaam",
                "legal last name",
                "sn",
                "zuname",
            ),
            title="Last name",
        ),
        Field(
            "email",
            (
                "email",
                "e-mail address",
                "work email",
                "mail",
                "email primary work",
                "primary work email",
                "business email",
                "company email",
                "email work",
                "e-mail geschaftlich",
                "geschaftliche e-mail",
                "dienstliche e-mail",
                "e-mail adresse",
                "mailadresse",
                "email address work",
                "courriel",
                "correo",
                "adresse e-mail",
                "user principal name",
                "upn",
                "correo electronico",
                "indirizzo email",
                "adresse mail",
                "e-mail prof",
                "mail professionnel",
                "primary email",
                "company email address",
                "business email information email address",
            ),
            title="Email",
        ),
        Field(
            "title",
            (
                "job title",
                "business title",
                "position title",
                "position",
                "job",
                "stelle",
                "funktion",
                "function",
                "role",
                "rolle",
                "stellenbezeichnung",
                "positionsbezeichnung",
                "jobtitel",
                "berufsbezeichnung",
                "tatigkeit",
                "poste",
                "puesto",
                "cargo",
                "mansione",
                "functie",
                "job name",
                "job profile",
                "titel",
                "employee title",
                "planstelle",
                "intitule poste",
                "fonction",
                "denominacion puesto",
                "qualifica",
                "stellenbezeichnung lang",
                "designation",
                "job title name",
            ),
            title="Title",
        ),
        Field(
            "department",
            (
                "department name",
                "supervisory organization",
                "supervisory organisation",
                "dept",
                "dept name",
                "organizational unit",
                "organisational unit",
                "organisationseinheit",
                "org unit",
                "orgunit",
                "orgeinheit",
                "abteilung",
                "abteilungsname",
                "organization",
                "organisation",
                "org",
                "team",
                "unit",
                "business unit",
                "bereich",
                "departement",
                "departamento",
                "dipartimento",
                "afdeling",
                "service",
                "division",
                "cost center name",
                "reparto",
                "area",
                "direction",
                "orgeinheit text",
                "organisationseinheit text",
                "afdelingsnaam",
                "kostenstelle bezeichnung",
                "kostenstellenbezeichnung",
            ),
            title="Department",
        ),
        Field(
            "location",
            (
                "work location",
                "location name",
                "standort",
                "dienstort",
                "arbeitsort",
                "office",
                "office location",
                "site",
                "physical delivery office name",
                "city",
                "stadt",
                "ort",
                "lieu",
                "ubicacion",
                "sede",
                "locatie",
                "niederlassung",
                "site travail",
                "lieu travail",
                "lugar trabajo",
                "centro trabajo",
                "location description",
                "vestiging",
                "l",
            ),
            title="Location",
        ),
        Field(
            "start_date",
            (
                "hire date",
                "date of hire",
                "start",
                "original hire date",
                "continuous service date",
                "joining date",
                "join date",
                "date of joining",
                "entry date",
                "employment start date",
                "eintrittsdatum",
                "eintritt",
                "einstellungsdatum",
                "startdatum",
                "beschaftigt seit",
                "beginn",
                "date d'embauche",
                "fecha de alta",
                "data assunzione",
                "datum in dienst",
                "date entree",
                "fecha ingreso",
                "fecha inicio",
                "data assunzione",
                "date debut",
                "employment date",
                "service date",
                "date arrivee",
            ),
            title="Start date",
        ),
        Field(
            "end_date",
            (
                "termination date",
                "date of leaving",
                "leaving date",
                "leave date",
                "last day",
                "last working day",
                "last day of work",
                "exit date",
                "employment end date",
                "contract end date",
                "austrittsdatum",
                "austritt",
                "enddatum",
                "letzter arbeitstag",
                "vertragsende",
                "date de sortie",
                "fecha de baja",
                "fecha salida",
                "fecha fin",
                "date depart",
                "date fin",
                "data cessazione",
                "datum uit dienst",
                "kundigungsdatum austritt",
            ),
            title="End date",
        ),
        Field(
            "status",
            (
                "employment status",
                "employee status",
                "worker status",
                "user status",
                "active",
                "is active",
                "active status",
                "aktiv",
                "beschaftigungsstatus",
                "enabled",
                "account enabled",
                "statut",
                "estado",
                "stato",
                "useraccountcontrol",
                "mitarbeiterstatus",
                "employment state",
                "assignment status",
                "worker active",
                "beschaftigt",
                "employee active",
                "situation",
            ),
            title="Status",
        ),
        Field(
            "dotted_manager_id",
            (
                "dotted manager",
                "dotted line manager",
                "dotted line manager id",
                "dotted line",
                "matrix manager",
                "matrix manager id",
                "secondary manager",
                "secondary manager id",
                "functional manager",
                "functional manager id",
                "second manager",
                "fachlicher vorgesetzter",
                "fachliche fuhrungskraft",
                "zweiter vorgesetzter",
                "dotted line to",
            ),
            title="Dotted-line manager",
        ),
        Field("distinguished_name", ("dn", "distinguished name"), title="Distinguished name"),
    ),
    alternatives=(("manager_id", ("manager_email", "manager_name", "manager_dn")),),
    patterns=(
        ("employee_id", _both_ways(EMPLOYEE, NUMBER)),
        ("manager_id", _both_ways(MANAGER, f"(?:{NUMBER}|{MEANS})")),
    ),
)

PRIVATE = re.compile(
    r"salary|wage|compensation|pay$|payrate|bonus|gehalt|lohn|vergutung|gender|sex$|geschlecht|birth|geburt|dob$|"
    r"^age$|^alter$|nation|citizen|staatsang|health|gesundheit|disab|behinder|schwerbe|relig|konfession|ethnic|"
    r"race$|marital|familienstand|iban|bankaccount|ssn$|socialsecurity|sozialversich|steuer|taxid|passport|"
    r"homeaddress|privat|pregnan|union|gewerkschaft|sick|krank|absence"
)


def is_private(header: str) -> bool:
    """Whether a column is one that nobody should store without a thought."""
    return bool(PRIVATE.search(normalised_header(header)))
