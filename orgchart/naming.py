"""Names as people write them, made comparable."""

from __future__ import annotations

import unicodedata

from orgchart.columns import UNDECOMPOSED


def search_form(text: str) -> str:
    """A name for searching: no case, no accents, one blank between parts, strokes and ligatures spelt out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(UNDECOMPOSED))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def name_key(name: str) -> str:
    """A full name in its own spelling, given names first: ``Weber, Anna`` is ``anna weber``."""
    folded = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    last, comma, first = folded.partition(", ")
    return f"{first} {last}" if comma and first and ", " not in first else folded


def any_order_key(name: str) -> str:
    """A full name whatever the order of its parts."""
    return " ".join(sorted(name_key(name).replace(",", " ").split()))


def common_name(distinguished_name: str) -> str:
    """The CN of a distinguished name, with its escapes undone; empty where there is none."""
    if distinguished_name[:3].casefold() != "cn=":
        return ""
    characters, escaped = [], False
    for character in distinguished_name[3:]:
        if escaped:
            characters.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            break
        else:
            characters.append(character)
    return "".join(characters).strip()


def distinguished_key(text: str) -> str:
    """A distinguished name without case and without blanks around its commas."""
    return ",".join(part.strip() for part in text.casefold().split(","))
