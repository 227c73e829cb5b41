"""The forms of the data pages: ties from a file, and the parameters of an analysis."""

from __future__ import annotations

from typing import Any

from django import forms

from influence.analysing import CannotAnalyse, request_analysis
from influence.models import Analysis, TieUpload
from influence.parameters import PARAMETERS, InvalidParameters, Parameter
from influence.uploading import submit_ties
from initiatives.models import Initiative

LABELS = {
    "seed": "Random seed",
    "theta": "Persuasion rate (theta)",
    "line": "Line rate (lambda)",
    "cut": "High from percentile",
    "champions": "How many champions",
    "managers_too": "Managers may be champions, too",
    "resamples": "Rounds for the intervals",
}
FIRST = ("champions", "managers_too")


class TieFileForm(forms.Form):
    """A file of ties and the label under which it is kept."""

    file = forms.FileField(
        label="File",
        help_text="CSV or Excel with the columns source and target (ids or emails); relation and "
        "strength if you have them. Source is who names, target who is named.",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
    )
    label = forms.CharField(
        required=False,
        max_length=255,
        help_text="The file's name unless you give one. Loading again under a label replaces what it held.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def submit(self, initiative: Initiative, user) -> TieUpload:
        """Have the file loaded by a job."""
        file, label = self.cleaned_data["file"], self.cleaned_data["label"].strip()
        return submit_ties(initiative, file, file_name=file.name, label=label or None, user=user)


class AnalysisForm(forms.Form):
    """The parameters of an analysis; what is left empty has its default."""

    def __init__(self, *args, initiative: Initiative, **options):
        super().__init__(*args, **options)
        self.initiative = initiative
        for parameter in PARAMETERS:
            self.fields[parameter.name] = _field(parameter, initiative)

    def start(self, user) -> Analysis | None:
        """Ask for the analysis; None where something was wrong, which the fields then say."""
        try:
            return request_analysis(self.initiative, self.cleaned_data, user)
        except InvalidParameters as wrong:
            for name, sentences in wrong.errors.items():
                self.add_error(name, sentences)
        except CannotAnalyse as refusal:
            self.add_error(None, str(refusal))
        return None

    def first_fields(self) -> list[forms.BoundField]:
        """What a change manager decides."""
        return [self[name] for name in FIRST]

    def other_fields(self) -> list[forms.BoundField]:
        """What most leave as it is."""
        return [self[parameter.name] for parameter in PARAMETERS if parameter.name not in FIRST]

    def other_errors(self) -> bool:
        """Whether something among them is wrong or offered, so that they are shown."""
        return bool(self.initial) or any(field.errors for field in self.other_fields())


def _field(parameter: Parameter, initiative: Initiative) -> forms.Field:
    words: dict[str, Any] = {"label": LABELS[parameter.name], "help_text": parameter.help, "required": False}
    if parameter.kind is bool:
        return forms.BooleanField(widget=forms.CheckboxInput(attrs={"class": "form-check-input"}), **words)
    default = initiative.cut if parameter.name == "cut" else parameter.default
    placeholder = "chosen by size" if default is None else f"{default:g}"
    attributes = {"class": "form-control", "inputmode": "decimal", "placeholder": placeholder}
    return forms.CharField(widget=forms.TextInput(attrs=attributes), **words)
