"""The forms of the page of entries: by hand, from a file, and a correction."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from initiatives.adoption import CannotRecord, correct_event, record_by_hand
from initiatives.forms import PeopleField, department_choices
from initiatives.models import AdoptionEvent, Initiative, ScopeRule, Stage
from orgchart.models import OrgChart, Person

SELECT = {"class": "form-select"}


def _today() -> str:
    return timezone.localdate().isoformat()


def stage_field(initiative: Initiative) -> forms.ModelChoiceField:
    """One of the initiative's stages."""
    return forms.ModelChoiceField(
        initiative.stages.all(), empty_label="Choose", widget=forms.Select(attrs=SELECT)
    )


def day_field(**options) -> forms.CharField:
    """A day; what is no day or cannot be it is said by the rules that files are held to as well."""
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.CharField(label="Day", widget=widget, **options)


class HandForm(forms.Form):
    """That people, or everybody of a department, have come to a stage."""

    people = PeopleField(
        label="People",
        help_text="Type a name, or employee ids with “;” between them; or choose a department.",
    )
    department = forms.ChoiceField(
        required=False,
        label="Everybody of a department",
        help_text="With the units below it; of the people in scope.",
        widget=forms.Select(attrs=SELECT),
    )

    def __init__(self, *args, initiative: Initiative, **options):
        super().__init__(*args, **options)
        self.initiative = initiative
        self.fields["department"].choices = [("", "Nobody by department"), *department_choices()]
        self.fields["stage"] = stage_field(initiative)
        self.fields["day"] = day_field(initial=_today)

    def save(self, user) -> int | None:
        """Enter it for everybody chosen; None where something was wrong, which the fields then say."""
        data = self.cleaned_data
        people = self._people(data["people"], data["department"])
        if self.errors:
            return None
        try:
            return record_by_hand(
                self.initiative, people=people, stage=data["stage"], day=data["day"], user=user
            )
        except CannotRecord as refusal:
            self.add_error("day" if people else "people", str(refusal))
            return None

    def _people(self, ids: list[str], department: str) -> list[Person]:
        known = {person.employee_id: person for person in Person.objects.filter(employee_id__in=ids)}
        unknown = [one for one in ids if one not in known]
        if unknown:
            self.add_error("people", f"Nobody has the employee id {', '.join(unknown[:5])}.")
        chosen = dict(known)
        if department:
            rule = ScopeRule(kind=ScopeRule.Kind.DEPARTMENT, department=department)
            below = (
                self.initiative.positions()
                .filter(rule.condition(OrgChart.objects.current()))
                .select_related("person")
            )
            chosen |= {position.person.employee_id: position.person for position in below}
        return list(chosen.values())


class CorrectionForm(forms.Form):
    """What is right instead of one entry."""

    def __init__(self, *args, event: AdoptionEvent, **options):
        super().__init__(*args, initial={"stage": event.stage, "day": event.date.isoformat()}, **options)
        self.event = event
        self.fields["stage"] = stage_field(event.initiative)
        self.fields["day"] = day_field()

    def save(self, user) -> AdoptionEvent | None:
        """Correct the entry; None where something was wrong, which the field then says."""
        stage: Stage = self.cleaned_data["stage"]
        try:
            return correct_event(self.event, stage=stage, day=self.cleaned_data["day"], user=user)
        except CannotRecord as refusal:
            self.add_error("day", str(refusal))
            return None


class AdoptionFileForm(forms.Form):
    """A file of adoption and the label under which it is kept."""

    file = forms.FileField(
        label="File",
        help_text="CSV or Excel with the columns employee_id, stage and date (2026-03-31).",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
    )
    label = forms.CharField(
        required=False,
        max_length=255,
        help_text="The file's name unless you give one. Loading again under a label replaces what it held.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
