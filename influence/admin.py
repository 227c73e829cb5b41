"""Analyses and plans in the administration. Ties have no page: who named whom is nobody's to browse."""

from django.contrib import admin

from influence.models import Analysis, ChosenChampion, PlannedChampion, Score, TieSet


class ReadOnlyAdmin(admin.ModelAdmin):
    """What was computed or loaded is looked at and perhaps deleted, never edited."""

    def has_add_permission(self, request):
        """Nothing is made here."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nothing is changed here."""
        return False


@admin.register(TieSet)
class TieSetAdmin(ReadOnlyAdmin):
    """What each label brought: counts alone."""

    list_display = ("label", "initiative", "origin", "ties_count", "loaded_at", "loaded_by")
    list_filter = ("origin",)
    search_fields = ("label", "initiative__name")
    list_select_related = ("initiative", "loaded_by")


@admin.register(Analysis)
class AnalysisAdmin(ReadOnlyAdmin):
    """One run: its parameters, versions and key figures."""

    list_display = (
        "id",
        "initiative",
        "created_at",
        "finished_at",
        "people_count",
        "ties_count",
        "requested_by",
    )
    search_fields = ("initiative__name", "initiative__slug")
    list_select_related = ("initiative", "requested_by")


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """One person's figures in one analysis."""

    list_display = ("name", "department", "analysis", "leadership_rank", "influence_rank", "group")
    list_filter = ("group",)
    search_fields = ("name", "person__employee_id")
    list_select_related = ("analysis__initiative",)
    show_full_result_count = False


@admin.register(ChosenChampion)
class ChosenChampionAdmin(ReadOnlyAdmin):
    """The people that an analysis chose."""

    list_display = ("rank", "person", "analysis", "marginal_reach", "cumulative_reach", "confidence")
    search_fields = ("person__name", "analysis__initiative__name")
    list_select_related = ("person", "analysis__initiative")


@admin.register(PlannedChampion)
class PlannedChampionAdmin(admin.ModelAdmin):
    """The champion plans."""

    list_display = ("rank", "person", "initiative", "state", "changed_at")
    list_filter = ("state",)
    search_fields = ("person__name", "initiative__name")
    list_select_related = ("person", "initiative")
    raw_id_fields = ("person", "initiative", "analysis")
