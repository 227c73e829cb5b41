from django.apps import AppConfig


class InfluenceConfig(AppConfig):
    name = "influence"

    def ready(self):
        from influence import following  # noqa: F401 - registers its follower
