"""Bringing the database into shape, one process at a time."""

import contextlib
import fcntl

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


@contextlib.contextmanager
def only_one(name):
    """Let one process of this DATA_DIR at a time do what follows."""
    with open(settings.DATA_DIR / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate_if_empty():
    """Apply the migrations to a database that has none yet."""
    with only_one("migrate"):
        if "django_migrations" not in connection.introspection.table_names():
            call_command("migrate", verbosity=0, interactive=False)


def migrate():
    """Apply whatever migrations are missing; quick where none is."""
    with only_one("migrate"):
        if is_out_of_date():
            call_command("migrate", verbosity=0, interactive=False)


def is_out_of_date():
    """Whether migrations are missing."""
    return bool(missing_migrations())


def missing_migrations():
    """Return the names of the migrations that the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def database_answers():
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return False
    return True
