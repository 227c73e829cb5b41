from django.apps import AppConfig


class InfluenceConfig(AppConfig):
    name = "influence"

    def ready(self):
        from influence import following, forgetting  # noqa: F401 - register what they listen to
        from influence.adoption import following as adoption_following  # noqa: F401 - registers its receiver
