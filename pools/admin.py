"""Pools and their members, to be looked at by those who may."""

from django.contrib import admin

from succession.organisation.admin.bases import ReadersOnly

from .models import EchelonPool, Membership


@admin.register(EchelonPool)
class PoolAdmin(ReadersOnly):
    list_display = ["name", "code", "kind", "owner", "horizon_years", "target_size", "closed_on"]
    list_filter = ["kind"]
    list_select_related = ["owner"]
    search_fields = ["name", "code"]


@admin.register(Membership)
class MembershipAdmin(ReadersOnly):
    list_display = ["candidate", "pool", "state", "admitted_on", "next_screening_on"]
    list_filter = ["state"]
    list_select_related = ["pool", "candidate__employee", "candidate__external"]
    search_fields = ["candidate__employee__name", "candidate__external__name", "pool__name"]
