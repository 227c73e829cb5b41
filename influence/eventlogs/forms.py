"""What a change manager fills in about a log: the file, what is counted in it, who its resources are."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms

from influence.eventlogs.models import EventLog
from influence.eventlogs.options import HANDOVER, RELATIONS, InvalidOptions, LogChoices, choices_from
from influence.eventlogs.tables import EVENTS

RELATION_WORDS = {
    "handover": "Handover of work: who passes a case on to whom",
    "working together": "Working together: who works on the same cases",
    "subcontracting": "Subcontracting: who gives work away and takes it back",
    "similar activities": "Similar activities: who does the same kinds of work",
}
INTERACTION_FIELDS = (
    ("from", "Who"), ("to", "To whom"), ("kind", "What kind"), ("timestamp", "Date and time"),
)  # fmt: skip


def _control(kind: type[forms.Widget] = forms.TextInput, **attrs: str) -> forms.Widget:
    return kind(attrs={"class": "form-select" if kind is forms.Select else "form-control", **attrs})


def zone_choices() -> list[tuple[str, str]]:
    """Time zones by place; blank means as the file says."""
    places = sorted(name for name in zoneinfo.available_timezones() if name[0].isupper() and "/" in name)
    places = [name for name in places if not name.startswith("Etc/")]
    return [("", "As the file says, or else UTC"), ("UTC", "UTC"), *((name, name) for name in places)]


class ChoicesForm(forms.Form):
    """How a log is read and what is counted in it; ``log`` brings its activities, columns and kinds."""

    relations = forms.MultipleChoiceField(
        label="What to look for",
        choices=[(name, RELATION_WORDS[name]) for name in RELATIONS],
        initial=[HANDOVER],
        widget=forms.CheckboxSelectMultiple,
    )
    depth = forms.CharField(
        required=False,
        label="How many events later a handover is still seen",
        help_text="1 is the very next event. The higher, the longer somebody's share in a case is traced.",
        widget=_control(inputmode="numeric", placeholder="1"),
    )
    fading = forms.CharField(
        required=False,
        label="What each further event leaves of it",
        help_text="Between 0 and 1; counts only where the number above is more than 1.",
        widget=_control(inputmode="decimal", placeholder="0.5"),
    )
    first = forms.DateField(
        required=False, label="From", widget=_control(forms.DateInput, type="date"), localize=False
    )
    last = forms.DateField(
        required=False, label="Up to and including", widget=_control(forms.DateInput, type="date")
    )
    zone = forms.ChoiceField(
        required=False,
        label="Time zone",
        choices=zone_choices,
        help_text="For timestamps that do not say in which zone they are.",
        widget=_control(forms.Select),
    )

    def __init__(self, *args: Any, log: EventLog | None = None, kind: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.log = log
        self.fields["first"].widget.format = self.fields["last"].widget.format = "%Y-%m-%d"
        self.weights: list[tuple[str, str]] = []
        self.columns: list[tuple[str, str]] = []
        if (log.kind if log else kind) == EventLog.Kind.COLLABORATION:
            for name in ("relations", "depth", "fading"):
                del self.fields[name]
        if log:
            self._add_found(log.found, log.options)

    def _add_found(self, found: dict[str, Any], options: dict[str, Any]) -> None:
        """Fields for what the reading found: activities, columns, kinds of interaction."""
        for name in ("relations", "depth", "fading", "first", "last", "zone"):
            if name in self.fields and options.get(name):
                self.fields[name].initial = options[name]
        if activities := found.get("activities"):
            self._add_activities(activities, options.get("activities") or [])
        is_process = self.log.kind == EventLog.Kind.PROCESS
        titles = [(one.name, one.title) for one in EVENTS.fields] if is_process else INTERACTION_FIELDS
        for name, title in titles if found.get("header") else ():
            self._add_column(name, title, found, options.get("mapping", {}))
        for place, (kind, number, weight) in enumerate(found.get("kinds", [])):
            self.weights.append((f"weight_{place}", kind))
            self.fields[f"weight_{place}"] = forms.CharField(
                label=f"{kind} ({number:,})", required=False, initial=f"{weight:g}",
                widget=_control(inputmode="decimal"),
            )  # fmt: skip

    def _add_activities(self, activities: list[list], chosen: list[str]) -> None:
        by_count = sorted(activities, key=lambda one: -one[1])
        self.fields["activities"] = forms.MultipleChoiceField(
            label="Activities", required=False, initial=chosen,
            choices=[(name, f"{name or '(no name)'} ({count:,})") for name, count in by_count],
            help_text="Only these count; what was in between is passed over. Left empty: all.",
            widget=forms.SelectMultiple(attrs={"class": "form-select", "data-choices": ""}),
        )  # fmt: skip

    def _add_column(self, name: str, title: str, found: dict, mapping: dict[str, str]) -> None:
        self.columns.append((f"column_{name}", name))
        held = found.get("columns", {}).get(name)
        blank = f"As found: {held}" if held and name not in mapping else "To be found by its name"
        self.fields[f"column_{name}"] = forms.ChoiceField(
            label=title, required=False, initial=mapping.get(name, ""),
            choices=[("", blank), *((header, header) for header in found["header"] if header)],
            widget=_control(forms.Select),
        )  # fmt: skip

    def column_fields(self) -> list[forms.BoundField]:
        """Which column holds what."""
        return [self[name] for name, _ in self.columns]

    def weight_fields(self) -> list[forms.BoundField]:
        """What each kind of interaction weighs."""
        return [self[name] for name, _ in self.weights]

    def clean(self) -> dict[str, Any]:
        """Check everything by the rules that commands and API share; the result is in ``choices``."""
        cleaned = super().clean()
        plain = ("relations", "depth", "fading", "first", "last", "zone", "activities")
        given = {name: cleaned[name] for name in plain if name in cleaned}
        given["mapping"] = {key: cleaned[name] for name, key in self.columns if cleaned.get(name)}
        given["weights"] = {key: cleaned[name] for name, key in self.weights if cleaned.get(name)}
        try:
            self.choices: LogChoices = choices_from(given)
        except InvalidOptions as wrong:
            for name, sentences in wrong.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
        return cleaned


class LogFileForm(ChoicesForm):
    """A log's file, what it is kept under, and what to count in it."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text="XES, XES.gz, CSV or Excel, just as your system exports it.",
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": ".xes,.gz,.zip,.csv,.txt,.tsv,.xlsx"}
        ),
    )
    label = forms.CharField(
        required=False,
        max_length=255,
        help_text="The file's name unless you give one. Loading again under a label replaces what it held.",
        widget=_control(autocomplete="off"),
    )
    field_order = ("file", "label", "relations")
