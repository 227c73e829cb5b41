"""Analyses and plans in the administration. Ties have no page: who named whom is nobody's to browse."""

from django.contrib import admin
from django.db.models import Q

from influence.confidentiality import LOW_GROUPS
from influence.models import Analysis, ChosenChampion, PlannedChampion, Score, TieSet
from surveys.models import Survey

PER_PERSON = (
    "exercised_own_reports", "exercised_elsewhere", "own_reports_share", "by_leadership_only",
    "by_influence_only", "by_either", "only_together", "not_reached",
)  # fmt: skip


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

    # First followers and samples tell who names whom; the pages show them where the promise allows it.
    exclude = ("results", "samples", "picture")
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
    """One person's figures in one analysis, where they may be shown with a name."""

    exclude = PER_PERSON
    list_display = ("name", "department", "analysis", "leadership_rank", "influence_rank", "group")
    list_filter = ("group",)
    search_fields = ("name", "person__employee_id")
    list_select_related = ("analysis__initiative",)
    show_full_result_count = False

    def get_queryset(self, request):
        """Leave out whoever a survey promised to count and not to name."""
        counted = Survey.objects.exclude(state=Survey.State.DRAFT).filter(low_groups="counts")
        promised = Q(analysis__initiative__surveys__in=counted) | Q(
            analysis__initiative__surveys__reuses__in=counted
        )
        hidden = Score.objects.filter(promised, group__in=LOW_GROUPS)
        return super().get_queryset(request).exclude(pk__in=hidden.values("pk"))


@admin.register(ChosenChampion)
class ChosenChampionAdmin(ReadOnlyAdmin):
    """The people that an analysis chose."""

    exclude = ("follows", "follows_probability", "sphere_by_department")
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
