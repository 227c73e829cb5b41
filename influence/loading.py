"""Load ties under a label: what the label brought before is replaced, whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from influence.models import Tie, TieSet
from influence.tie_files import KnownPeople, Progress, TieFile, read_tie_file, read_tie_rows, untold
from initiatives.models import Initiative, Relation
from orgchart.bulk import insert_rows
from orgchart.faults import Fault
from orgchart.models import Person

ROWS_PER_INSERT = 5000
TIE_FIELDS = ("tie_set", "source", "target", "relation", "strength", "count")
StoredTie = tuple[str, int, int, float, int | None]


@dataclass(frozen=True)
class TieReport:
    """What a load found and did; ``written`` is false where an error stopped it."""

    label: str
    people: int
    ties: int
    written: bool
    errors: list[Fault]
    warnings: list[Fault]

    def as_dict(self) -> dict[str, Any]:
        """The report as commands and the API give it."""
        return {
            "people": self.people,
            "ties": self.ties,
            "written": self.written,
            "errors": [fault.as_dict() for fault in self.errors],
            "warnings": [fault.as_dict() for fault in self.warnings],
        }

    def sentence(self) -> str:
        """What came of the file, in words."""
        return f"“{self.label}” brought {self.ties:,} ties between {self.people:,} people."


def load_ties(
    initiative: Initiative,
    content: bytes,
    *,
    file_name: str,
    label: str | None = None,
    mapping: Mapping[str, str] | None = None,
    user=None,
) -> TieReport:
    """Load a file of ties; the label is the file's name unless given."""
    return store_ties(initiative, read_ties(initiative, content, mapping=mapping), label or file_name, user)


def load_tie_rows(
    initiative: Initiative, rows: Sequence[Mapping[str, Any]], *, label: str = "api", user=None
) -> TieReport:
    """Load ties given as objects with source, target, relation and strength."""
    read = read_tie_rows(rows, _known_people(initiative), _relation_names())
    return store_ties(initiative, read, label, user)


def read_ties(
    initiative: Initiative,
    content: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress = untold,
) -> TieFile:
    """Read and judge a file of ties; nothing is written."""
    return read_tie_file(content, _known_people(initiative), _relation_names(), mapping, progress)


def _known_people(initiative: Initiative) -> KnownPeople:
    people = list(Person.objects.values_list("pk", "employee_id", "email"))
    by_email: dict[str, int] = {}
    shared = set()
    for pk, _, email in people:
        key = email.casefold()
        if key in by_email:
            shared.add(key)
        by_email[key] = pk
    return KnownPeople(
        by_id={employee_id: pk for pk, employee_id, _ in people},
        by_email={email: pk for email, pk in by_email.items() if email and email not in shared},
        in_scope=frozenset(initiative.positions().values_list("person_id", flat=True)),
    )


def _relation_names() -> list[str]:
    return list(Relation.objects.values_list("name", flat=True))


def store_ties(initiative: Initiative, read: TieFile, label: str, user=None) -> TieReport:
    """Put what was read in the place of what the label brought; nothing where it has an error."""
    if not read.faults.errors:
        ties = ((*key, strength, None) for key, strength in read.strengths.items())
        with transaction.atomic():
            initiative.event_logs.filter(label=label[:255], tie_set__isnull=False).delete()
            initiative.tie_uploads.filter(label=label[:255], tie_set__isnull=False).delete()
            replace_ties(initiative, label, list(ties), origin=TieSet.Origin.UPLOAD, user=user)
    return TieReport(
        label=label,
        people=len({person for _, source, target in read.strengths for person in (source, target)}),
        ties=len(read.strengths),
        written=not read.faults.errors,
        errors=read.faults.errors,
        warnings=read.faults.warnings,
    )


def replace_ties(
    initiative: Initiative,
    label: str,
    ties: Collection[StoredTie],
    *,
    origin: str,
    user=None,
    flow: str = Relation.Flow.TO_SOURCE,
) -> TieSet:
    """Put ties in the place of what the label brought; to be called in a transaction.

    Each tie is (relation, source, target, strength, count); relations that are new get ``flow``.
    """
    tie_set, _ = TieSet.objects.update_or_create(
        initiative=initiative,
        label=label[:255],
        defaults={"origin": origin, "loaded_by": user, "ties_count": len(ties)},
    )
    Tie.objects.filter(tie_set=tie_set).delete()
    relations: dict[str, int] = {}
    left = iter(ties)
    while batch := list(islice(left, ROWS_PER_INSERT)):
        if names := {tie[0] for tie in batch} - relations.keys():
            relations |= _relations(names, flow)
        rows = [(tie_set.pk, source, target, relations[name], *rest) for name, source, target, *rest in batch]
        insert_rows(Tie, TIE_FIELDS, rows)
    return tie_set


def _relations(names: set[str], flow: str) -> dict[str, int]:
    """The primary keys of relations, made where they are new."""
    Relation.objects.bulk_create([Relation(name=name, flow=flow) for name in names], ignore_conflicts=True)
    return dict(Relation.objects.filter(name__in=names).values_list("name", "pk"))
