"""Running our commands as a person at the machine does, and reading what they print."""

import io
import json

import pytest
from django.core.management import CommandError, call_command


def printed(*arguments, **options):
    """Return what a command prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def refused(*arguments, **options):
    """Return the object printed and the faults told by a command that refuses its file."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command(*arguments, stdout=out, stderr=err, **options)
    return json.loads(out.getvalue()), err.getvalue()
