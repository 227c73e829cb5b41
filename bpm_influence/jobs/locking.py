"""Telling a database that others hold for a moment from one that is away.

SQLite lets one writer in at a time, and who waits too long is told "database is locked"; PostgreSQL ends one
of two transactions that wait for each other. Neither says anything against the work: it is done again.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

Answer = TypeVar("Answer")
TRIES = 6
SQLITE_LOCKS = ("SQLITE_BUSY", "SQLITE_LOCKED")
POSTGRES_LOCKS = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


def is_locked(error: BaseException) -> bool:
    """Whether others held what was to be written; the same write may succeed in a moment."""
    cause = error.__cause__
    if getattr(cause, "sqlite_errorname", "").startswith(SQLITE_LOCKS):
        return True
    return getattr(cause, "sqlstate", None) in POSTGRES_LOCKS


def insist(write: Callable[[], Answer]) -> Answer:
    """Do a short write, again where the database is locked: each try waits as long as the database allows."""
    for _ in range(TRIES - 1):
        try:
            return write()
        except OperationalError as error:
            if not is_locked(error):
                raise
    return write()
