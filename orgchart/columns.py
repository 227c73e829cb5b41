"""Which column of a file holds what: by its name, by its values, or as somebody says.

A *layout* lists the fields of one kind of file with their usual names, most certain
first. The same finder serves org charts, ties, event logs and adoption files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_HEADER = 120
LEAST_CERTAIN = 1000
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
)


NOTES = frozenset(
    (
        "string", "text", "varchar", "char", "date", "datum", "datetime", "number", "numeric", "integer",
        "int", "boolean", "bool", "required", "optional", "mandatory", "pflicht", "pflichtfeld",
        "erforderlich", "freiwillig", "obligatoire", "facultatif", "obligatorio", "opcional", "verplicht",
        "optioneel", "yyyymmdd", "ddmmyyyy", "mmddyyyy",
    )
)  # fmt: skip
PARTICLES = re.compile(
    r"\b(?:de|du|des|del|della|di|la|le|les|l|d|of|the|der|die|das|dem|den|van|el)\b[\s_'’.-]*"
)


def normalised_header(text: str) -> str:
    """A header without case, accents, spaces and signs; ``#`` reads as number."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("#", "number")).translate(UNDECOMPOSED)
    return "".join(character for character in folded if character.isalnum())


def header_words(text: str) -> list[str]:
    """The words of a header, cut at signs and where small letters turn into capitals."""
    return [normalised_header(word) for word in re.findall(r"[^\W\d_]?[^\W\d_A-Z]+|[A-Z]+|\d+", text)]


def without_digraphs(form: str) -> str:
    """A normalised header with `ae`, `oe` and `ue` as the umlauts are normalised: `fuehrungskraft`."""
    return form.replace("ae", "a").replace("oe", "o").replace("ue", "u")


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

    Less certain than any synonym are ``patterns`` of headers put together from usual words, then ``guesses``;
    a ``prefix`` is the group of columns that some systems put before a header.
    """

    fields: tuple[Field, ...]
    alternatives: tuple[tuple[str, tuple[str, ...]], ...] = ()
    patterns: tuple[tuple[str, re.Pattern], ...] = ()
    guesses: tuple[tuple[str, Callable[[str], bool]], ...] = ()
    prefix: re.Pattern | None = None
    _priorities: dict[str, list[tuple[str, int]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for one in self.fields:
            for priority, name in enumerate(one.names):
                for form in {name, without_digraphs(name)}:
                    self._priorities.setdefault(form, []).append((one.name, priority))

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
        short = self.prefix.sub("", text, count=1) if self.prefix else text
        for form in dict.fromkeys((text, bare, short)):
            if found := self._named(form) or self._put_together(form):
                return found
        return [(name, LEAST_CERTAIN + 1) for name, is_guessed in self.guesses if is_guessed(short)]

    def _named(self, text: str) -> list[tuple[str, int]]:
        return next(filter(None, (self._priorities.get(form) for form in _forms(text))), [])

    def _put_together(self, text: str) -> list[tuple[str, int]]:
        forms = _forms(text)
        return [
            (name, LEAST_CERTAIN)
            for name, pattern in self.patterns
            if any(pattern.fullmatch(form) for form in forms)
        ]


def _forms(text: str) -> list[str]:
    """A header as it may be spelt among the synonyms."""
    forms = [normalised_header(text), without_particles(text)]
    return list(dict.fromkeys([*forms, *map(without_digraphs, forms)]))


def find_column(header: Sequence[str], column: str) -> int | None:
    """The place of a column named by hand: exactly, without case and signs, or as its ``handle``."""
    trimmed = [cell.strip() for cell in header]
    if column.strip() in trimmed:
        return trimmed.index(column.strip())
    wanted = normalised_header(column)
    for index, cell in enumerate(header):
        if wanted and normalised_header(cell) == wanted:
            return index
    return next((place for place in range(len(trimmed)) if handle(trimmed, place) == column.strip()), None)


def handle(header: Sequence[str], place: int) -> str:
    """A column's name by which ``find_column`` finds it again, though others are called the same."""
    name = header[place]
    earlier = list(header[:place]).count(name)
    return f"{name} ({earlier + 1})" if earlier else name


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
    """Whether a row repeats the header in other words, or says of each column what goes into it."""
    pairs = [
        (above.strip(), below.strip()) for above, below in zip(header, cells, strict=False) if below.strip()
    ]
    if len(pairs) > 1 and all(normalised_header(below) in NOTES for _, below in pairs):
        return True
    same = [pair for pair in pairs if _same_header(layout, *pair)]
    required = {name for above, _ in same for name in layout.fields_of(above)} & set(layout.required)
    return len(same) >= 2 and (2 * len(same) >= len(pairs) or required == set(layout.required))


def _same_header(layout: Layout, above: str, below: str) -> bool:
    if not above:
        return False
    if normalised_header(above) == normalised_header(below):
        return True
    return bool(layout.fields_of(above) & layout.fields_of(below))
