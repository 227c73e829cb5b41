"""Create and change initiatives: the one way in for pages, API and commands.

Every entry is checked before anything is written; all that is wrong is said at
once, by field, in ``InvalidInitiative.errors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import Cast, Concat
from django.utils.text import slugify

from initiatives.adoption import tell_of_change
from initiatives.models import DEFAULT_STAGES, Initiative, Membership, Role, ScopeRule, Stage
from orgchart.models import OrgChart, Person, Position

ROLE_KINDS = tuple(Role.Kind.values)
SCOPE_KEYS = ("departments", "below", "people")
PLAIN_FIELDS = ("slug", "name", "processes", "goal", "start", "end", "cut")
COUNTED_BY = {"scope", "roles", "stages"}
"""The entries after whose change adoption is counted anew."""
EDITABLE = (*PLAIN_FIELDS, "scope", "roles", "stages", "members")


class InvalidInitiative(ValueError):
    """What is wrong with an entry: sentences by field name."""

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))


def create_initiative(*, created_by=None, is_demonstration: bool = False, **entries: Any) -> Initiative:
    """Create an initiative from ``entries`` (the keys of ``EDITABLE``); the creator becomes a member."""
    entries = {"processes": [], "goal": "", "start": None, "end": None, "cut": 80, "slug": "", **entries}
    entries.setdefault("stages", list(DEFAULT_STAGES))
    entries["slug"] = entries["slug"] or free_slug(entries.get("name", ""))
    checked = _checked(entries, initiative=None)
    with transaction.atomic():
        initiative = Initiative(created_by=created_by, is_demonstration=is_demonstration)
        _write(initiative, checked)
        if created_by is not None:
            Membership.objects.get_or_create(initiative=initiative, user=created_by)
    return initiative


def update_initiative(initiative: Initiative, **changes: Any) -> Initiative:
    """Change the given entries of an initiative and leave the others as they are."""
    checked = _checked(changes, initiative)
    with transaction.atomic():
        changed = Initiative.objects.select_for_update().get(pk=initiative.pk)
        _write(changed, checked)
        if COUNTED_BY & checked.keys() and changed.adoption_events.exists():
            tell_of_change(changed)
    initiative.refresh_from_db()
    return initiative


def free_slug(name: str) -> str:
    """A slug made from the name that no initiative has yet."""
    base = slugify(name)[:70] or "initiative"
    taken = set(Initiative.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(s for s in (base, *(f"{base}-{i}" for i in range(2, len(taken) + 3))) if s not in taken)


def scope_positions(
    scope: Mapping[str, Iterable[str]] | None, chart: OrgChart | None = None
) -> QuerySet[Position]:
    """The positions that a scope, not yet stored, would hold on the chart (default: the current one)."""
    chart = chart or OrgChart.objects.current()
    if chart is None:
        return Position.objects.none()
    rules = list(_scope_rules(scope or {}, _people(_scope_ids(scope or {}))))
    positions = Position.objects.filter(chart=chart)
    if not rules:
        return positions
    condition = Q(pk__in=[])
    for rule in rules:
        condition |= rule.condition(chart)
    return positions.filter(condition)


def count_scope(scope: Mapping[str, Iterable[str]] | None) -> int:
    """How many people a scope, not yet stored, would hold."""
    return scope_positions(scope).count()


def scope_as_dict(initiative: Initiative) -> dict[str, list[str]]:
    """The scope as the API writes it; three empty lists mean everybody."""
    prefetch_related_objects([initiative], "scope_rules__person")
    rules = initiative.scope_rules.all()
    return {
        "departments": [r.department for r in rules if r.kind == ScopeRule.Kind.DEPARTMENT],
        "below": [r.person.employee_id for r in rules if r.kind == ScopeRule.Kind.BELOW],
        "people": [r.person.employee_id for r in rules if r.kind == ScopeRule.Kind.PERSON],
    }


def roles_as_list(initiative: Initiative) -> list[dict[str, str]]:
    """The roles as the API writes them."""
    prefetch_related_objects([initiative], "roles__person")
    return [{"employee_id": r.person.employee_id, "role": r.role} for r in initiative.roles.all()]


def _checked(entries: dict[str, Any], initiative: Initiative | None) -> dict[str, Any]:
    unknown = sorted(set(entries) - set(EDITABLE))
    errors = {field: [f"“{field}” is not a field of an initiative; leave it out."] for field in unknown}
    known = {field: value for field, value in entries.items() if field in EDITABLE}
    checked = {}
    for field, value in known.items():
        try:
            checked[field] = CHECKS[field](value)
        except InvalidInitiative as wrong:
            errors.update(wrong.errors)
    _check_together(checked, initiative, errors)
    if errors:
        raise InvalidInitiative(errors)
    return checked


def _check_together(
    checked: dict[str, Any], initiative: Initiative | None, errors: dict[str, list[str]]
) -> None:
    own = initiative.pk if initiative else None
    if "slug" in checked and Initiative.objects.filter(slug=checked["slug"]).exclude(pk=own).exists():
        errors["slug"] = [f"There is already an initiative “{checked['slug']}”; choose another short name."]
    start = checked.get("start", initiative.start if initiative else None)
    end = checked.get("end", initiative.end if initiative else None)
    if start and end and end < start:
        errors["end"] = [f"The end ({end}) lies before the start ({start}); change one of the two dates."]
    if initiative and len(checked.get("stages", ())) < len(used := _used_stages(initiative, checked)):
        errors["stages"] = [
            f"Adoption is recorded at {len(used):,} stages up to “{used[-1]}”: rename stages as you like, "
            "but keep as many, or withdraw what is recorded first."
        ]


def _used_stages(initiative: Initiative, checked: Mapping[str, Any]) -> list[str]:
    """The stages up to the last one with an event; stages keep their events by their order."""
    names = [stage.name for stage in initiative.stages.all()]
    last = initiative.stages.filter(events__isnull=False).order_by("-order").first()
    return names[: last.order] if last and "stages" in checked else []


def _refuse(field: str, *sentences: str) -> None:
    raise InvalidInitiative({field: list(sentences)})


def _check_slug(value: Any) -> str:
    if not isinstance(value, str) or value != slugify(value) or not 0 < len(value) <= 80:
        _refuse(
            "slug",
            f"“{value}” cannot stand in an address; use small letters, digits and hyphens, at most 80.",
        )
    return value


def _check_name(value: Any) -> str:
    text = str(value or "").strip()
    if not text or len(text) > 200:
        _refuse("name", "Give the initiative a name of at most 200 characters.")
    return text


def _check_processes(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        _refuse("processes", "Name the processes as a list of texts.")
    return [part.strip() for part in parts if part.strip()]


def _check_goal(value: Any) -> str:
    return str(value or "").strip()


def _date_check(field: str):
    def check(value: Any) -> date | None:
        if value in (None, "") or isinstance(value, date):
            return value or None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return _refuse(field, f"“{value}” is not a date; write it as 2026-03-31.")

    return check


def _check_cut(value: Any) -> float:
    try:
        cut = float(value)
    except (TypeError, ValueError):
        cut = float("nan")
    if not 0 < cut < 100:
        _refuse("cut", f"The cut is “{value}”; give a percentile above 0 and below 100, for example 80.")
    return cut


def _check_scope(value: Any) -> dict[str, list[str]]:
    scope = value or {}
    if not isinstance(scope, Mapping) or not set(scope) <= set(SCOPE_KEYS):
        _refuse("scope", "A scope has the lists departments, below and people, and nothing else.")
    if not all(isinstance(scope.get(key, []), list | tuple) for key in SCOPE_KEYS):
        _refuse("scope", "Each of departments, below and people is a list of texts.")
    scope = {key: [str(item).strip() for item in scope.get(key, [])] for key in SCOPE_KEYS}
    sentences = [*_unknown_departments(scope["departments"]), *_not_on_chart(_scope_ids(scope))]
    if sentences:
        _refuse("scope", *sentences)
    return scope


def _check_roles(value: Any) -> list[dict[str, str]]:
    roles = value or []
    if not isinstance(roles, list | tuple) or not all(
        isinstance(role, Mapping) and set(role) == {"employee_id", "role"} for role in roles
    ):
        _refuse("roles", "Roles are a list of objects with employee_id and role.")
    sentences = [
        f"“{role['role']}” is not a role; use {', '.join(ROLE_KINDS)}."
        for role in roles
        if role["role"] not in ROLE_KINDS
    ]
    sentences += _not_on_chart([str(role["employee_id"]).strip() for role in roles])
    if sentences:
        _refuse("roles", *sentences)
    return [{"employee_id": str(role["employee_id"]).strip(), "role": role["role"]} for role in roles]


def _check_stages(value: Any) -> list[str]:
    names = [str(name).strip() for name in value] if isinstance(value, list | tuple) else []
    if not names or not all(names) or len({name.casefold() for name in names}) < len(names):
        _refuse("stages", "Name at least one stage, each once, in the order in which people go through them.")
    return names


def _check_members(value: Any) -> list:
    return list(value or [])


CHECKS = {
    "slug": _check_slug,
    "name": _check_name,
    "processes": _check_processes,
    "goal": _check_goal,
    "start": _date_check("start"),
    "end": _date_check("end"),
    "cut": _check_cut,
    "scope": _check_scope,
    "roles": _check_roles,
    "stages": _check_stages,
    "members": _check_members,
}


def _unknown_departments(names: list[str]) -> list[str]:
    positions = Position.objects.filter(chart__is_current=True)
    return [
        f"There is no department “{name}” in the current org chart; copy the name as the chart has it."
        for name in names
        if not positions.filter(Q(department=name) | Q(department__startswith=f"{name} / ")).exists()
    ]


def _not_on_chart(employee_ids: list[str]) -> list[str]:
    if not employee_ids:
        return []
    if OrgChart.objects.current() is None:
        return ["There is no active org chart yet; load and activate one first."]
    known = set(
        Position.objects.filter(chart__is_current=True, person__employee_id__in=employee_ids).values_list(
            "person__employee_id", flat=True
        )
    )
    return [
        f"Nobody on the current org chart has the employee id “{employee_id}”; "
        "check the id or load a newer chart."
        for employee_id in dict.fromkeys(employee_ids)
        if employee_id not in known
    ]


def _scope_ids(scope: Mapping[str, Iterable[str]]) -> list[str]:
    return [*scope.get("below", []), *scope.get("people", [])]


def _people(employee_ids: Iterable[str]) -> dict[str, Person]:
    return {p.employee_id: p for p in Person.objects.filter(employee_id__in=list(employee_ids))}


def _scope_rules(scope: Mapping[str, Iterable[str]], people: dict[str, Person]) -> Iterable[ScopeRule]:
    for department in dict.fromkeys(scope.get("departments", [])):
        yield ScopeRule(kind=ScopeRule.Kind.DEPARTMENT, department=department)
    for key, kind in (("below", ScopeRule.Kind.BELOW), ("people", ScopeRule.Kind.PERSON)):
        for employee_id in dict.fromkeys(scope.get(key, [])):
            if employee_id in people:
                yield ScopeRule(kind=kind, person=people[employee_id])


def _write(initiative: Initiative, checked: dict[str, Any]) -> None:
    for field in PLAIN_FIELDS:
        if field in checked:
            setattr(initiative, field, checked[field])
    initiative.save()
    writers = {
        "scope": _write_scope,
        "roles": _write_roles,
        "stages": _write_stages,
        "members": _write_members,
    }
    for field, write in writers.items():
        if field in checked:
            write(initiative, checked[field])


def _write_scope(initiative: Initiative, scope: dict[str, list[str]]) -> None:
    initiative.scope_rules.all().delete()
    rules = list(_scope_rules(scope, _people(_scope_ids(scope))))
    for rule in rules:
        rule.initiative = initiative
    ScopeRule.objects.bulk_create(rules)


def _write_roles(initiative: Initiative, roles: list[dict[str, str]]) -> None:
    initiative.roles.all().delete()
    people = _people(role["employee_id"] for role in roles)
    pairs = dict.fromkeys((role["employee_id"], role["role"]) for role in roles)
    Role.objects.bulk_create(
        Role(initiative=initiative, person=people[employee_id], role=role) for employee_id, role in pairs
    )


def _write_stages(initiative: Initiative, names: list[str]) -> None:
    initiative.stages.filter(order__gt=len(names)).delete()
    # Names are unique: give way first, so that two stages can swap theirs.
    initiative.stages.update(name=Concat(Value("was "), Cast(F("order"), CharField())))
    for order, name in enumerate(names, start=1):
        Stage.objects.update_or_create(initiative=initiative, order=order, defaults={"name": name})


def _write_members(initiative: Initiative, users: list) -> None:
    initiative.members.exclude(user__in=users).delete()
    for user in users:
        Membership.objects.get_or_create(initiative=initiative, user=user)
