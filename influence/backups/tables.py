"""Rows as lines of text and back, by column, alike on every database."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

FLEETING = ("sessions.", "usersessions.", "axes.", "jobs.Worker")
AT_ONCE = 500

Row = list[Any]


def tables() -> list[type[models.Model]]:
    """Every table of the installation."""
    return apps.get_models(include_auto_created=True)


def kept_tables() -> list[type[models.Model]]:
    """The tables that a backup holds."""
    return [model for model in tables() if not model._meta.label.startswith(FLEETING)]


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """The rows of a table, a line each."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=5000):
        yield json.dumps(row, default=_plain, ensure_ascii=False).encode() + b"\n"


def insert(model: type[models.Model], lines: Iterable[bytes]) -> int:
    """Write rows into a table as they are; return how many."""
    fields = model._meta.local_concrete_fields
    at_once = min(AT_ONCE, connection.ops.bulk_batch_size(fields, range(AT_ONCE)))
    rows, written = (_row(fields, line) for line in lines), 0
    while some := list(islice(rows, at_once)):
        _insert(model, fields, some)
        written += len(some)
    return written


def clear() -> None:
    """Empty every table."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), [model._meta.db_table for model in tables()]):
            cursor.execute(statement)


def count_on() -> None:
    """Let new rows be numbered after the last ones that were written with their numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _plain(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    raise TypeError(f"A backup cannot hold a value of the type {type(value).__name__}.")


def _row(fields: Any, line: bytes) -> Row:
    values = json.loads(line)
    return [_prepared(field, value) for field, value in zip(fields, values, strict=True)]


def _prepared(field: Any, value: Any) -> Any:
    if value is None:  # of a column that may not be empty it is JSON's own null
        return None if field.null else field.get_db_prep_value(None, connection)
    return field.get_db_prep_save(field.to_python(value), connection)


def _insert(model: type[models.Model], fields: Any, rows: list[Row]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
