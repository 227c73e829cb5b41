"""What respondents are told before any question: who sees what, in plain words, in four languages.

The paragraphs follow from the survey's settings. They are kept with the survey when it opens, and each
consent names their version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from surveys.models import Question, Survey

Texts = dict[str, str]

NOT_ANONYMOUS: Texts = {
    "en": "This survey about “{initiative}” asks for names, so it is not anonymous: your answers are kept "
    "with your name. Your link is yours alone; please do not pass it on.",
    "de": "Diese Umfrage zu „{initiative}“ fragt nach Namen und ist deshalb nicht anonym: Ihre Antworten "
    "werden mit Ihrem Namen gespeichert. Der Link gehört nur Ihnen; bitte geben Sie ihn nicht weiter.",
    "fr": "Cette enquête sur « {initiative} » demande des noms, elle n’est donc pas anonyme : vos réponses "
    "sont conservées avec votre nom. Ce lien est à vous seul ; ne le transmettez pas, s’il vous plaît.",
    "es": "Esta encuesta sobre «{initiative}» pide nombres, así que no es anónima: sus respuestas se guardan "
    "con su nombre. El enlace es solo suyo; por favor, no lo comparta.",
}
NO_NAMES_ASKED: Texts = {
    "en": "This survey about “{initiative}” is short and asks for no names. It is not anonymous: your "
    "answers are kept with your name. Your link is yours alone; please do not pass it on.",
    "de": "Diese Umfrage zu „{initiative}“ ist kurz und fragt nicht nach Namen. Sie ist nicht anonym: Ihre "
    "Antworten werden mit Ihrem Namen gespeichert. Der Link gehört nur Ihnen; bitte geben Sie ihn nicht "
    "weiter.",
    "fr": "Cette enquête sur « {initiative} » est courte et ne demande aucun nom. Elle n’est pas anonyme : "
    "vos réponses sont conservées avec votre nom. Ce lien est à vous seul ; ne le transmettez pas, s’il vous "
    "plaît.",
    "es": "Esta encuesta sobre «{initiative}» es corta y no pide nombres. No es anónima: sus respuestas se "
    "guardan con su nombre. El enlace es solo suyo; por favor, no lo comparta.",
}
STAGE: dict[bool, Texts] = {
    True: {
        "en": "The change managers of this initiative and the administrators see, with your name, where you "
        "stand with the change.",
        "de": "Das Veränderungsteam dieser Initiative und die Administration sehen mit Namen, wo Sie bei der "
        "Veränderung stehen.",
        "fr": "L’équipe du changement de cette initiative et les administrateurs voient, avec votre nom, où "
        "vous en êtes dans le changement.",
        "es": "El equipo del cambio de esta iniciativa y la administración ven, con su nombre, en qué punto "
        "del cambio está usted.",
    },
    False: {
        "en": "Nobody is shown where you stand with the change: what they see are shares of groups, never of "
        "fewer than {minimum} people.",
        "de": "Niemand bekommt gezeigt, wo Sie bei der Veränderung stehen: Gezeigt werden Anteile von "
        "Gruppen, nie von weniger als {minimum} Menschen.",
        "fr": "Personne ne voit où vous en êtes dans le changement : on ne voit que des parts de groupes, "
        "jamais de moins de {minimum} personnes.",
        "es": "Nadie verá en qué punto del cambio está usted: se ven partes de grupos, nunca de menos de "
        "{minimum} personas.",
    },
}
OTHER_QUESTIONS: Texts = {
    "en": "Ratings and choices are shown as counts, and what you write without your name, once the survey "
    "has ended and {minimum} people or more have answered.",
    "de": "Bewertungen und Auswahlen werden gezählt gezeigt, und was Sie schreiben, ohne Ihren Namen: nach "
    "dem Ende der Umfrage, ab {minimum} Antworten.",
    "fr": "Les notes et les choix sont montrés sous forme de comptes, et ce que vous écrivez sans votre nom, "
    "après la fin de l’enquête et à partir de {minimum} réponses.",
    "es": "Las valoraciones y elecciones se muestran como recuentos, y lo que escriba, sin su nombre, al "
    "terminar la encuesta y a partir de {minimum} respuestas.",
}
NAMES_USED_AGAIN: Texts = {
    "en": "Names given in the earlier survey “{earlier}” count here too, as people were told then.",
    "de": "Namen aus der früheren Umfrage „{earlier}“ zählen auch hier, wie damals angekündigt.",
    "fr": "Les noms donnés dans l’enquête précédente « {earlier} » comptent ici aussi, comme annoncé alors.",
    "es": "Los nombres dados en la encuesta anterior «{earlier}» cuentan también aquí, como se anunció.",
}
WHO_NAMED_WHOM: dict[str, Texts] = {
    Survey.Confidentiality.SCORES_ONLY: {
        "en": "Nobody is shown whom you named: neither your manager nor the change managers, on no "
        "page and in "
        "no file. What they see are scores made of all answers together.",
        "de": "Niemand bekommt gezeigt, wen Sie genannt haben: weder Ihre Führungskraft noch das "
        "Veränderungsteam, auf keiner Seite und in keiner Datei. Gezeigt werden Werte aus allen Antworten.",
        "fr": "Personne ne voit qui vous avez nommé : ni votre responsable ni l’équipe du changement, sur "
        "aucune page et dans aucun fichier. Ils voient des scores tirés de l’ensemble des réponses.",
        "es": "Nadie verá a quién nombró: ni su responsable ni el equipo del cambio, en ninguna página ni "
        "archivo. Ven puntuaciones hechas con todas las respuestas juntas.",
    },
    Survey.Confidentiality.NAMED_NETWORK: {
        "en": "The change managers of this initiative and the administrators see who named whom. "
        "Viewers of the "
        "results see scores, not who named whom.",
        "de": "Das Veränderungsteam dieser Initiative und die Administration sehen, wer wen genannt "
        "hat. Wer nur "
        "Ergebnisse liest, sieht Werte, nicht wer wen genannt hat.",
        "fr": "L’équipe du changement de cette initiative et les administrateurs voient qui a nommé qui. Les "
        "lecteurs des résultats voient des scores, pas qui a nommé qui.",
        "es": "El equipo del cambio de esta iniciativa y la administración ven quién nombró a quién. "
        "Quienes solo "
        "leen los resultados ven puntuaciones, no quién nombró a quién.",
    },
}
NAMED_BY_OTHERS: dict[str, Texts] = {
    Survey.LowGroups.NAMES: {
        "en": "Others can name you, whether you answer or not. Scores for leadership and influence "
        "are shown by "
        "name to those who work on the initiative.",
        "de": "Andere können Sie nennen, ob Sie antworten oder nicht. Werte für Führung und Einfluss sehen "
        "diejenigen, die an der Initiative arbeiten, mit Namen.",
        "fr": "D’autres peuvent vous nommer, que vous répondiez ou non. Les scores de leadership et "
        "d’influence "
        "sont montrés avec les noms à ceux qui travaillent sur l’initiative.",
        "es": "Otras personas pueden nombrarle, responda o no. Quienes trabajan en la iniciativa ven "
        "con nombre "
        "las puntuaciones de liderazgo e influencia.",
    },
    Survey.LowGroups.COUNTS: {
        "en": "Others can name you, whether you answer or not. Scores are shown by name only for "
        "people with much "
        "influence; everybody else is counted, not named.",
        "de": "Andere können Sie nennen, ob Sie antworten oder nicht. Werte mit Namen gibt es nur "
        "für Menschen "
        "mit viel Einfluss; alle anderen werden gezählt, nicht genannt.",
        "fr": "D’autres peuvent vous nommer, que vous répondiez ou non. Les scores avec nom ne "
        "concernent que les "
        "personnes de grande influence ; les autres sont comptées, pas nommées.",
        "es": "Otras personas pueden nombrarle, responda o no. Solo se muestran con nombre las "
        "puntuaciones de "
        "personas con mucha influencia; las demás se cuentan, no se nombran.",
    },
}
NOT_FOR_EVALUATION: Texts = {
    "en": "Scores describe a network in one initiative. They are not for evaluating, promoting or dismissing "
    "anybody. How many answered is shown by department, never for fewer than {minimum} answers.",
    "de": "Die Werte beschreiben ein Netzwerk in einer Initiative. Sie dienen nicht der Beurteilung, "
    "Beförderung "
    "oder Entlassung. Wie viele geantwortet haben, wird je Bereich gezeigt, nie unter {minimum} Antworten.",
    "fr": "Les scores décrivent un réseau dans une initiative. Ils ne servent pas à évaluer, promouvoir ou "
    "licencier. Le nombre de réponses est montré par service, jamais pour moins de {minimum} réponses.",
    "es": "Las puntuaciones describen una red en una iniciativa. No sirven para evaluar, ascender ni "
    "despedir a "
    "nadie. Cuántas respuestas hay se muestra por departamento, nunca con menos de {minimum}.",
}
REUSE: dict[bool, Texts] = {
    False: {
        "en": "Your answers are used for this initiative alone.",
        "de": "Ihre Antworten werden nur für diese Initiative verwendet.",
        "fr": "Vos réponses ne servent que pour cette initiative.",
        "es": "Sus respuestas se usan solo para esta iniciativa.",
    },
    True: {
        "en": "A later initiative among the same people may use the names you give again, under this "
        "same promise.",
        "de": "Eine spätere Initiative mit denselben Menschen darf Ihre Nennungen unter derselben Zusage "
        "wieder verwenden.",
        "fr": "Une initiative ultérieure parmi les mêmes personnes peut réutiliser les noms donnés, "
        "sous cette "
        "même promesse.",
        "es": "Una iniciativa posterior entre las mismas personas puede volver a usar los nombres "
        "que dé, con esta "
        "misma promesa.",
    },
}
YOUR_CHOICE: Texts = {
    "en": "Taking part is your choice. Until the survey closes you can correct or withdraw what you "
    "said. You can "
    "also object: then you are removed as a respondent and as a name, from every source.",
    "de": "Die Teilnahme ist freiwillig. Bis zum Ende der Umfrage können Sie Ihre Antworten ändern oder "
    "zurückziehen. Sie können auch widersprechen: Dann werden Sie überall entfernt, auch als Name "
    "bei anderen.",
    "fr": "Participer est votre choix. Jusqu’à la clôture, vous pouvez corriger ou retirer vos "
    "réponses. Vous "
    "pouvez aussi vous opposer : vous êtes alors retiré partout, aussi comme nom donné par d’autres.",
    "es": "Participar es decisión suya. Hasta el cierre puede corregir o retirar lo que dijo. También puede "
    "oponerse: entonces se le elimina de todas partes, también como nombre dado por otros.",
}
CONTACT: Texts = {
    "en": "Questions? Ask {contact}.",
    "de": "Fragen? Wenden Sie sich an {contact}.",
    "fr": "Des questions ? Adressez-vous à {contact}.",
    "es": "¿Preguntas? Diríjase a {contact}.",
}


def notice_for(survey: Survey, minimum: int = 5) -> dict[str, list[str]]:
    """The paragraphs that the survey's settings call for, per language of the survey."""
    return {language: _paragraphs(survey, language, minimum) for language in survey.languages}


def version_of(notice: dict[str, list[str]]) -> str:
    """A short mark that changes with every word of the notice."""
    text = json.dumps(notice, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep_notice(survey: Survey) -> None:
    """Fix the notice under which answers are given from now on (the caller saves)."""
    survey.notice = notice_for(survey)
    survey.notice_version = version_of(survey.notice)


def _paragraphs(survey: Survey, language: str, minimum: int) -> list[str]:
    spoken = language if language in NOT_ANONYMOUS else "en"
    named = {
        "{initiative}": survey.initiative.name,
        "{contact}": survey.contact,
        "{minimum}": str(minimum),
        "{earlier}": survey.reuses.title if survey.reuses else "",
    }
    own = survey.purpose.get(language)
    return ([own] if own else []) + [_filled(text[spoken], named) for text in _texts(survey)]


def _texts(survey: Survey) -> Iterator[Texts]:
    kinds = set(survey.questions.values_list("kind", flat=True))
    asks_for_names = Question.Kind.NAMES in kinds
    yield NOT_ANONYMOUS if asks_for_names else NO_NAMES_ASKED
    if asks_for_names:
        yield WHO_NAMED_WHOM[survey.confidentiality]
        yield NAMED_BY_OTHERS[survey.low_groups]
    if survey.reuses:
        yield NAMES_USED_AGAIN
    if Question.Kind.STAGE in kinds:
        yield STAGE[survey.stages_are_named]
    if kinds - {Question.Kind.NAMES, Question.Kind.STAGE}:
        yield OTHER_QUESTIONS
    yield NOT_FOR_EVALUATION
    if asks_for_names:
        yield REUSE[survey.reuse_allowed]
    yield YOUR_CHOICE
    if survey.contact:
        yield CONTACT


def _filled(text: str, named: dict[str, str]) -> str:
    for mark, value in named.items():
        text = text.replace(mark, value)
    return text
