"""What the respondent's page says, in every language that has a file in ``languages/``."""

from __future__ import annotations

import json
from pathlib import Path

from django.utils.translation.trans_real import parse_accept_lang_header

FALLBACK = "en"
OWN_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
WORDS: dict[str, dict[str, str]] = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(
        (Path(__file__).parent / "languages").glob("*.json"), key=lambda file: (file.stem != FALLBACK, file)
    )
}


def say(language: str, key: str, **values) -> str:
    """A sentence with its marks filled; English where the language has none."""
    text = words(language)[key]
    for mark, value in values.items():
        text = text.replace(f"{{{mark}}}", str(value))
    return text


def words(language: str) -> dict[str, str]:
    """All sentences of a language."""
    return WORDS.get(language, WORDS[FALLBACK])


def chosen_language(offered: list[str], wanted: str | None, accepted: str) -> str:
    """The language asked for, else the first that the browser accepts, else the first on offer."""
    if wanted in offered:
        return wanted
    for code, _ in parse_accept_lang_header(accepted.lower()):
        for language in (code, code.split("-")[0]):
            if language in offered:
                return language
    return offered[0] if offered else FALLBACK


def own_name(language: str) -> str:
    """A language's name in itself."""
    return OWN_NAMES.get(language, language)
