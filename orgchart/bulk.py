"""Many rows at once, past the ORM: a tenth of its time for a chart of a large company."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.db import connection, models


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Insert rows given as values in the order of the fields' names; constraints hold as ever."""
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)", rows)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608


def _copy(cursor, statement: str, rows: Sequence[Sequence]) -> None:
    lines = (",".join(map(_copied, row)) for row in rows)
    with connection.wrap_database_errors:
        cursor.copy_expert(statement, io.StringIO("\n".join(lines)))


def _copied(value: object) -> str:
    """A value for COPY: text in quotation marks always, so that nothing but None is read as null."""
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)
