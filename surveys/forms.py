"""The forms of the survey's desk."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from initiatives.forms import PeopleField
from initiatives.models import Initiative, Relation
from surveys.editing import reusable_surveys
from surveys.models import LANGUAGES, Mailing, Question, Survey
from surveys.pulsing import DAYS_OPEN, MOST_TIMES, WEEKS_BETWEEN
from surveys.questionnaires import QUESTIONNAIRES, STRENGTHS, minutes_for, steps

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
NEW_RELATION = re.compile(r"[a-z][a-z0-9_ -]{1,59}")
QUESTIONNAIRE_WORDS = {
    "standard": "Influence, exercised leadership, stage of change",
    "extended": "The same with advice, energy and trust",
    "stage": "The stage of change alone, with the names of an earlier survey",
}
MOST_OPTIONS = 30
PROMISED = ("confidentiality", "low_groups", "reuse_allowed")


class SurveyForm(forms.Form):
    """What is decided about a survey before it opens."""

    title = forms.CharField(max_length=200, help_text="For yourself and for mails.")
    questionnaire = forms.ChoiceField(
        label="Questions to begin with",
        choices=[
            (name, f"{words} ({len(QUESTIONNAIRES[name])})") for name, words in QUESTIONNAIRE_WORDS.items()
        ],
        help_text="Questions can be added, changed and taken away before the survey opens.",
    )
    confidentiality = forms.ChoiceField(
        choices=Survey.Confidentiality.choices,
        widget=forms.RadioSelect,
        initial=Survey.Confidentiality.SCORES_ONLY,
        label="Who may see who named whom",
        help_text="People are told before the first question. It cannot change once the survey is open.",
    )
    low_groups = forms.ChoiceField(
        choices=Survey.LowGroups.choices,
        widget=forms.RadioSelect,
        initial=Survey.LowGroups.NAMES,
        label="Leaders without reach and audience",
        help_text="As counts, only people with much influence appear by name. Fixed at the opening, too.",
    )
    reuse_allowed = forms.BooleanField(
        required=False,
        label="A later initiative may use the names again",
        help_text="People are told so. A later survey then need only ask for the stage of change.",
    )
    reuses = forms.ModelChoiceField(
        Survey.objects.none(),
        required=False,
        label="Use the names of an earlier survey",
        help_text="Only surveys whose people were told so, and who are largely the same people.",
    )
    languages = forms.MultipleChoiceField(
        choices=LANGUAGES, initial=["en"], widget=forms.CheckboxSelectMultiple, label="Languages"
    )
    more_languages = forms.CharField(
        required=False,
        label="Other languages of the questions",
        help_text="Codes with commas between them, such as pl, nl. The buttons are in English then.",
    )
    closes_at = forms.DateTimeField(
        required=False,
        label="Ends",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Two weeks are usual. It can be extended later.",
    )
    purpose = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What it is for",
        help_text="The first sentence of the first screen, in the first language.",
    )
    contact = forms.CharField(
        required=False, max_length=300, label="Whom to ask", help_text="A name with an address or a number."
    )

    def __init__(self, *args, initiative: Initiative, user, survey: Survey | None = None, **options):
        self.initiative, self.survey = initiative, survey
        super().__init__(*args, initial=_initial(survey, initiative), **options)
        earlier = {one.pk: share for one, share in reusable_surveys(initiative, user)}
        self.fields["reuses"].queryset = Survey.objects.filter(pk__in=earlier)
        self.fields["reuses"].label_from_instance = lambda one: (
            f"{one.title} ({one.initiative.name}; {earlier[one.pk]:.0%} of these people were asked)"
        )
        if survey:
            del self.fields["questionnaire"]
            self._add_purposes(survey)
        if not earlier or self.is_pulse:
            del self.fields["reuses"]
        if self.is_pulse:
            for field in PROMISED:
                del self.fields[field]
        _dress(self)

    def _add_purposes(self, survey: Survey) -> None:
        """What it is for, in the survey's other languages too."""
        names = dict(LANGUAGES)
        for code in survey.languages[1:]:
            self.fields[f"purpose_{code}"] = forms.CharField(
                required=False,
                initial=survey.purpose.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                label=f"What it is for ({names.get(code, code)})",
            )

    @property
    def purposes(self) -> list[forms.BoundField]:
        """The fields that say what it is for, the first language's first."""
        return [self[name] for name in self.fields if name.partition("_")[0] == "purpose"]

    @property
    def is_pulse(self) -> bool:
        """Whether the promise is that of the survey which this one repeats."""
        return self.survey is not None and self.survey.pulse_of_id is not None

    def clean_more_languages(self) -> list[str]:
        """The codes, each once."""
        codes = [part.strip().lower() for part in self.cleaned_data["more_languages"].split(",")]
        wrong = [code for code in codes if code and not LANGUAGE_CODE.fullmatch(code)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}” is no language code; write two or three letters: pl.")
        return list(dict.fromkeys(code for code in codes if code))

    def clean_closes_at(self):
        """The end, which has to lie ahead."""
        ends = self.cleaned_data["closes_at"]
        if ends and ends <= timezone.now():
            raise forms.ValidationError("Choose a time that lies ahead.")
        return ends

    def entries(self) -> dict[str, Any]:
        """The survey's fields as ``surveys.editing`` takes them."""
        data = self.cleaned_data
        plain = ("title", "closes_at", "contact", *(() if self.is_pulse else PROMISED))
        languages = list(dict.fromkeys([*data["languages"], *data["more_languages"]]))
        texts = {languages[0]: data["purpose"]}
        texts |= {code: data[f"purpose_{code}"] for code in languages[1:] if data.get(f"purpose_{code}")}
        return {
            **{field: data[field] for field in plain},
            "languages": languages,
            "purpose": {code: text for code, text in texts.items() if text},
            **({} if self.is_pulse else {"reuses": data.get("reuses")}),
        }


class QuestionForm(forms.Form):
    """One question, with its wording in every language of the survey."""

    def __init__(self, *args, survey: Survey, kind: str, question: Question | None = None, **options):
        self.survey, self.kind, self.question = survey, kind, question
        super().__init__(*args, initial=_question_initial(survey, question), **options)
        names = dict(LANGUAGES)
        for code in survey.languages:
            self._add_wording(code, names.get(code, code))
        if kind == Question.Kind.NAMES:
            self._add_names_fields()
        if kind == Question.Kind.CHOICE:
            self._add_options(names)
        if kind == Question.Kind.RATING:
            self.fields["steps"] = forms.IntegerField(min_value=2, max_value=10, initial=5, label="Steps")
        self.fields["required"] = forms.BooleanField(required=False, label="An answer is required")
        _dress(self)

    def _add_wording(self, code: str, language: str) -> None:
        first = code == self.survey.languages[0]
        area = forms.Textarea(attrs={"rows": 2, "lang": code})
        self.fields[f"text_{code}"] = forms.CharField(
            max_length=500, required=first, widget=area, label=f"Question ({language})"
        )
        self.fields[f"help_{code}"] = forms.CharField(
            max_length=500, required=False, label=f"A line below it ({language})"
        )

    def _add_names_fields(self) -> None:
        self.fields["relation"] = forms.ChoiceField(
            choices=[
                (one.name, f"{one.name} ({one.get_layer_display().lower()} layer)") for one in _relations()
            ],
            help_text="What a name means. It decides in which layer the answers count.",
        )
        self.fields["new_relation"] = forms.CharField(
            required=False,
            max_length=60,
            label="Or a relation of your own",
            help_text="It joins the influence layer with weight 1.",
        )
        self.fields["limit"] = forms.IntegerField(
            min_value=1, max_value=50, initial=10, label="Soft limit",
            help_text="From there on people are asked how many more they would name. There are no slots.",
        )  # fmt: skip
        self.fields["strength"] = forms.BooleanField(
            required=False,
            label="Ask how much, in five steps",
            help_text="Without it every name counts alike.",
        )
        self.fields["may_name"] = forms.ChoiceField(
            choices=Question.MayName.choices, initial=Question.MayName.EVERYONE, label="Who may be named"
        )
        self.fields["write_ins"] = forms.BooleanField(
            required=False,
            initial=True,
            label="People who are not on the chart may be written in",
            help_text="They are kept apart and never become part of the network.",
        )

    def _add_options(self, names: dict[str, str]) -> None:
        for code in self.survey.languages:
            self.fields[f"options_{code}"] = forms.CharField(
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                label=f"Choices ({names.get(code, code)})",
                help_text="One per line, in the same order in every language.",
                required=code == self.survey.languages[0],
            )

    def clean_new_relation(self) -> str:
        """A name that a file could use, too."""
        name = self.cleaned_data["new_relation"].strip().lower()
        if name and not NEW_RELATION.fullmatch(name):
            raise forms.ValidationError(
                "Use small letters, digits, spaces and hyphens, beginning with a letter."
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Choices have to be as many in each language."""
        data = super().clean()
        lists = {code: _lines(data.get(f"options_{code}")) for code in self.survey.languages}
        first = lists[self.survey.languages[0]]
        if self.kind == Question.Kind.CHOICE and not 2 <= len(first) <= MOST_OPTIONS:
            self.add_error(f"options_{self.survey.languages[0]}", f"Write 2 to {MOST_OPTIONS} choices.")
        for code, lines in lists.items():
            if lines and len(lines) != len(first):
                self.add_error(f"options_{code}", f"Write {len(first)} choices, as in the first language.")
        return data

    def entries(self) -> dict[str, Any]:
        """The question's fields."""
        data, languages = self.cleaned_data, self.survey.languages
        found = {
            "kind": self.kind,
            "required": data["required"],
            "text": {code: data[f"text_{code}"] for code in languages if data[f"text_{code}"]},
            "help": {code: data[f"help_{code}"] for code in languages if data[f"help_{code}"]},
        }
        if self.kind == Question.Kind.NAMES:
            found |= {field: data[field] for field in ("limit", "may_name", "write_ins")}
            found["relation"] = _relation(data["new_relation"] or data["relation"])
            found["scale"] = steps(STRENGTHS) if data["strength"] else []
        if self.kind == Question.Kind.CHOICE:
            found["options"] = self._options()
        if self.kind == Question.Kind.RATING:
            found["scale"] = [{"value": step, "text": {}} for step in range(1, data["steps"] + 1)]
        return found

    def _options(self) -> list[dict[str, Any]]:
        lists = {code: _lines(self.cleaned_data.get(f"options_{code}")) for code in self.survey.languages}
        first = lists[self.survey.languages[0]]
        return [
            {"value": f"o{place + 1}", "text": {code: lines[place] for code, lines in lists.items() if lines}}
            for place in range(len(first))
        ]


class PilotForm(forms.Form):
    """Who tries the survey."""

    people = PeopleField(
        label="Who tries it", help_text="Type a name; or employee ids with “;” between them."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["people"].required = True


class EndForm(forms.Form):
    """Until when a survey is open."""

    closes_at = forms.DateTimeField(
        label="Open until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        _dress(self)


class PulseForm(forms.Form):
    """When the same people are asked again where they stand."""

    first = forms.DateTimeField(
        required=False,
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Empty: now.",
    )
    days = forms.IntegerField(min_value=1, max_value=60, initial=DAYS_OPEN, label="Open for, days")
    times = forms.IntegerField(min_value=1, max_value=MOST_TIMES, initial=1, label="How many times")
    weeks = forms.IntegerField(min_value=1, max_value=52, initial=WEEKS_BETWEEN, label="Weeks between them")
    rating = forms.BooleanField(required=False, label="Also ask whether people get the help they need")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        _dress(self)


class MailingForm(forms.Form):
    """A round of mails."""

    kind = forms.ChoiceField(choices=Mailing.Kind.choices)
    whom = forms.ChoiceField(
        choices=[("all", "Everybody not done"), ("most_named", "The 20 silent people most named")],
        required=False,
        label="Whom",
    )
    due_at = forms.DateTimeField(
        required=False,
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Empty: now.",
    )
    words = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Words of your own",
        help_text="A paragraph above the usual text, in one language or several.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        _dress(self)


def expected_minutes(survey: Survey) -> float:
    """How long the survey takes."""
    return minutes_for(survey.questions.values_list("kind", flat=True))


def _dress(form: forms.Form) -> None:
    """Give every control the class of its kind."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            continue
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
        kind = "form-check-input" if isinstance(widget, forms.CheckboxInput) else kind
        widget.attrs.setdefault("class", kind)


def _lines(text: str | None) -> list[str]:
    return [line.strip()[:200] for line in (text or "").splitlines() if line.strip()]


def _relations():
    return Relation.objects.exclude(flow=Relation.Flow.BOTH)


def _relation(name: str) -> Relation:
    return Relation.objects.get_or_create(name=name)[0]


def _initial(survey: Survey | None, initiative: Initiative) -> dict[str, Any]:
    if survey is None:
        return {"title": f"Who helps along: {initiative.name}"[:200]}
    known = [code for code, _ in LANGUAGES]
    fields = ("title", "confidentiality", "low_groups", "reuse_allowed", "reuses", "closes_at", "contact")
    return {
        **{field: getattr(survey, field) for field in fields},
        "languages": [code for code in survey.languages if code in known],
        "more_languages": ", ".join(code for code in survey.languages if code not in known),
        "purpose": survey.purpose.get(survey.languages[0], ""),
    }


def _question_initial(survey: Survey, question: Question | None) -> dict[str, Any]:
    if question is None:
        return {}
    found: dict[str, Any] = {
        "required": question.required,
        "limit": question.limit,
        "may_name": question.may_name,
        "write_ins": question.write_ins,
        "strength": bool(question.scale),
        "steps": len(question.scale) or 5,
        "relation": question.relation.name if question.relation else "",
    }
    for code in survey.languages:
        found[f"text_{code}"] = question.text.get(code, "")
        found[f"help_{code}"] = question.help.get(code, "")
        found[f"options_{code}"] = "\n".join(option["text"].get(code, "") for option in question.options)
    return found
