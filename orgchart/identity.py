"""People keep their identity: one person under a new employee id, where HR says so, never by itself."""

from __future__ import annotations

from orgchart.models import OrgChart, Person, Position


class CannotActivate(Exception):
    """A chart cannot be made current; the text says why."""


def keep_identity(chart: OrgChart, old_id: str, new_id: str) -> None:
    """Give somebody who stood in earlier charts a new employee id, under which they stand in this one.

    The old person stays with everything that hangs on it; whoever was made for the new id is dissolved.
    Refused where both are in one chart, or where something hangs on the new one already.
    """
    old = Person.objects.filter(employee_id=old_id).first()
    new = Person.objects.filter(employee_id=new_id, positions__chart=chart).first()
    if old is None or new is None or old == new:
        raise CannotActivate(f"{old_id} and {new_id} are no old and new id of one person in this chart.")
    both = Position.objects.filter(person=old, chart__positions__person=new)
    if both.exists():
        raise CannotActivate(f"{old_id} and {new_id} are two people: both stand in one chart.")
    _refuse_if_used(new)
    for field in ("person", "manager", "dotted_manager"):
        Position.objects.filter(**{field: new}).update(**{field: old})
    new.delete()
    Person.objects.filter(pk=old.pk).update(employee_id=new_id)


def _refuse_if_used(person: Person) -> None:
    """Whoever has ties, roles or answers under the new id already is not made anew."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.related_model is Position:
            continue
        held = relation.related_model._default_manager.filter(**{relation.field.name: person})
        if held.exists():
            raise CannotActivate(
                f"{person.name} ({person.employee_id}) has {held.model._meta.verbose_name_plural} under the "
                "new id already; leave the two apart, or remove those first."
            )
