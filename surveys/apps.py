from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self):
        from surveys import following  # noqa: F401 - registers its follower and hears of new charts
