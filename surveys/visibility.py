"""*Who sees what*: a table for each survey, from the roles' own rights and the survey's promise."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bpm_influence.accounts.models import User
from surveys.models import Survey

Texts = dict[str, str]
YES, NO = "yes", "no"
OF_NAMES = ("names", "scores")

TITLE: Texts = {"en": "Who sees what", "de": "Wer sieht was", "fr": "Qui voit quoi", "es": "Quién ve qué"}
NOBODY: Texts = {"en": "Nobody", "de": "Niemand", "fr": "Personne", "es": "Nadie"}
CELLS: dict[str, Texts] = {
    YES: {"en": "yes", "de": "ja", "fr": "oui", "es": "sí"},
    NO: {"en": "no", "de": "nein", "fr": "non", "es": "no"},
}
WHO: dict[str, Texts] = {
    "colleagues": {
        "en": "Your manager and colleagues",
        "de": "Ihre Führungskraft und Kollegen",
        "fr": "Votre responsable et vos collègues",
        "es": "Su responsable y sus colegas",
    },
    User.Role.VIEWER: {
        "en": "Viewers of the results",
        "de": "Wer Ergebnisse liest",
        "fr": "Lecteurs des résultats",
        "es": "Quien lee los resultados",
    },
    User.Role.CHANGE_MANAGER: {
        "en": "Change managers of this initiative",
        "de": "Veränderungsteam dieser Initiative",
        "fr": "Équipe du changement de l’initiative",
        "es": "Equipo del cambio de la iniciativa",
    },
    User.Role.HR: {
        "en": "HR",
        "de": "Personalabteilung",
        "fr": "Ressources humaines",
        "es": "Recursos humanos",
    },
    User.Role.AUDITOR: {
        "en": "Data protection and works council",
        "de": "Datenschutz und Betriebsrat",
        "fr": "Protection des données et CSE",
        "es": "Protección de datos y comité",
    },
    User.Role.ADMINISTRATOR: {
        "en": "Administrators",
        "de": "Administration",
        "fr": "Administrateurs",
        "es": "Administración",
    },
}
WHAT: dict[str, Texts] = {
    "names": {
        "en": "Who named whom",
        "de": "Wer wen genannt hat",
        "fr": "Qui a nommé qui",
        "es": "Quién nombró a quién",
    },
    "scores": {
        "en": "Scores for leadership and influence, with names",
        "de": "Werte für Führung und Einfluss, mit Namen",
        "fr": "Scores de leadership et d’influence, avec les noms",
        "es": "Puntuaciones de liderazgo e influencia, con nombres",
    },
    "stage": {
        "en": "Where you stand with the change",
        "de": "Wo Sie bei der Veränderung stehen",
        "fr": "Où vous en êtes dans le changement",
        "es": "En qué punto del cambio está usted",
    },
    "sums": {
        "en": "What all have said, added up and without names, after the end",
        "de": "Was alle gesagt haben, zusammengezählt und ohne Namen, nach dem Ende",
        "fr": "Ce que tous ont dit, additionné et sans noms, après la fin",
        "es": "Lo que han dicho todas las personas, sumado y sin nombres, al terminar",
    },
    "answered": {
        "en": "Whether you have answered",
        "de": "Ob Sie geantwortet haben",
        "fr": "Si vous avez répondu",
        "es": "Si usted ha respondido",
    },
    "counts": {
        "en": "How many answered, by department, never under {minimum}",
        "de": "Wie viele geantwortet haben, je Bereich, nie unter {minimum}",
        "fr": "Combien ont répondu, par service, jamais moins de {minimum}",
        "es": "Cuántas personas respondieron, por departamento, nunca menos de {minimum}",
    },
    "settings": {
        "en": "This notice, the settings, and who took out links",
        "de": "Dieser Hinweis, die Einstellungen und wer Links entnommen hat",
        "fr": "Cette notice, les réglages, et qui a sorti des liens",
        "es": "Este aviso, los ajustes y quién sacó enlaces",
    },
}
REMARKS: dict[str, Texts] = {
    "low_groups": {
        "en": "Only people with much influence are shown by name; all others are counted.",
        "de": "Mit Namen stehen nur Menschen mit viel Einfluss da; alle anderen werden gezählt.",
        "fr": "Seules les personnes de grande influence apparaissent avec leur nom ; les "
        "autres sont comptées.",
        "es": "Solo aparecen con nombre las personas con mucha influencia; las demás se cuentan.",
    },
    "yourself": {
        "en": "You see your own answers in the browser in which you gave them. Elsewhere "
        "your link shows only which "
        "questions are done.",
        "de": "Ihre eigenen Antworten sehen Sie in dem Browser, in dem Sie sie gegeben "
        "haben. Anderswo zeigt Ihr "
        "Link nur, welche Fragen erledigt sind.",
        "fr": "Vous voyez vos réponses dans le navigateur où vous les avez données. "
        "Ailleurs, votre lien montre "
        "seulement quelles questions sont faites.",
        "es": "Usted ve sus respuestas en el navegador en que las dio. En otros, su enlace solo muestra qué "
        "preguntas están hechas.",
    },
    "server": {
        "en": "Whoever runs the server could read the database itself; that is why its access is kept small.",
        "de": "Wer den Server betreibt, könnte die Datenbank selbst lesen; deshalb haben nur wenige Zugang.",
        "fr": "Qui gère le serveur pourrait lire la base elle-même ; c’est pourquoi son accès est restreint.",
        "es": "Quien administra el servidor podría leer la base de datos; por eso tienen acceso muy pocos.",
    },
}


def who_sees_what(survey: Survey, language: str = "en") -> dict[str, Any]:
    """The table's words: columns are roles, rows what there is to see, cells yes or no."""
    spoken = language if language in TITLE else "en"
    mark = str(settings.SMALLEST_GROUP)
    asks_for_names = survey.asks_for_names
    rows = [
        {
            "what": texts[spoken].replace("{minimum}", mark),
            "cells": [_cell(sees(what, who, survey), spoken) for who in WHO],
            "nobody": not any(sees(what, who, survey) for who in WHO),
        }
        for what, texts in WHAT.items()
        if asks_for_names or what not in OF_NAMES
    ]
    remarks = ["yourself", "server"]
    if asks_for_names and survey.low_groups == Survey.LowGroups.COUNTS:
        remarks.insert(0, "low_groups")
    return {
        "survey": survey,
        "language": spoken,
        "title": TITLE[spoken],
        "nobody": NOBODY[spoken],
        "who": [texts[spoken] for texts in WHO.values()],
        "rows": rows,
        "remarks": [REMARKS[name][spoken] for name in remarks],
    }


def sees(what: str, who: str, survey: Survey) -> bool:
    """Whether somebody of that role, a member of the initiative where the role needs it, sees this."""
    if who == "colleagues":
        return False
    user = User(role=who)
    named = not survey.names_are_secret
    return {
        "names": named and user.can_see_ties,
        "scores": user.can_see_scores,
        "stage": survey.stages_are_named and user.can_manage_initiatives,
        "sums": user.can_manage_initiatives,
        "answered": named and user.can_manage_initiatives,
        "counts": user.can_see_scores or user.sees_every_initiative,
        "settings": user.can_manage_initiatives or user.sees_every_initiative,
    }[what]


def _cell(seen: bool, language: str) -> dict[str, Any]:
    return {"sees": seen, "word": CELLS[YES if seen else NO][language]}
