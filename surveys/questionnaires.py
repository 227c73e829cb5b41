"""The ready questions, in four languages, each with the published name generator that its wording follows.

The wording is our own. Open lists without numbered slots, because slots suggest a quota (Vehovar et al. 2008,
Social Networks 30:213-222); the question how many more one would have named is added by the page (Ott et al.
2019, Biostatistics 20:97-110).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

SECONDS = {"names": 60, "rating": 12, "choice": 12, "stage": 12, "text": 40}
SECONDS_OF_THE_NOTICE = 25

Texts = dict[str, str]
Wording = dict[str, Any]

READY: dict[str, Wording] = {
    "influence": {
        "kind": "names",
        "relation": "influence",
        "title": "Influence: whose opinion counts",
        "source": "After Coleman, Katz and Menzel 1957 (whom physicians turn to before they adopt); "
        "Burt 1984, Social Networks 6:293-339 (the General Social Survey's “important matters”); "
        "Cross and Parker 2004.",
        "text": {
            "en": "When something changes in how you work, whose opinion counts for you before you go along?",
            "de": "Wenn sich Ihre Arbeit ändert: Wessen Meinung zählt für Sie, bevor Sie mitmachen?",
            "fr": "Quand votre façon de travailler change, quels collègues écoutez-vous avant de suivre ?",
            "es": "Cuando cambia su forma de trabajar, ¿qué opiniones cuentan para usted antes de sumarse?",
        },
        "help": {
            "en": "Colleagues anywhere, whatever their position. Name as many or as few as you like.",
            "de": "Aus allen Bereichen und Positionen. So viele oder so wenige, wie Sie möchten.",
            "fr": "De toute l’organisation, quelle que soit leur fonction. Autant que vous voulez.",
            "es": "De toda la organización, sea cual sea su puesto. Tantas o tan pocas como quiera.",
        },
    },
    "leadership": {
        "kind": "names",
        "relation": "leadership",
        "title": "Exercised leadership: who gives direction",
        "source": "After Mehra, Smith, Dixon and Robertson 2006, The Leadership Quarterly 17:232-245; "
        "Carson, Tesluk and Marrone 2007, Academy of Management Journal 50:1217-1234.",
        "text": {
            "en": "Who gives you direction in this change, with a title or without?",
            "de": "Wer gibt Ihnen in dieser Veränderung die Richtung vor, ob mit oder ohne Führungsrolle?",
            "fr": "Dans ce changement, qui vous donne le cap, avec ou sans titre ?",
            "es": "¿Quién le marca el rumbo en este cambio, tenga cargo o no?",
        },
        "help": {
            "en": "People whose lead you follow. Your manager may be among them, or not.",
            "de": "Menschen, denen Sie folgen. Ihre Führungskraft kann dabei sein, muss aber nicht.",
            "fr": "Les personnes que vous suivez. Votre responsable peut en faire partie, ou non.",
            "es": "Personas a las que usted sigue. Su responsable puede estar entre ellas, o no.",
        },
    },
    "stage": {
        "kind": "stage",
        "relation": "",
        "title": "Stage of change",
        "source": "After Prochaska and DiClemente 1983 (stages of change), Rogers 2003, Hiatt 2006 (ADKAR).",
        "text": {
            "en": "Where are you today with “{initiative}”?",
            "de": "Wo stehen Sie heute bei „{initiative}“?",
            "fr": "Où en êtes-vous aujourd’hui avec « {initiative} » ?",
            "es": "¿En qué punto está usted hoy con «{initiative}»?",
        },
        "help": {
            "en": "Choose the furthest step that is true for you.",
            "de": "Wählen Sie den weitesten Schritt, der auf Sie zutrifft.",
            "fr": "Choisissez l’étape la plus avancée qui est vraie pour vous.",
            "es": "Elija el paso más avanzado que sea cierto para usted.",
        },
    },
    "advice": {
        "kind": "names",
        "relation": "advice",
        "title": "Advice: whom one asks",
        "source": "After Krackhardt 1990, Administrative Science Quarterly 35:342-369.",
        "text": {
            "en": "Whom do you ask for help or advice when you are stuck in your work?",
            "de": "Wen bitten Sie um Rat oder Hilfe, wenn Sie bei der Arbeit nicht weiterkommen?",
            "fr": "À qui demandez-vous conseil ou aide quand vous êtes bloqué dans votre travail ?",
            "es": "¿A quién pide ayuda o consejo cuando se atasca en su trabajo?",
        },
        "help": {
            "en": "Think of the last three months.",
            "de": "Denken Sie an die letzten drei Monate.",
            "fr": "Pensez aux trois derniers mois.",
            "es": "Piense en los últimos tres meses.",
        },
    },
    "energy": {
        "kind": "names",
        "relation": "energy",
        "title": "Energy: who gives drive",
        "source": "After Cross, Baker and Parker 2003, MIT Sloan Management Review 44(4):51-56.",
        "text": {
            "en": "After talking to whom do you usually have more drive than before?",
            "de": "Nach Gesprächen mit wem haben Sie meist mehr Schwung als vorher?",
            "fr": "Après avoir parlé à qui avez-vous en général plus d’élan qu’avant ?",
            "es": "¿Después de hablar con quién suele tener más energía que antes?",
        },
        "help": {
            "en": "Leave out those with whom it makes no difference.",
            "de": "Lassen Sie weg, bei wem es keinen Unterschied macht.",
            "fr": "Laissez de côté ceux avec qui cela ne change rien.",
            "es": "Deje fuera a quienes no marcan diferencia.",
        },
    },
    "trust": {
        "kind": "names",
        "relation": "trust",
        "title": "Trust: with whom one can be open",
        "source": "After Krackhardt and Hanson 1993, Harvard Business Review 71(4):104-111.",
        "text": {
            "en": "To whom would you speak openly about a worry at work, sure that it stays between you?",
            "de": "Mit wem würden Sie im Vertrauen offen über eine Sorge bei der Arbeit sprechen?",
            "fr": "À qui confieriez-vous une inquiétude au travail, sûr que cela reste entre vous ?",
            "es": "¿A quién confiaría abiertamente una preocupación del trabajo, sin que pase de ahí?",
        },
        "help": {
            "en": "Name only people with whom you would really do so.",
            "de": "Nennen Sie nur, mit wem Sie das wirklich tun würden.",
            "fr": "Ne nommez que des personnes à qui vous le feriez vraiment.",
            "es": "Nombre solo a personas con quienes lo haría de verdad.",
        },
    },
    "support": {
        "kind": "rating",
        "relation": "",
        "title": "Support: whether one gets the help one needs",
        "source": "After Eisenberger, Huntington, Hutchison and Sowa 1986, Journal of Applied Psychology "
        "71:500-507 (perceived organizational support).",
        "text": {
            "en": "Do you get the help that you need with “{initiative}”?",
            "de": "Bekommen Sie die Hilfe, die Sie für „{initiative}“ brauchen?",
            "fr": "Recevez-vous l’aide dont vous avez besoin pour « {initiative} » ?",
            "es": "¿Recibe la ayuda que necesita con «{initiative}»?",
        },
        "help": {
            "en": "From whomever it comes.",
            "de": "Von wem auch immer sie kommt.",
            "fr": "D’où qu’elle vienne.",
            "es": "Venga de quien venga.",
        },
    },
}
WITH_STRENGTH = {"influence"}
STANDARD = ("influence", "leadership", "stage")
QUESTIONNAIRES: dict[str, tuple[str, ...]] = {
    "standard": STANDARD,
    "extended": ("influence", "leadership", "advice", "energy", "trust", "stage"),
    "stage": ("stage",),
}
STRENGTHS: dict[str, tuple[str, ...]] = {
    "en": ("a little", "somewhat", "clearly", "much", "very much"),
    "de": ("ein wenig", "etwas", "deutlich", "viel", "sehr viel"),
    "fr": ("un peu", "assez", "nettement", "beaucoup", "énormément"),
    "es": ("un poco", "algo", "claramente", "mucho", "muchísimo"),
}
AGREEMENT: dict[str, tuple[str, ...]] = {
    "en": ("not at all", "hardly", "partly", "mostly", "fully"),
    "de": ("gar nicht", "kaum", "teils, teils", "überwiegend", "voll und ganz"),
    "fr": ("pas du tout", "à peine", "en partie", "plutôt", "tout à fait"),
    "es": ("nada", "apenas", "en parte", "bastante", "del todo"),
}
STAGE_WORDS: dict[str, Texts] = {
    "awareness": {
        "en": "I know what is going to change, and why.",
        "de": "Ich weiß, was sich ändert und warum.",
        "fr": "Je sais ce qui va changer, et pourquoi.",
        "es": "Sé qué va a cambiar y por qué.",
    },
    "willingness": {
        "en": "I want to take part.",
        "de": "Ich möchte mitmachen.",
        "fr": "Je veux y participer.",
        "es": "Quiero participar.",
    },
    "ability": {
        "en": "I know how to work the new way.",
        "de": "Ich kann auf die neue Weise arbeiten.",
        "fr": "Je sais travailler de la nouvelle manière.",
        "es": "Sé trabajar de la nueva manera.",
    },
    "adoption": {
        "en": "I work the new way.",
        "de": "Ich arbeite auf die neue Weise.",
        "fr": "Je travaille de la nouvelle manière.",
        "es": "Trabajo de la nueva manera.",
    },
    "reinforcement": {
        "en": "I work the new way as a matter of course, and help others to.",
        "de": "Ich arbeite selbstverständlich auf die neue Weise und helfe anderen dabei.",
        "fr": "Je travaille naturellement de la nouvelle manière et j’aide les autres à le faire.",
        "es": "Trabajo de la nueva manera con naturalidad y ayudo a los demás.",
    },
}
NO_STAGE: Texts = {
    "en": "None of these yet",
    "de": "Noch nichts davon",
    "fr": "Rien de tout cela pour l’instant",
    "es": "Nada de esto todavía",
}


def ready_question(name: str, *, initiative: str) -> Wording:
    """One ready question, with the initiative's own name put in."""
    wording = {"options": [], "scale": [], **deepcopy(READY[name])}
    if name in WITH_STRENGTH:
        wording["scale"] = steps(STRENGTHS)
    if wording["kind"] == "rating":
        wording["scale"] = steps(AGREEMENT)
    for field in ("text", "help"):
        texts = wording[field].items()
        wording[field] = {language: text.replace("{initiative}", initiative) for language, text in texts}
    return wording


def steps(words: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """A scale from 1 upwards: each step with its word in every language."""
    count = len(next(iter(words.values())))
    return [
        {"value": place + 1, "text": {language: these[place] for language, these in words.items()}}
        for place in range(count)
    ]


def stage_text(stage: str, language: str) -> str:
    """A stage as an answer, in that language; one that an initiative has named itself stands as it is."""
    return text_in(STAGE_WORDS[stage], language) if stage in STAGE_WORDS else stage


def text_in(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in English, else in the first language that there is."""
    return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), "")


def minutes_for(kinds: Iterable[str]) -> float:
    """How many minutes questions of these kinds take, the notice included."""
    return round((SECONDS_OF_THE_NOTICE + sum(SECONDS[kind] for kind in kinds)) / 60, 1)
