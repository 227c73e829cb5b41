"""The forms of the account pages."""

from datetime import timedelta

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone

from bpm_influence.accounts.models import ApiToken


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

    def make_token(self, user):
        """Make the token; return its row and the secret to show once."""
        expires_at = timezone.now() + timedelta(days=self.cleaned_data["days"])
        return ApiToken.make(
            user, name=self.cleaned_data["name"], scope=self.cleaned_data["scope"], expires_at=expires_at
        )
