from django.apps import AppConfig
from django.apps import apps as today
from django.db.models.signals import post_migrate

from bpm_influence.accounts.reach import offer_choices

INFLUENCE = ("influence", "advice", "trust", "energy", "discussion")


class InitiativesConfig(AppConfig):
    name = "initiatives"

    def ready(self):
        from initiatives import following  # noqa: F401 - registers its followers
        from initiatives.access import token_choices

        post_migrate.connect(add_relations, sender=self)
        offer_choices(token_choices)


def add_relations(using, apps=today, **kwargs):
    """Add the relations that every installation knows; those that are there stay as somebody has set them."""
    try:
        relation = apps.get_model("initiatives", "Relation")
    except LookupError:  # migrated back to before there were any
        return
    rows = [relation(name=name) for name in INFLUENCE]
    rows += [relation(name="leadership", layer="leadership"), relation(name="handover", flow="both")]
    relation.objects.using(using).bulk_create(rows, ignore_conflicts=True)
