"""People, charts and positions in the admin: to look at, since charts are immutable versions."""

from django.contrib import admin

from orgchart.models import OrgChart, Person, Position, RememberedDecision, RememberedMapping


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Nothing is deleted by hand."""
        return False


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ["name", "employee_id", "email"]
    search_fields = ["search_name", "employee_id"]


@admin.register(OrgChart)
class OrgChartAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "as_of", "state", "is_current", "people_count", "uploaded_by", "created_at"]
    list_filter = ["state", "is_current"]


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ["name", "title", "department", "level", "span", "headcount", "chart"]
    search_fields = ["name", "person__employee_id"]
    list_select_related = ["chart"]


admin.site.register([RememberedMapping, RememberedDecision])
