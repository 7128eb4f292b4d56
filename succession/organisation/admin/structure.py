"""The tree and its posts, as reference data."""

from django.contrib import admin

from succession.organisation import outbox
from succession.organisation.models import OrgUnit, Position, SeatChange

from .bases import AuditedAdmin, AuditedInline


@admin.register(OrgUnit)
class OrgUnitAdmin(AuditedAdmin):
    announces, announced_as = "unit_changed", "unit"
    list_display = ["name", "code", "parent", "head_position", "closed_on"]
    list_filter = [("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["parent", "head_position"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent", "head_position"]


class SeatChangeInline(AuditedInline):
    model = SeatChange


@admin.register(Position)
class PositionAdmin(AuditedAdmin):
    """Facts of posts; their class and criticality are decided on the pages for it, with reasons."""

    announces, announced_as = "position_changed", "position"
    list_display = ["title", "code", "grade", "org_unit", "position_class", "closed_on"]
    list_filter = ["position_class", ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["org_unit"]
    search_fields = ["title", "code"]
    autocomplete_fields = ["org_unit", "reports_to"]
    readonly_fields = ["position_class", "criticality"]
    inlines = [SeatChangeInline]

    def _announce(self, obj):
        super()._announce(obj)
        outbox.announce("seats_changed", position=obj.pk)
