"""Candidates, to be looked at by those who may."""

from django.contrib import admin

from succession.organisation.admin.bases import ReadersOnly

from .models import Candidate


@admin.register(Candidate)
class CandidateAdmin(ReadersOnly):
    list_display = ["__str__", "employee", "external", "evidence_on"]
    list_select_related = ["employee", "external"]
    search_fields = ["employee__name", "employee__number", "external__name"]
