"""The forms of the account pages."""

from datetime import timedelta

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Q
from django.utils import timezone

from bpm_influence.accounts.models import ApiToken
from bpm_influence.accounts.reach import choices_of


class SignInForm(AuthenticationForm):
    """Username and password."""

    error_messages = {
        "invalid_login": "This username and password do not belong together. Mind capital letters.",
        "inactive": "This account is switched off. Ask an administrator.",
    }


class TokenForm(forms.Form):
    """A new API token: what for, how far it reaches, how long it holds."""

    name = forms.CharField(max_length=100, label="What is it for?")
    scope = forms.ChoiceField(choices=ApiToken.Scope.choices, label="What may it do?")
    days = forms.IntegerField(min_value=1, max_value=3650, initial=365, label="For how many days?")
    initiatives = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        label="For which initiatives alone?",
        widget=forms.SelectMultiple(attrs={"class": "form-select", "size": 4}),
        help_text="Choose none for all that you see. A token for some sees no org charts or people lists.",
    )

    def __init__(self, user, *arguments, **named):
        super().__init__(*arguments, **named)
        self.user = user
        choices = [(choice.pk, choice.name) for choice in choices_of(user)]
        self.fields["initiatives"].choices = choices
        if not choices:
            del self.fields["initiatives"]

    def make_token(self):
        """Make the token; return its row and the secret to show once."""
        cleaned = self.cleaned_data
        return ApiToken.make(
            self.user,
            name=cleaned["name"],
            scope=cleaned["scope"],
            expires_at=timezone.now() + timedelta(days=cleaned["days"]),
            initiatives=cleaned.get("initiatives", ()),
        )


class AuditForm(forms.Form):
    """What to look for in the audit log."""

    q = forms.CharField(
        required=False, max_length=200, label="Who, what or which id",
        widget=forms.TextInput(attrs={"class": "form-control", "type": "search"}),
    )  # fmt: skip
    first = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"class": "form-control", "type": "date"})
    )
    last = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"class": "form-control", "type": "date"})
    )

    def narrow(self, entries):
        """Return those entries that hold every word and lie between the days."""
        cleaned = self.cleaned_data
        for word in cleaned["q"].split():
            entries = entries.filter(
                Q(actor__icontains=word) | Q(action__icontains=word) | Q(subject__icontains=word)
            )
        if cleaned["first"]:
            entries = entries.filter(at__date__gte=cleaned["first"])
        if cleaned["last"]:
            entries = entries.filter(at__date__lte=cleaned["last"])
        return entries
