"""Candidates as far as this floor knows them; where they stand is added by the pools."""

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers

from candidates.models import Candidate, ExternalPerson
from succession.organisation.api.base import ReadOnly, seen
from succession.organisation.api.fields import key, label
from succession.organisation.api.filters import IdFilter
from succession.organisation.choices import Willingness
from succession.organisation.models import Employee


class ExternalSerializer(serializers.ModelSerializer):
    class Meta:
        model = ExternalPerson
        fields = ("id", "name", "email", "source", "consent_on", "retain_until")


class CandidateSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="person_name", read_only=True)
    employee = key("employee")
    employee_label = label("employee")
    external = ExternalSerializer(allow_null=True)
    willingness = serializers.ChoiceField(choices=Willingness.choices, source="current_willingness")

    class Meta:
        model = Candidate
        fields = ("id", "name", "employee", "employee_label", "external", "willingness", "evidence_on")


class CandidateFilters(filters.FilterSet):
    employee = IdFilter(field_name="employee", seen=Employee)
    willingness = filters.ChoiceFilter(field_name="current_willingness", choices=Willingness.choices)


class CandidateResource(ReadOnly):
    """People considered for posts, from inside and outside."""

    queryset = Candidate.objects
    serializer_class = CandidateSerializer
    filterset_class = CandidateFilters
    search_fields = ("person_name",)
    ordering_fields = (("name", "person_name"), "evidence_on")
    ordering = ("employee__sort_name", "person_name")

    def visible(self) -> QuerySet:
        return (
            Candidate.objects.visible_to(self.request.user)
            .with_name()
            .with_willingness(timezone.localdate())
            .select_related("external")
            .prefetch_related(seen("employee", Employee, self.request.user))
        )
