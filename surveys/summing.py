"""What people said to each question, as counts and without names, once a survey has ended.

Nothing is shown below the smallest group, and nothing while answers come in: a figure that changes with one
answer would give that answer away.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, Q

from surveys.answering import stage_options
from surveys.models import Answer, Nomination, Question, Survey
from surveys.questionnaires import NO_STAGE, stage_text

TEXTS_SHOWN = 200


def said_by_question(survey: Survey) -> list[dict[str, Any]]:
    """Each question with how many answered it and what they said; None where too few did."""
    values: dict[int, list] = {}
    others = Answer.objects.filter(question__survey=survey).exclude(question__kind=Question.Kind.NAMES)
    for question, value in others.values_list("question", "value"):
        values.setdefault(question, []).append(value)
    names = _names_by_question(survey)
    return [_said(question, survey, values, names) for question in survey.questions.all()]


def _said(question: Question, survey: Survey, values: dict[int, list], names: dict) -> dict[str, Any]:
    said = {"question": question, "text": survey.in_language(question.text, survey.languages[0])}
    given = values.get(question.pk, [])
    if question.kind == Question.Kind.NAMES:
        shown = names.get(question.pk, {"answers": 0})
    elif question.kind == Question.Kind.TEXT:
        shown = {"answers": len(given), **_texts(given)}
    else:
        shown = {"answers": len(given), "choices": _choices(question, survey, given)}
    return said | (shown if shown["answers"] >= settings.SMALLEST_GROUP else {"answers": None})


def _names_by_question(survey: Survey) -> dict[int, dict[str, Any]]:
    """How many names each question brought, and what its soft limit kept back (Ott et al. 2019)."""
    answers = Answer.objects.filter(question__survey=survey, question__kind=Question.Kind.NAMES).order_by()
    figures = {"people": Count("pk"), "at_limit": Count("more"), "further": Avg("more")}
    given = Nomination.objects.filter(answer__question__survey=survey).order_by().values("answer__question")
    given = given.annotate(names=Count("pk"), written_in=Count("pk", filter=Q(target=None)))
    counts = {row.pop("answer__question"): row for row in given}
    nothing = {"names": 0, "written_in": 0}
    return {
        row["question"]: _names(row, **counts.get(row["question"], nothing))
        for row in answers.values("question").annotate(**figures)
    }


def _names(row: dict[str, Any], *, names: int, written_in: int) -> dict[str, Any]:
    kept_back = row["at_limit"] * (row["further"] or 0)
    return {
        "answers": row["people"],
        "names": names,
        "each": names / row["people"],
        "written_in": written_in,
        "at_limit": row["at_limit"],
        "more": row["further"],
        "kept_back": round(100 * kept_back / (names + kept_back)) if kept_back else 0,
    }


def _choices(question: Question, survey: Survey, values: list) -> list[dict[str, Any]]:
    counts = Counter(values)
    return [
        {"text": text, "count": counts[value], "percent": round(100 * counts[value] / max(1, len(values)))}
        for value, text in _options(question, survey)
    ]


def _options(question: Question, survey: Survey) -> list[tuple[Any, str]]:
    language = survey.languages[0]
    if question.kind == Question.Kind.STAGE:
        return [
            (order, stage_text(name, language) if name else survey.in_language(NO_STAGE, language))
            for order, name in stage_options(survey)
        ]
    steps = question.scale if question.kind == Question.Kind.RATING else question.options
    return [(step["value"], survey.in_language(step["text"], language) or step["value"]) for step in steps]


def _texts(values: list[str]) -> dict[str, Any]:
    """What people wrote, in the order of the alphabet, so that no order tells who wrote it."""
    texts = {text for text in values if text and text.strip()}
    return {"texts": sorted(texts, key=str.casefold)[:TEXTS_SHOWN], "cut": len(texts) > TEXTS_SHOWN}
