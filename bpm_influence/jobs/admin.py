from django.contrib import admin

from bpm_influence.jobs.models import Job, Worker


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that the machine writes are looked at, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        "id",
        "kind",
        "about",
        "state",
        "attempt",
        "asked_by",
        "created_at",
        "started_at",
        "finished_at",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["asked_by"]


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at"]
