"""Everything that is kept of one person (GDPR article 15), in their own right.

What others said of a person is counted, never shown with who said it: the survey's promise holds here too.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bpm_influence.accounts.models import AuditEntry
from influence.models import ChosenChampion, PlannedChampion, Score, Tie
from influence.results import SCORE_FIELDS
from initiatives.models import AdoptionEvent, Role
from orgchart.models import Person, Position
from surveys.models import Answer, Invitation, Nomination, Objection

POSITION_FIELDS = (
    "name", "email", "title", "department", "location", "level", "span", "headcount", "extra",
)  # fmt: skip


def export_person(person: Person) -> dict[str, Any]:
    """All that is stored under the person's identity, as one document."""
    return {
        "employee_id": person.employee_id,
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "person": {"name": person.name, "email": person.email},
        "positions": _positions(person),
        "roles": _rows(Role, person, "initiative__slug", "role"),
        "ties_you_gave": _ties_given(person),
        "times_others_named_you": _times_named(person),
        "surveys": _surveys(person),
        "objections": _rows(Objection, person, "initiative__slug", "made_at"),
        "adoption": _rows(AdoptionEvent, person, "initiative__slug", "stage__name", "date", "origin"),
        "scores": _scores(person),
        "chosen_as_champion": _rows(ChosenChampion, person, "analysis__initiative__slug", "analysis", "rank"),
        "champion_plans": _rows(PlannedChampion, person, "initiative__slug", "state"),
        "who_looked": _who_looked(person),
    }


def _rows(model: Any, person: Person, *fields: str) -> list[dict[str, Any]]:
    return [_plain(row) for row in model.objects.filter(person=person).values(*fields).order_by("pk")]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "_"): _text(value) for name, value in row.items()}


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _positions(person: Person) -> list[dict[str, Any]]:
    rows = Position.objects.filter(person=person).order_by("pk")
    fields = ("chart__as_of", *POSITION_FIELDS, "manager__employee_id", "dotted_manager__employee_id")
    return [_plain(row) for row in rows.values(*fields)]


def _ties_given(person: Person) -> list[dict[str, Any]]:
    ties: QuerySet[Tie] = Tie.objects.filter(source=person).order_by("pk")
    fields = (
        "tie_set__initiative__slug",
        "tie_set__label",
        "target__employee_id",
        "relation__name",
        "strength",
    )
    return [_plain(row) for row in ties.values(*fields)]


def _times_named(person: Person) -> dict[str, int]:
    ties = Tie.objects.filter(target=person).values_list("relation__name", flat=True)
    said = Nomination.objects.filter(target=person)
    answers = said.values_list("answer__question__relation__name", flat=True)
    return dict(Counter(name for names in (ties, answers) for name in names if name))


def _surveys(person: Person) -> list[dict[str, Any]]:
    invitations = Invitation.objects.filter(person=person).select_related("survey").order_by("pk")
    return [
        {
            "survey": str(invitation.survey),
            "state": invitation.state,
            "consents": [_plain(row) for row in invitation.consents.values()],
            "answers": [_answer(answer) for answer in invitation.answers.order_by("pk")],
        }
        for invitation in invitations
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    names = answer.nominations.values_list("target__employee_id", "written_in", "strength")
    fields = {
        field.name: getattr(answer, field.name) for field in answer._meta.fields if not field.is_relation
    }
    named = [{"employee_id": who, "written_in": text, "strength": s} for who, text, s in names]
    return _plain(fields | {"question": str(answer.question), "names": named})


def _scores(person: Person) -> list[dict[str, Any]]:
    fields = [field for field in SCORE_FIELDS if field != "employee_id"]
    scores = Score.objects.filter(person=person).order_by("pk")
    return [
        _plain(row) for row in scores.values("analysis__initiative__slug", "analysis__finished_at", *fields)
    ]


def _who_looked(person: Person) -> list[dict[str, Any]]:
    entries = AuditEntry.objects.filter(subject__endswith=f" {person.employee_id}").order_by("pk")
    return [_plain(row) for row in entries.values("at", "actor", "action", "subject")]
