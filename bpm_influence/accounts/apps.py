from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bpm_influence.accounts"
    verbose_name = "Accounts"

    def ready(self):
        from bpm_influence.accounts import description  # noqa: F401 - registers how the API describes tokens
