"""Accounts and their roles."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from succession.organisation import audit
from succession.organisation.models import ApiToken, RoleAssignment, User

from .bases import AuditedAdmin, AuditedInline

admin.site.unregister(Group)


class RoleInline(AuditedInline):
    model = RoleAssignment
    autocomplete_fields = ["org_unit"]


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "email"]


class ChangedUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["username", "name", "email", "language", "is_active", "is_staff"]


@admin.register(User)
class AccountAdmin(AuditedAdmin, UserAdmin):
    """Accounts: made, disabled, given roles and a new password."""

    form = ChangedUserForm
    add_form = NewUserForm
    inlines = [RoleInline]
    list_display = ["username", "name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "role_assignments__role"]
    search_fields = ["username", "name", "email"]
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "language"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "name", "email", "password1", "password2"]})]

    def has_delete_permission(self, request, obj=None):
        """An account that acted stands in the audit trail: it is disabled, not deleted."""
        return False

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 -- Django's name
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_change(self, request, obj, message):
        if request.resolver_match.url_name == "auth_user_password_change":
            ApiToken.objects.filter(user=obj).delete()
            audit.record("reset_password", obj, actor=request.user)
        return super().log_change(request, obj, message)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(AuditedAdmin):
    list_display = ["user", "role", "org_unit"]
    list_filter = ["role"]
    list_select_related = ["user", "org_unit"]
    search_fields = ["user__username", "user__name"]
    autocomplete_fields = ["user", "org_unit"]
