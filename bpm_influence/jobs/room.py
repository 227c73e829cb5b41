"""Telling a disk that is full from a bug: the first is mended by whoever looks after the machine."""

import errno

from django.db import OperationalError

FULL = {errno.ENOSPC, errno.EDQUOT}
DATABASES_SAY = ("disk is full", "No space left on device")


def is_full(error):
    """Whether the error says that the disk, or what one may have of it, is full."""
    if isinstance(error, OSError):
        return error.errno in FULL
    return isinstance(error, OperationalError) and any(words in str(error) for words in DATABASES_SAY)
