from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from bpm_influence.accounts.models import ApiToken, User


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = [
        "username",
        "first_name",
        "last_name",
        "role",
        "is_active",
        "is_demonstration",
        "last_login",
    ]
    list_filter = ["role", "is_active", "is_demonstration"]
    fieldsets = [
        *UserAdmin.fieldsets,
        ("Role", {"fields": ["role", "is_demonstration", "scim_id"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "role", "password1", "password2"]})]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens can be looked at and revoked by deletion; they are made by their owners."""

    list_display = [
        "name",
        "user",
        "scope",
        "beginning",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    list_filter = ["scope"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
