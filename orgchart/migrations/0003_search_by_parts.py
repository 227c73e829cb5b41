"""An index for finding people by any part of their name, where the database is PostgreSQL."""

from django.db import DatabaseError, migrations, transaction


def add_index(apps, editor):
    """A server that lends nobody the extension searches more slowly, and rightly all the same."""
    if editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=editor.connection.alias):
            editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            editor.execute(
                "CREATE INDEX IF NOT EXISTS orgchart_person_name_parts ON orgchart_person "
                "USING gin (search_name gin_trgm_ops)"
            )
    except DatabaseError:
        return


def drop_index(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS orgchart_person_name_parts")


class Migration(migrations.Migration):
    dependencies = [("orgchart", "0002_kept_columns_and_replaced")]
    operations = [migrations.RunPython(add_index, drop_index)]
