"""Names as people write them, made comparable."""

from __future__ import annotations

import re
import unicodedata

from orgchart.columns import UNDECOMPOSED, without_digraphs

RELATIVE_NAME = re.compile(
    r'\s*(?:cn|uid)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<value>(?:\\.|[^,\\])*))\s*(?:,|$)', re.IGNORECASE
)
COMMA = re.compile(r"(?<!\\)\s*,\s*")
ESCAPED_BYTES = re.compile(r"(?:\\[0-9a-fA-F]{2})+")


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


def spelling_key(name: str) -> str:
    """A full name whatever its order, accents and ways to write umlauts: ``Mueller`` is ``Müller``."""
    return without_digraphs(search_form(any_order_key(name).replace("’", "'")))


def common_name(distinguished_name: str) -> str:
    """The first part of a distinguished name, its CN or uid, with escapes undone; empty where it is none."""
    match = RELATIVE_NAME.match(distinguished_name)
    if not match:
        return ""
    if match["quoted"] is not None:
        return match["quoted"].strip()
    return _unescaped(match["value"]).strip()


def distinguished_key(text: str) -> str:
    """A distinguished name without case, without escapes and without blanks around its commas."""
    if "=" not in text:
        return text.casefold().strip()
    return _unescaped(COMMA.sub(",", text.strip())).casefold()


def _unescaped(text: str) -> str:
    """Text without the backslashes of RFC 4514; pairs of hexadecimal digits are bytes of UTF-8."""
    if "\\" not in text:
        return text
    read = ESCAPED_BYTES.sub(lambda match: _bytes_of(match[0]), text)
    return re.sub(r"\\(.)", r"\1", read)


def _bytes_of(escapes: str) -> str:
    return bytes.fromhex(escapes.replace("\\", "")).decode("utf-8", "replace")
