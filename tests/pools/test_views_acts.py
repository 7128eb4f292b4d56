"""Acts on members: asked with their consequence, done once, refused in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.models import Candidate
from pools.models import Membership, MembershipPost
from succession.organisation.models import AuditEvent
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    MembershipPostFactory,
    PoolFactory,
    PoolPositionFactory,
)

pytestmark = pytest.mark.django_db
REASON = "On leave until the end of March."


@pytest.fixture
def served(db):
    return PoolPositionFactory()


@pytest.fixture
def member(served):
    membership = MembershipFactory(pool=served.pool, candidate__employee__name="Anna Member")
    MembershipPostFactory(membership=membership, position=served.position, readiness="1_3_years")
    return membership


def state(membership):
    membership.refresh_from_db()
    return membership.state


def test_the_consequence_is_told_before_the_click(client, hr, member):
    client.force_login(hr)
    asked = client.get(f"/memberships/{member.pk}/hold/").context["asked"]
    told = {row["label"]: (row["before"], row["after"]) for row in asked.effects}
    assert told == {"Counted people": (1, 0), "Truly covered": (1, 0), "Of these ready now": (0, 0)}
    assert state(member) == "active"


def test_an_act_is_done_with_its_reason_and_leads_back(client, hr, member):
    client.force_login(hr)
    answer = client.post(f"/memberships/{member.pk}/hold/", {"reason": REASON})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/pools/{member.pool_id}/")
    assert (state(member), AuditEvent.objects.get(verb="hold_member").reason) == ("on_hold", REASON)
    client.post(f"/memberships/{member.pk}/resume/")
    assert state(member) == "active"


def test_in_the_page_the_dialog_answers_and_the_page_follows(client, hr, member):
    client.force_login(hr)
    htmx = {"headers": {"hx-request": "true", "hx-target": "layer"}}
    assert b"<dialog" in client.get(f"/memberships/{member.pk}/exit/", **htmx).content
    bad = client.post(f"/memberships/{member.pk}/exit/", {"exit_reason": "left", "reason": "short"}, **htmx)
    assert (bad.status_code, b"short</textarea>" in bad.content, state(member)) == (422, True, "active")
    done = client.post(f"/memberships/{member.pk}/exit/", {"exit_reason": "left", "reason": REASON}, **htmx)
    assert (done.headers["HX-Redirect"], state(member)) == (f"/pools/{member.pool_id}/", "exited")


def test_a_move_that_has_passed_is_a_conflict_and_keeps_the_text(client, hr, member):
    client.force_login(hr)
    Membership.objects.filter(pk=member.pk).update(state="on_hold", place=None)
    answer = client.post(f"/memberships/{member.pk}/hold/", {"reason": REASON})
    assert (answer.status_code, REASON.encode() in answer.content, state(member)) == (409, True, "on_hold")
    assert not AuditEvent.objects.filter(verb="hold_member").exists()


def test_from_proposal_to_the_pool(client, hr, served):
    EmployeeFactory(number="77", name="New Person")
    client.force_login(hr)
    given = {"employee": "77", "position": served.position_id, "readiness": "ready_now", "reason": REASON}
    assert client.post(f"/pools/{served.pool.pk}/propose/", given | {"readiness": ""}).status_code == 422
    client.post(f"/pools/{served.pool.pk}/propose/", given)
    membership = Membership.objects.get()
    assert (membership.state, membership.posts.get().readiness) == ("proposed", "ready_now")
    assert client.post(f"/pools/{served.pool.pk}/propose/", given).status_code == 409
    client.post(f"/memberships/{membership.pk}/start/")
    assert state(membership) == "screening"
    client.post(f"/memberships/{membership.pk}/admit/")
    assert state(membership) == "active"


def test_above_the_capacity_a_reason_is_asked(client, hr, served):
    for place in range(1, 4):
        MembershipFactory(pool=served.pool, place=place)
    waiting = MembershipFactory(pool=served.pool, state="screening", place=None, admitted_on=None)
    MembershipPostFactory(membership=waiting, position=served.position)
    client.force_login(hr)
    full = client.post(f"/memberships/{waiting.pk}/admit/")
    assert (full.status_code, state(waiting)) == (409, "screening")
    assert b"All 3 places" in full.content
    client.post(f"/memberships/{waiting.pk}/admit/", {"over_capacity_reason": REASON})
    assert state(waiting) == "active"


def test_names_are_given_changed_and_taken_back(client, hr, member, served):
    other = PoolPositionFactory(pool=served.pool).position
    client.force_login(hr)
    given = {"position": other.pk, "readiness": "4_5_years", "reason": REASON}
    client.post(f"/memberships/{member.pk}/name/", given)
    name = MembershipPost.objects.get(position=other)
    client.post(f"/memberships/{member.pk}/names/{name.pk}/readiness/", {"readiness": "ready_now", "reason": REASON})
    name.refresh_from_db()
    assert name.readiness == "ready_now"
    client.post(f"/memberships/{member.pk}/names/{name.pk}/remove/", {"reason": REASON})
    last = MembershipPost.objects.get()
    refused = client.post(f"/memberships/{member.pk}/names/{last.pk}/remove/", {"reason": REASON})
    assert (refused.status_code, MembershipPost.objects.count()) == (409, 1)


def test_a_post_of_another_pool_is_not_offered(client, hr, member):
    strange = PoolPositionFactory().position
    client.force_login(hr)
    given = {"position": strange.pk, "readiness": "ready_now", "reason": REASON}
    assert client.post(f"/memberships/{member.pk}/name/", given).status_code == 422
    name = MembershipPostFactory()
    address = f"/memberships/{member.pk}/names/{name.pk}/readiness/"
    assert client.post(address, {"readiness": "4_5_years", "reason": REASON}).status_code == 404


def test_evidence_makes_a_member_count(client, hr, member):
    Candidate.objects.update(evidence_on=None)
    client.force_login(hr)
    ahead = {"on": timezone.localdate() + timedelta(1), "reason": REASON}
    assert client.post(f"/memberships/{member.pk}/evidence/", ahead).status_code == 422
    given = {"on": timezone.localdate(), "reason": REASON}
    assert client.post(f"/memberships/{member.pk}/evidence/", given).status_code == 302
    assert Candidate.objects.get(pk=member.candidate_id).evidence_on == timezone.localdate()
    assert AuditEvent.objects.get(verb="record_evidence").reason == REASON


def test_someone_moves_up_from_the_reserve(client, hr, served):
    reserve = PoolFactory(kind="reserve", target_size=5)
    membership = MembershipFactory(pool=reserve)
    client.force_login(hr)
    client.post(f"/memberships/{membership.pk}/move-up/", {"pool": served.pool.pk, "reason": REASON})
    assert state(membership) == "exited"
    assert Membership.objects.get(pool=served.pool).moved_from == membership


def test_several_are_asked_first_and_then_done_with_one_reason(client, hr, member, served):
    other = MembershipFactory(pool=served.pool)
    client.force_login(hr)
    address, chosen = f"/pools/{served.pool.pk}/members/hold/", {"pk": [member.pk, other.pk]}
    asked = client.post(address, chosen)
    assert (asked.status_code, [pk for _name, pk in asked.context["asked"].hidden]) == (200, sorted(chosen["pk"]))
    assert asked.context["asked"].effects[0]["after"] == 0
    assert state(member) == "active"
    assert client.post(address, chosen | {"reason": "short"}).status_code == 422
    client.post(address, chosen | {"reason": REASON})
    assert (state(member), state(other)) == ("on_hold", "on_hold")
    assert AuditEvent.objects.filter(verb="hold_member", reason=REASON).count() == 2


def test_a_stranger_among_several_makes_the_whole_unknown(client, hr, member, served):
    strange = MembershipFactory()
    client.force_login(hr)
    answer = client.post(f"/pools/{served.pool.pk}/members/hold/", {"pk": [member.pk, strange.pk], "reason": REASON})
    assert (answer.status_code, state(member), state(strange)) == (404, "active", "active")
    assert client.post(f"/pools/{served.pool.pk}/members/promote/", {"pk": member.pk}).status_code == 404
    assert client.post(f"/pools/{served.pool.pk}/members/hold/").status_code == 404


def test_nobody_decides_about_themselves_nor_without_the_right(client, hr, auditor, served):
    own = MembershipFactory(pool=served.pool, candidate__employee=EmployeeFactory(user=hr))
    client.force_login(hr)
    assert client.post(f"/memberships/{own.pk}/exit/", {"exit_reason": "left", "reason": REASON}).status_code == 404
    client.force_login(auditor)
    assert client.post(f"/memberships/{own.pk}/exit/", {"exit_reason": "left", "reason": REASON}).status_code == 403
    assert state(own) == "active"
    assert client.get(f"/memberships/{own.pk}/promote/").status_code == 404
