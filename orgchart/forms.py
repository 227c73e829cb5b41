"""What HR fills in: the upload, the columns, the decisions about known faults."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from orgchart.columns import handle
from orgchart.models import OrgChart
from orgchart.people_columns import PEOPLE, is_private

KEEP = "keep"
UNKNOWN_MANAGER_CHOICES = [
    ("error", "Stop and name them"),
    ("top", "Put the person at the top"),
    ("drop", "Let the person report one level up"),
    ("former", "Keep the former manager"),
]
DUPLICATE_ID_CHOICES = [
    ("error", "Stop and name them"),
    ("first", "Keep the first row"),
    ("last", "Keep the last row"),
    ("dotted", "Keep the first row, the second row's manager as dotted line"),
]


class _Styled(forms.Form):
    """Gives every field the classes of the design."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if is_select else "form-control")


class UploadForm(_Styled):
    """An HR export and the date from which it holds."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text="CSV or .xlsx, just as your HR system exports it.",
    )
    as_of = forms.DateField(
        label="Valid from",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="People who left before this date are left out.",
    )


class PolicyForm(_Styled):
    """What to do about all faults of a kind."""

    unknown_manager = forms.ChoiceField(
        label="A manager who is not in the file", choices=UNKNOWN_MANAGER_CHOICES, required=False
    )
    duplicate_id = forms.ChoiceField(
        label="An employee id that is there twice", choices=DUPLICATE_ID_CHOICES, required=False
    )


class ColumnsForm(forms.Form):
    """One choice per column of the file: the field that it holds, or none."""

    def __init__(self, *args, chart: OrgChart, **kwargs):
        super().__init__(*args, **kwargs)
        self.header = chart.found.get("header", [])
        samples = chart.found.get("samples", [])
        chosen = {header: name for name, header in chart.found.get("columns", {}).items()}
        kept = set(chart.found.get("kept", []))
        titles = [(one.name, one.title) for one in PEOPLE.fields]
        fields = [("", "Leave out"), (KEEP, "Keep as it is"), *titles]
        self.rows = []
        for place, header in enumerate(self.header):
            if not header:
                continue
            name = f"column_{place}"
            known_as = handle(self.header, place)
            held = chosen.get(known_as) or (KEEP if known_as in kept else "")
            self.fields[name] = forms.ChoiceField(
                label=header, choices=fields, required=False, initial=held,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
            private = is_private(header)
            shown = samples[place] if place < len(samples) and not private else []
            self.rows.append((header, shown, self[name], private))

    def clean(self) -> dict:
        """Each field at most once."""
        chosen = [name for name in self.cleaned_data.values() if name and name != KEEP]
        twice = {PEOPLE.title_of(name) for name in chosen if chosen.count(name) > 1}
        if twice:
            raise forms.ValidationError(f"Two columns cannot both be: {', '.join(sorted(twice))}.")
        return self.cleaned_data

    def mapping(self) -> dict[str, str]:
        """Column by field; a field that no column holds is mapped to nothing."""
        chosen = {
            name: handle(self.header, int(key.removeprefix("column_")))
            for key, name in self.cleaned_data.items()
            if name and name != KEEP
        }
        return {
            name: chosen.get(name, "") for name in PEOPLE.names if name in chosen or name in PEOPLE.guessed
        }

    def kept(self) -> list[str]:
        """The columns that are stored although no field needs them."""
        answers = self.cleaned_data.items()
        places = [int(key.removeprefix("column_")) for key, name in answers if name == KEEP]
        return [handle(self.header, place) for place in places]
