"""Employees, as far as an account is linked to one: all else about them is HR's."""

from django.contrib import admin

from succession.organisation.models import CriticalityRating, Employee

from .bases import AuditedAdmin, ReadersOnly


@admin.register(Employee)
class EmployeeAdmin(AuditedAdmin):
    announces, announced_as = "person_changed", "employee"
    fields = ["number", "name", "user"]
    readonly_fields = ["number", "name"]
    list_display = ["name", "number", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "number"]
    autocomplete_fields = ["user"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CriticalityRating)
class CriticalityRatingAdmin(ReadersOnly):
    list_display = ["position", "version", "score", "proposed_class", "decided_class", "rated_by", "rated_at"]
    list_filter = ["proposed_class", "decided_class"]
    list_select_related = ["position", "rated_by"]
    search_fields = ["position__title", "position__code"]
