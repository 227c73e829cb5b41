"""The relations that every installation knows from the start."""

from django.db import migrations

INFLUENCE = ("influence", "advice", "trust", "energy", "discussion")


def add_relations(apps, schema_editor):
    relation = apps.get_model("initiatives", "Relation")
    rows = [relation(name=name) for name in INFLUENCE]
    rows += [relation(name="leadership", layer="leadership"), relation(name="handover", flow="both")]
    relation.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial")]
    operations = [migrations.RunPython(add_relations, migrations.RunPython.noop)]
