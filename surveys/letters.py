"""What invitations and reminders say, in the survey's languages, one below the other."""

from __future__ import annotations

import math

from django.utils.formats import date_format
from django.utils.translation import override

from surveys.models import Mailing, Survey
from surveys.questionnaires import minutes_for

Texts = dict[str, str]

SUBJECTS: dict[str, Texts] = {
    Mailing.Kind.INVITATION: {
        "en": "{duration} for “{initiative}”",
        "de": "{duration} für „{initiative}“",
        "fr": "{duration} pour « {initiative} »",
        "es": "{duration} para «{initiative}»",
    },
    Mailing.Kind.REMINDER: {
        "en": "Your view is still missing: “{initiative}”",
        "de": "Ihre Sicht fehlt noch: „{initiative}“",
        "fr": "Votre avis manque encore : « {initiative} »",
        "es": "Aún falta su opinión: «{initiative}»",
    },
}
PULSE: Texts = {
    "en": "where do you stand today with “{initiative}”? It takes about a minute, on a phone too; the link "
    "that you have already works as well.",
    "de": "wo stehen Sie heute bei „{initiative}“? Es dauert etwa eine Minute, auch am Telefon; Ihr "
    "bisheriger Link gilt ebenso.",
    "fr": "où en êtes-vous aujourd’hui avec « {initiative} » ? Cela prend environ une minute, sur un "
    "téléphone aussi ; le lien que vous avez déjà fonctionne également.",
    "es": "¿en qué punto está usted hoy con «{initiative}»? Lleva cerca de un minuto, también en el móvil; "
    "el enlace que ya tiene también sirve.",
}
ABOUT: dict[bool, Texts] = {
    True: {"en": "one minute", "de": "eine Minute", "fr": "une minute", "es": "un minuto"},
    False: {"en": "{m} minutes", "de": "{m} Minuten", "fr": "{m} minutes", "es": "{m} minutos"},
}
GREETING: Texts = {
    "en": "Dear {name},",
    "de": "Guten Tag {name},",
    "fr": "Bonjour {name},",
    "es": "Hola, {name}:",
}
BODIES: dict[str, Texts] = {
    Mailing.Kind.INVITATION: {
        "en": "“{initiative}” changes how we work. Please tell us who helps such a change along: "
        "it takes about "
        "{duration}, on a phone too.",
        "de": "„{initiative}“ verändert, wie wir arbeiten. Bitte sagen Sie uns, wer solche Veränderungen "
        "voranbringt: Es dauert etwa {duration}, auch am Telefon.",
        "fr": "« {initiative} » change notre façon de travailler. Dites-nous qui fait avancer un "
        "tel changement : "
        "cela prend environ {duration}, sur un téléphone aussi.",
        "es": "«{initiative}» cambia nuestra forma de trabajar. Díganos quién hace avanzar un "
        "cambio así: lleva "
        "alrededor de {duration}, también en el móvil.",
    },
    Mailing.Kind.REMINDER: {
        "en": "we have not got your answers on “{initiative}” yet, or you have not sent them "
        "off. What you have "
        "entered is kept; it takes about {duration} in all.",
        "de": "Ihre Antworten zu „{initiative}“ fehlen noch oder sind nicht abgeschickt. Was Sie "
        "eingegeben haben, "
        "ist noch da; es dauert insgesamt etwa {duration}.",
        "fr": "vos réponses sur « {initiative} » manquent encore ou n’ont pas été envoyées. Ce "
        "que vous avez saisi "
        "est conservé ; il faut environ {duration} en tout.",
        "es": "sus respuestas sobre «{initiative}» aún faltan o no se han enviado. Lo que "
        "escribió se conserva; "
        "lleva alrededor de {duration} en total.",
    },
}
LINK: Texts = {
    "en": "Your personal link:",
    "de": "Ihr persönlicher Link:",
    "fr": "Votre lien personnel :",
    "es": "Su enlace personal:",
}
CLOSING: Texts = {
    "en": "It is yours alone: please do not pass it on. The first screen says who will see what.",
    "de": "Er gehört nur Ihnen: Bitte geben Sie ihn nicht weiter. Auf der ersten Seite steht, wer was sieht.",
    "fr": "Il est à vous seul : ne le transmettez pas. Le premier écran dit qui verra quoi.",
    "es": "Es solo suyo: no lo comparta, por favor. La primera pantalla dice quién verá qué.",
}
UNTIL: Texts = {
    "en": "The survey is open until {date}.",
    "de": "Die Umfrage ist bis zum {date} offen.",
    "fr": "L’enquête est ouverte jusqu’au {date}.",
    "es": "La encuesta está abierta hasta el {date}.",
}
QUESTIONS: Texts = {
    "en": "Questions? {contact}",
    "de": "Fragen? {contact}",
    "fr": "Des questions ? {contact}",
    "es": "¿Preguntas? {contact}",
}


def letter(survey: Survey, kind: str, *, name: str, url: str, words: str = "") -> tuple[str, str]:
    """Subject and text of one mail."""
    languages = [code for code in survey.languages if code in GREETING] or ["en"]
    marks = {
        "initiative": survey.initiative.name,
        "name": name,
        "contact": survey.contact,
    }
    subject = _filled(SUBJECTS[kind][languages[0]], marks | {"duration": _duration(survey, languages[0])})
    parts = [_part(survey, kind, language, marks, url, words) for language in languages]
    subject = " ".join(subject.split())
    return subject[:1].upper() + subject[1:], "\n\n--------\n\n".join(parts) + "\n"


def _part(survey: Survey, kind: str, language: str, marks: dict[str, str], url: str, words: str) -> str:
    paragraphs = [
        GREETING[language],
        words.strip(),
        _body(survey, kind)[language],
        f"{LINK[language]}\n{url}?lang={language}"
        if len(survey.languages) > 1
        else f"{LINK[language]}\n{url}",
        CLOSING[language],
        _until(survey, language),
        QUESTIONS[language] if survey.contact else "",
    ]
    marks = marks | {"duration": _duration(survey, language)}
    return _filled("\n\n".join(part for part in paragraphs if part), marks)


def _duration(survey: Survey, language: str) -> str:
    minutes = math.ceil(minutes_for(survey.questions.values_list("kind", flat=True)))
    return ABOUT[minutes == 1][language].replace("{m}", str(minutes))


def _body(survey: Survey, kind: str) -> Texts:
    is_invited_again = survey.pulse_of_id and kind == Mailing.Kind.INVITATION
    return PULSE if is_invited_again else BODIES[kind]


def _until(survey: Survey, language: str) -> str:
    if survey.closes_at is None:
        return ""
    with override(language):
        return UNTIL[language].replace("{date}", date_format(survey.closes_at, "DATE_FORMAT"))


def _filled(text: str, marks: dict[str, str]) -> str:
    for mark, value in marks.items():
        text = text.replace(f"{{{mark}}}", value)
    return text
