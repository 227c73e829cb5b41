from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "bpm_influence.jobs"
    verbose_name = "Jobs"

    def ready(self):
        autodiscover_modules("tasks")
