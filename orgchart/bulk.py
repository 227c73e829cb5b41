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


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Set text fields; each of ``rows`` is a primary key and the fields' values."""
    quoted = [connection.ops.quote_name(model._meta.get_field(name).column) for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    key = connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(["%s::bigint[]", *["%s::text[]"] * len(fields)])
            sets = ", ".join(f"{name} = new.{name}" for name in quoted)
            cursor.execute(
                f"UPDATE {table} SET {sets} "  # noqa: S608
                f"FROM unnest({arrays}) AS new ({', '.join([key, *quoted])}) WHERE {table}.{key} = new.{key}",
                [list(column) for column in zip(*rows, strict=True)] or [[]] * (1 + len(fields)),
            )
        else:
            sets = ", ".join(f"{name} = %s" for name in quoted)
            statement = f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608
            cursor.executemany(statement, [(*values, pk) for pk, *values in rows])


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
