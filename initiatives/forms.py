"""The form of an initiative: made once, and changed in its settings."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db.models import Count

from bpm_influence.accounts.models import User
from initiatives.editing import (
    InvalidInitiative,
    create_initiative,
    roles_as_list,
    scope_as_dict,
    update_initiative,
)
from initiatives.models import DEFAULT_STAGES, Initiative, Role
from orgchart.models import Person, Position

SEPARATOR = ";"
MEMBER_ROLES = (User.Role.CHANGE_MANAGER, User.Role.VIEWER)
SHOWN_BY_FIELD = {"scope": "departments", "roles": "sponsor", "slug": "name"}


class PeopleField(forms.CharField):
    """Employee ids with semicolons between them; with JavaScript people are searched for by name."""

    def __init__(self, **options):
        super().__init__(required=False, **options)
        self.widget.attrs |= {"class": "form-control", "data-people": "", "autocomplete": "off"}

    def to_python(self, value: str | None) -> list[str]:
        """The ids, each once, in the order given."""
        parts = (part.strip() for part in super().to_python(value).split(SEPARATOR))
        return list(dict.fromkeys(part for part in parts if part))


def department_choices() -> list[tuple[str, str]]:
    """The departments of the current chart and the units above them, with their people."""
    counts: dict[str, int] = {}
    rows = Position.objects.filter(chart__is_current=True).exclude(department="").order_by()
    for department, people in rows.values_list("department").annotate(Count("pk")):
        parts = department.split(" / ")
        for end in range(1, len(parts) + 1):
            unit = " / ".join(parts[:end])
            counts[unit] = counts.get(unit, 0) + people
    return [(unit, f"{unit} ({people:,})") for unit, people in sorted(counts.items())]


class ScopeForm(forms.Form):
    """Whom the initiative touches."""

    departments = forms.MultipleChoiceField(
        required=False,
        help_text="With everything below them. Leave all three empty and everybody is in scope.",
        widget=forms.SelectMultiple(attrs={"class": "form-select", "data-choices": "", "size": 6}),
    )
    below = PeopleField(
        label="Everyone below",
        help_text="A manager with everyone below. Type a name; or employee ids with “;” between them.",
    )
    people = PeopleField(
        label="Single people", help_text="Type a name; or employee ids with “;” between them."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["departments"].choices = self._departments()

    def _departments(self) -> list[tuple[str, str]]:
        choices = department_choices()
        known = {value for value, _ in choices}
        kept = (self.initial or {}).get("departments", [])
        return choices + [(value, f"{value} (not on this chart)") for value in kept if value not in known]

    def scope(self) -> dict[str, list[str]]:
        """The scope as ``initiatives.editing`` takes it."""
        return {key: self.cleaned_data.get(key, []) for key in ("departments", "below", "people")}


class InitiativeForm(ScopeForm):
    """Everything that people decide about an initiative."""

    name = forms.CharField(max_length=200, help_text="As people in the organisation call it.")
    processes = forms.CharField(
        required=False, label="Processes that change", help_text="With commas between them."
    )
    goal = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In a sentence or two: what will be different when it has worked?",
    )
    start = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    end = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    sponsor = PeopleField(help_text="Who wants this and pays for it.")
    process_owner = PeopleField(
        label="Process owners", help_text="Who answers for the processes that change."
    )
    project_lead = PeopleField(label="Project leads", help_text="Who runs the change.")
    members = forms.ModelMultipleChoiceField(
        User.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-choices": ""}),
        help_text="Change managers work on it, viewers see its results.",
    )
    cut = forms.FloatField(
        min_value=1,
        max_value=99,
        initial=80,
        label="High from percentile",
        help_text="From this percentile on a leadership or an influence score counts as high. "
        "80 means the top fifth.",
    )
    stages = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}),
        label="Stages of adoption",
        help_text="One per line, in the order in which people go through them.",
    )

    def __init__(self, *args, user: User, initiative: Initiative | None = None, **options):
        self.user, self.initiative = user, initiative
        super().__init__(*args, initial=_initial(initiative), **options)
        self.fields["members"].queryset = _possible_members(initiative)
        self.fields["members"].label_from_instance = _member_label
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.SelectMultiple) else "form-control"
            field.widget.attrs.setdefault("class", kind)

    def save(self) -> Initiative | None:
        """Write the initiative; None where something was wrong, which the fields then say."""
        try:
            if self.initiative:
                return update_initiative(self.initiative, **self._entries())
            return create_initiative(created_by=self.user, **self._entries())
        except InvalidInitiative as wrong:
            for field, sentences in wrong.errors.items():
                self.add_error(SHOWN_BY_FIELD.get(field, field), sentences)
            return None

    def _entries(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{key: data[key] for key in ("name", "processes", "goal", "start", "end", "cut")},
            "scope": self.scope(),
            "roles": [{"employee_id": one, "role": kind} for kind in Role.Kind.values for one in data[kind]],
            "stages": [line.strip() for line in data["stages"].splitlines() if line.strip()],
            "members": self._members(),
        }

    def _members(self) -> list[User]:
        """Those chosen; whoever sees an initiative by membership alone cannot lock themselves out."""
        chosen = list(self.cleaned_data["members"])
        stays = [] if self.user.sees_every_initiative or self.user in chosen else [self.user]
        return chosen + stays

    def names_json(self) -> str:
        """Names of the people whose ids stand in the form, for the fields that search by name."""
        ids = set()
        for name, field in self.fields.items():
            if isinstance(field, PeopleField):
                ids.update(field.to_python(self[name].value()))
        rows = Person.objects.filter(employee_id__in=ids).values_list("employee_id", "name")
        return json.dumps(dict(rows))


def _initial(initiative: Initiative | None) -> dict[str, Any]:
    if initiative is None:
        return {"stages": "\n".join(DEFAULT_STAGES), "cut": 80}
    scope, roles = scope_as_dict(initiative), roles_as_list(initiative)
    held = {
        kind: SEPARATOR.join(role["employee_id"] for role in roles if role["role"] == kind)
        for kind in Role.Kind.values
    }
    return {
        **{key: getattr(initiative, key) for key in ("name", "goal", "start", "end", "cut")},
        "processes": ", ".join(initiative.processes),
        "departments": scope["departments"],
        "below": SEPARATOR.join(scope["below"]),
        "people": SEPARATOR.join(scope["people"]),
        **held,
        "members": [member.user_id for member in initiative.members.all()],
        "stages": "\n".join(stage.name for stage in initiative.stages.all()),
    }


def _possible_members(initiative: Initiative | None):
    possible = User.objects.filter(is_active=True, role__in=MEMBER_ROLES)
    if initiative:
        possible = possible | User.objects.filter(memberships__initiative=initiative)
    return possible.distinct()


def _member_label(user: User) -> str:
    return f"{user.shown_name}, {user.get_role_display().lower()}"
