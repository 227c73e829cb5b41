"""The methods text of ``docs/methods.md`` as pages show it: one text, two places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

CODE = re.compile(r"`([^`]+)`")
STRONG = re.compile(r"\*\*([^*]+)\*\*")
EMPHASIS = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?![*\w])")
LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
LOCAL_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
DOI = re.compile(r"\bdoi:(10\.\d{4,}/[^\s,;]+[^\s,;.)])")
ITEM = re.compile(r"(?:[-*]|\d+\.) ")


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it, up to the next heading."""

    anchor: str
    title: str
    level: int
    html: SafeString


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """The sections of the methods, in their order."""
    text = (settings.BASE_DIR / "docs" / "methods.md").read_text(encoding="utf-8")
    return tuple(read_sections(text))


def section(anchor: str) -> Section | None:
    """The section of an anchor."""
    return next((one for one in sections() if one.anchor == anchor), None)


def read_sections(text: str) -> Iterator[Section]:
    """Split a text at its headings; the anchor is the heading without what it has in brackets."""
    heading, lines = "", []
    for line in [*text.splitlines(), "# "]:
        if line.startswith("#") and line.lstrip("#").startswith(" "):
            if heading:
                yield _section(heading, lines)
            heading, lines = line, []
        else:
            lines.append(line)


def _section(heading: str, lines: list[str]) -> Section:
    marks, _, title = heading.partition(" ")
    plain = title.split("(")[0].strip()
    return Section(slugify(plain), plain, len(marks), mark_safe("".join(_blocks(lines))))  # noqa: S308 - escaped below


def _blocks(lines: list[str]) -> Iterator[str]:
    for block in "\n".join(lines).split("\n\n"):
        if not block.strip():
            continue
        first = block.lstrip("\n")
        yield _list(first) if ITEM.match(first) else f"<p>{_inline(block)}</p>"


def _list(block: str) -> str:
    kind = "ol" if block[0].isdigit() else "ul"
    items = (ITEM.sub("", item, count=1) for item in re.split(r"\n(?=(?:[-*]|\d+\.) )", block))
    return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"


def _inline(text: str) -> str:
    html = escape(" ".join(text.split()))
    html = CODE.sub(r"<code>\1</code>", html)
    html = STRONG.sub(r"<strong>\1</strong>", html)
    html = EMPHASIS.sub(r"<em>\1</em>", html)
    html = LINK.sub(r'<a href="\2">\1</a>', html)
    html = LOCAL_LINK.sub(r"\1", html)
    return DOI.sub(r'<a href="https://doi.org/\1">doi:\1</a>', html)
