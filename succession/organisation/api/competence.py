"""Competencies."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from succession.organisation.models import Competency, CompetencyLevel

from .base import ReadOnly


class CompetencyLevelSerializer(serializers.ModelSerializer):
    class Meta:
        model = CompetencyLevel
        fields = ("level", "description")


class CompetencySerializer(serializers.ModelSerializer):
    levels = CompetencyLevelSerializer(many=True)

    class Meta:
        model = Competency
        fields = ("id", "code", "name", "description", "levels")


class CompetencyFilters(filters.FilterSet):
    code = filters.CharFilter()


class Competencies(ReadOnly):
    """What work needs, rated from 1 to 5; the catalogue is open to everyone who signs in."""

    queryset = Competency.objects
    serializer_class = CompetencySerializer
    filterset_class = CompetencyFilters
    search_fields = ("name", "code")
    ordering_fields = ("code", "name")
    ordering = ("name",)

    def visible(self) -> QuerySet:
        return Competency.objects.prefetch_related("levels")
