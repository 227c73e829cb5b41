from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bpm_influence.accounts"
    verbose_name = "Accounts"

    def ready(self):
        from bpm_influence.accounts import (  # noqa: F401
            audit,  # hears of sign-ins
            description,  # registers how the API describes tokens
        )
