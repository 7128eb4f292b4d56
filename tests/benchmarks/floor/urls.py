"""One page."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path

from tests.benchmarks.floor.models import Employee

ROWS = 50


@login_required
def people(request):
    rows = Employee.objects.select_related("org_unit").order_by("sort_name", "pk")[:ROWS]
    return render(request, "floor/people.html", {"rows": rows})


urlpatterns = [path("", people)]
