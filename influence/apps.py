from django.apps import AppConfig


class InfluenceConfig(AppConfig):
    name = "influence"

    def ready(self):
        from influence import following  # noqa: F401 - registers its follower
        from influence.adoption import following as adoption_following  # noqa: F401 - registers its receiver
