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
    return [_said(question, survey) for question in survey.questions.select_related("relation")]


def _said(question: Question, survey: Survey) -> dict[str, Any]:
    answers = Answer.objects.filter(question=question)
    kinds = {Question.Kind.NAMES: _names, Question.Kind.TEXT: _texts}
    count = answers.count()
    said = {"question": question, "text": survey.in_language(question.text, survey.languages[0])}
    if count < settings.SMALLEST_GROUP:
        return said | {"answers": None}
    return said | {"answers": count} | kinds.get(question.kind, _choices)(question, survey, answers)


def _choices(question: Question, survey: Survey, answers) -> dict[str, Any]:
    counts = Counter(answers.values_list("value", flat=True))
    total = sum(counts.values())
    return {
        "choices": [
            {"text": text, "count": counts[value], "percent": round(100 * counts[value] / total)}
            for value, text in _options(question, survey)
        ]
    }


def _options(question: Question, survey: Survey) -> list[tuple[Any, str]]:
    language = survey.languages[0]
    if question.kind == Question.Kind.STAGE:
        return [
            (order, stage_text(name, language) if name else survey.in_language(NO_STAGE, language))
            for order, name in stage_options(survey)
        ]
    steps = question.scale if question.kind == Question.Kind.RATING else question.options
    return [(step["value"], survey.in_language(step["text"], language) or step["value"]) for step in steps]


def _names(question: Question, survey: Survey, answers) -> dict[str, Any]:
    """How many names were given, and what the soft limit kept back (Ott et al. 2019)."""
    names = Nomination.objects.filter(answer__question=question)
    counts = names.aggregate(all=Count("pk"), written_in=Count("pk", filter=Q(target=None)))
    at_limit = answers.filter(more__isnull=False).aggregate(people=Count("pk"), more=Avg("more"))
    kept_back = at_limit["people"] * (at_limit["more"] or 0)
    return {
        "names": counts["all"],
        "each": counts["all"] / answers.count(),
        "written_in": counts["written_in"],
        "at_limit": at_limit["people"],
        "more": at_limit["more"],
        "kept_back": round(100 * kept_back / (counts["all"] + kept_back)) if kept_back else 0,
    }


def _texts(question: Question, survey: Survey, answers) -> dict[str, Any]:
    """What people wrote, in the order of the alphabet, so that no order tells who wrote it."""
    texts = {text for text in answers.values_list("value", flat=True) if text and text.strip()}
    return {"texts": sorted(texts, key=str.casefold)[:TEXTS_SHOWN], "cut": len(texts) > TEXTS_SHOWN}
