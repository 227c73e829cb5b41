"""Initiatives in the administration: to look at, and to mend what pages do not offer."""

from django.contrib import admin

from initiatives.models import Initiative, Membership, Relation, Role, ScopeRule, Stage


class ScopeRuleInline(admin.TabularInline):
    """The parts of a scope."""

    model = ScopeRule
    extra = 0
    raw_id_fields = ("person",)


class RoleInline(admin.TabularInline):
    """Who holds which role."""

    model = Role
    extra = 0
    raw_id_fields = ("person",)


class MembershipInline(admin.TabularInline):
    """Who works on the initiative."""

    model = Membership
    extra = 0
    raw_id_fields = ("user",)


class StageInline(admin.TabularInline):
    """The stages in their order."""

    model = Stage
    extra = 0


@admin.register(Initiative)
class InitiativeAdmin(admin.ModelAdmin):
    """One initiative with everything that shapes it."""

    list_display = ("name", "slug", "start", "end", "cut", "is_demonstration", "changed_at")
    list_filter = ("is_demonstration",)
    search_fields = ("name", "slug")
    readonly_fields = ("created_by", "created_at", "changed_at")
    inlines = (ScopeRuleInline, RoleInline, StageInline, MembershipInline)


@admin.register(Relation)
class RelationAdmin(admin.ModelAdmin):
    """What ties mean. A change counts from the next analysis on."""

    list_display = ("name", "layer", "weight", "flow")
    list_filter = ("layer", "flow")
    search_fields = ("name",)
