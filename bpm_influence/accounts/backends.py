"""Signing in by username and password."""

from django.contrib.auth.backends import ModelBackend

from bpm_influence.accounts.locality import is_local


class SignInBackend(ModelBackend):
    """Django's own; demonstration logins work on the machine itself only, for their passwords are printed."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        """Return the user, or None."""
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return None if user and user.is_demonstration and not is_local(request) else user
