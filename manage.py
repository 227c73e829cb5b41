#!/usr/bin/env python
"""Django's commands, and ours; ours migrate an empty database by themselves."""

import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands
from django.db import OperationalError

ROOT = Path(__file__).resolve().parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bpm_influence.settings")


def main():
    """Run one command; settings that cannot be are told in one line."""
    try:
        if len(sys.argv) > 1 and sys.argv[1] != "serve" and is_ours(sys.argv[1]):
            prepare_database()
            run_noted(sys.argv)
        else:
            ManagementUtility(sys.argv).execute()
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def is_ours(command):
    """Whether the command belongs to one of our own apps."""
    django.setup()
    room = get_commands().get(command, "django").partition(".")[0]
    return (ROOT / room).is_dir()


def prepare_database():
    """Bring an empty database into shape before one of our own commands uses it."""
    from bpm_influence.jobs.database import is_out_of_date, migrate_if_empty

    try:
        migrate_if_empty()
        if is_out_of_date():
            sys.exit("The database is older than this program. Bring it up to date: manage.py migrate")
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error).strip()}")


def run_noted(arguments):
    """Run one of our own commands; the audit log says which, on what, and how it ended."""
    from bpm_influence.accounts.audit import command_noted

    # The first word alone: what stands behind an option may be a password.
    name, *words = arguments[1:]
    subject = "" if not words or words[0].startswith("-") else words[0]
    with command_noted(name, subject):
        try:
            ManagementUtility(arguments).execute()
        except SystemExit as end:
            # A wrong option is bad input like any other: argparse's 2 is our 1.
            raise SystemExit(1 if end.code == 2 else end.code) from None


if __name__ == "__main__":
    main()
