"""Competencies and what their levels look like."""

from django.contrib import admin

from succession.organisation.models import Competency, CompetencyLevel

from .bases import AuditedAdmin, AuditedInline


class LevelInline(AuditedInline):
    model = CompetencyLevel
    max_num = 5


@admin.register(Competency)
class CompetencyAdmin(AuditedAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    inlines = [LevelInline]
