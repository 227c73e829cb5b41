"""Demonstration logins: passwords made per DATA_DIR, in a file that only its owner can read."""

import json
import os
import secrets

from django.conf import settings
from django.db import transaction

from bpm_influence.accounts.models import User

FILE_NAME = "demonstration-logins.json"


def make_demonstration_user(username, role, *, first_name="", last_name="", email=""):
    """Make, or bring into shape, a demonstration login; return it and the password."""
    password = _passwords().get(username) or secrets.token_urlsafe(12)
    fields = {
        "role": role, "is_demonstration": True, "is_active": True,
        "first_name": first_name, "last_name": last_name, "email": email,
    }  # fmt: skip
    with transaction.atomic():
        user = User.objects.filter(username=username).first() or User(username=username)
        if user.pk and not user.is_demonstration:
            raise ValueError(
                f"The user {username} exists and is no demonstration login; choose another name."
            )
        for name, value in fields.items():
            setattr(user, name, value)
        user.set_password(password)
        user.save()
    _store(_passwords() | {username: password})
    return user, password


def demonstration_logins():
    """Return [(username, password, role)] of the demonstration logins that exist."""
    passwords = _passwords()
    users = User.objects.filter(is_demonstration=True, is_active=True, username__in=passwords).order_by("pk")
    return [(user.username, passwords[user.username], user.get_role_display()) for user in users]


def remove_demonstration_users():
    """Remove the demonstration logins and their passwords; return how many there were."""
    users = User.objects.filter(is_demonstration=True)
    count = users.count()
    users.delete()
    _path().unlink(missing_ok=True)
    return count


def _path():
    return settings.DATA_DIR / FILE_NAME


def _passwords():
    return json.loads(_path().read_text()) if _path().exists() else {}


def _store(passwords):
    hidden = _path().with_name(f".{FILE_NAME}.{os.getpid()}")
    descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file, indent=1)
    hidden.replace(_path())
