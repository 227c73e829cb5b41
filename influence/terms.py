"""The terms of an initiative's champion set: who is fixed, who is left out, how many per department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from influence.models import ChampionTerms, PlannedChampion
from influence.network.model import ChampionRules
from initiatives.models import Initiative
from orgchart.models import Person
from surveys.models import Objection

Limits = dict[str, tuple[int, int | None]]
"""By department: at least, at most; None is no upper limit."""


class InvalidTerms(ValueError):
    """What is wrong with the terms: sentences by field (fixed, excluded, limits)."""

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))


@dataclass(frozen=True)
class Terms:
    """People by primary key, departments by name."""

    fixed: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    limits: Limits = field(default_factory=dict)


def terms_of(initiative: Initiative) -> Terms:
    """The terms kept for an initiative; none where nobody set any."""
    kept = ChampionTerms.objects.filter(initiative=initiative).first()
    if kept is None:
        return Terms()
    return Terms(
        fixed=tuple(kept.fixed.order_by("employee_id").values_list("pk", flat=True)),
        excluded=tuple(kept.excluded.order_by("employee_id").values_list("pk", flat=True)),
        limits={name: (least, most) for name, (least, most) in kept.limits.items()},
    )


def set_terms(initiative: Initiative, terms: Terms) -> None:
    """Keep other terms for an initiative; raises ``InvalidTerms`` in words, and then keeps the old ones."""
    check_terms(initiative, terms)
    with transaction.atomic():
        kept, _ = ChampionTerms.objects.update_or_create(
            initiative=initiative, defaults={"limits": {k: list(v) for k, v in sorted(terms.limits.items())}}
        )
        kept.fixed.set(terms.fixed)
        kept.excluded.set(terms.excluded)


def check_terms(initiative: Initiative, terms: Terms) -> None:
    """Refuse terms that no champion set can meet."""
    errors = {"fixed": _wrong_fixed(initiative, terms), "limits": _wrong_limits(initiative, terms.limits)}
    errors = {name: sentences for name, sentences in errors.items() if sentences}
    if errors:
        raise InvalidTerms(errors)


def _wrong_fixed(initiative: Initiative, terms: Terms) -> list[str]:
    left_out = set(terms.excluded) | never_champions(initiative)
    holders = set(initiative.committed_leaders().values_list("pk", flat=True))
    inside = set(initiative.positions().filter(person__in=terms.fixed).values_list("person_id", flat=True))
    wrong = {
        "is not in the scope of this initiative and cannot be fixed": set(terms.fixed) - inside,
        "is both fixed and left out; choose one of the two": set(terms.fixed) & left_out,
        "holds a role in the initiative and cannot be fixed": set(terms.fixed) & holders,
    }
    names = dict(Person.objects.filter(pk__in=terms.fixed).values_list("pk", "name"))
    return [
        f"{names.get(pk, 'Somebody')} {sentence}." for sentence, pks in wrong.items() for pk in sorted(pks)
    ]


def _wrong_limits(initiative: Initiative, limits: Limits) -> list[str]:
    known = set(initiative.positions().order_by().values_list("department", flat=True).distinct())
    sentences = []
    for name, (least, most) in sorted(limits.items()):
        if not name or name not in known:
            sentences.append(f"There is no department “{name}” in the scope of this initiative.")
        elif least < 0 or (most is not None and most < least):
            sentences.append(
                f"{name}: at least {least} and at most {most} cannot both be; the first must be 0 or more "
                "and not above the second."
            )
    return sentences


def never_champions(initiative: Initiative) -> set[int]:
    """Who declined to be a champion or objected to the initiative's surveys, by primary key."""
    declined = initiative.champion_plan.filter(state=PlannedChampion.State.DECLINED)
    objected = Objection.objects.filter(initiative=initiative)
    return {*declined.values_list("person_id", flat=True), *objected.values_list("person_id", flat=True)}


def champion_rules(
    terms: Terms, never: Iterable[int], index: Mapping[int, int], departments: Iterable[str]
) -> ChampionRules:
    """The terms as the pure core takes them; people and departments that left the scope drop out."""
    never = set(never)
    codes = {name: code for code, name in enumerate(departments)}
    excluded = sorted(index[pk] for pk in {*terms.excluded, *never} if pk in index)
    return ChampionRules(
        fixed=tuple(index[pk] for pk in terms.fixed if pk in index and pk not in never),
        excluded=tuple(excluded),
        limits={codes[name]: limit for name, limit in terms.limits.items() if name in codes},
    )
