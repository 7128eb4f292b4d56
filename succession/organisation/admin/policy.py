"""The policy in its versions; drafting and putting in force have pages of their own."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from succession.organisation.models import Policy

from .bases import AdministratorsOnly


@admin.register(Policy)
class PolicyAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ["version", "state", "in_force_from", "ratio", "horizon_years", "decided_by", "page"]
    list_filter = ["state"]
    list_select_related = ["decided_by"]

    @admin.display(description=_("page"))
    def page(self, policy):
        return format_html('<a href="{}">{}</a>', reverse("policy", args=[policy.version]), _("Open"))

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
