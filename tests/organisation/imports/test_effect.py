"""What the page tells of an import's effect on coverage, and to whom."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pools import forecasts
from succession.organisation.imports.applying import apply_now
from succession.organisation.models import Employee, ImportForecast
from tests.factories import (
    CandidateFactory,
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
)

pytestmark = pytest.mark.django_db
LEAVES = "Employee number,Name,Left on\n2,Bo Yi,{day}\n"


@pytest.fixture
def leaving(planned):
    """Bo, the one successor of a key post that Ann holds, leaves by the file."""
    post = PositionFactory(code="P1", title="Director", org_unit=OrgUnitFactory(), position_class="key")
    pool = PoolFactory(kind="key")
    PoolPositionFactory(pool=pool, position=post)
    IncumbencyFactory(position=post, employee=EmployeeFactory(name="Ann Lee", number="1"))
    bo = EmployeeFactory(name="Bo Yi", number="2")
    candidate = CandidateFactory(employee=bo, evidence_on=timezone.localdate())
    member = MembershipFactory(pool=pool, candidate=candidate, state="active")
    MembershipPostFactory(membership=member, position=post, readiness="ready_now")
    return planned(("people.csv", LEAVES.format(day=timezone.localdate())), kind="employees")


def effect(client, batch, name="import_effect"):
    return client.get(reverse(name, args=[batch.pk])).content.decode()


def test_it_is_asked_for_until_it_is_worked_out(client, hr, leaving):
    client.force_login(hr)
    told = effect(client, leaving)
    assert "Being worked out" in told
    assert f'hx-get="{reverse("import_effect", args=[leaving.pk])}"' in told
    forecasts.follow()
    told = effect(client, leaving)
    assert "hx-get" not in told
    assert "truly covered seats of 1" in told
    assert "Bo Yi" in told
    assert "leaves, so no longer counts" in told
    assert told.strip() in effect(client, leaving, "import")


def test_why_it_was_not_worked_out_is_said(client, hr, leaving):
    ImportForecast.objects.update(problem="More than 100,000 facts would change.", facts=None)
    client.force_login(hr)
    assert "Not worked out. More than 100,000 facts would change." in " ".join(effect(client, leaving).split())


def test_nobody_reads_of_themselves_or_of_their_own_seat(client, hr, auditor, leaving):
    forecasts.follow()
    for number in ("2", "1"):
        Employee.objects.filter(user=hr).update(user=None)
        Employee.objects.filter(number=number).update(user=hr)
        client.force_login(hr)
        told = effect(client, leaving)
        assert "truly covered seats of 1" in told
        assert "Bo Yi" not in told
    client.force_login(auditor)
    assert "Bo Yi" in effect(client, leaving)


def test_after_applying_it_says_what_was_foretold(client, hr, leaving):
    forecasts.follow()
    apply_now(leaving, actor=hr)
    client.force_login(hr)
    assert "Coverage as it was foretold: key posts" in effect(client, leaving)


def test_to_others_there_is_nothing(client, head, leaving):
    forecasts.follow()
    client.force_login(head)
    assert client.get(reverse("import_effect", args=[leaving.pk])).status_code == 404
