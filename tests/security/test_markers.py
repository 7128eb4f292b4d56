"""What is confidential never reaches those it is kept from: markers planted, everything fetched, searched for."""

import io
import zipfile

import pytest
from django.core.cache import cache

from pools.models import Membership, MembershipPost, PoolPosition, Screening
from succession.organisation import audit
from succession.organisation.models import CareerGoal, CriticalityRating, Employee, Incumbency, Policy, User
from tests.factories import CandidateFactory, ExternalPersonFactory, MembershipFactory, PoolFactory
from tests.security.company import ROLES, found_company
from tests.security.matrix import clients
from tests.security.routes import routes

pytestmark = pytest.mark.django_db
HR, AUDITOR, EVERYBODY = {"hr"}, {"auditor"}, set(ROLES)

# Marker -> who may ever meet it. Whoever is not named must never be sent it, in a page, a fragment, JSON or an export.
MAY = {
    # What is thought of people named for a post of the other unit.
    "MarkFarReason": HR | AUDITOR | {"committee"},
    "MarkFarProposal": HR | AUDITOR | {"committee"},
    "MarkFarHold": HR | AUDITOR | {"committee"},
    "MarkFarScreening": HR | AUDITOR | {"committee"},
    "MarkFarExit": HR | AUDITOR | {"committee"},
    "MarkFarPerson": HR | AUDITOR | {"committee"},
    "MarkFarOverride": HR | AUDITOR | {"committee"},
    "MarkFarCriticality": HR | AUDITOR | {"committee"},
    "MarkFarLeaving": HR | AUDITOR | {"committee"},
    "MarkFarGoal": HR | AUDITOR,
    "MarkFarMail": HR | AUDITOR,
    # Where nobody has a unit.
    "MarkReservePool": HR | AUDITOR,
    "MarkReservePerson": HR | AUDITOR,
    "MarkOutsider": HR | AUDITOR,
    "MarkOutsiderMail": HR | AUDITOR,
    "MarkRatio": HR | AUDITOR | {"committee"},
    "MarkTrail": HR | AUDITOR,
    "MarkSecret": set(),
}

# Administrators join accounts to people: there, and nowhere else, they meet the names of those who work here.
NAMES_OF_EMPLOYEES = {"MarkFarPerson", "MarkReservePerson"}
JOINING = "/admin/organisation/employee/"


# An assessor meets the name of whom they assess: on what is assigned to them, and nowhere else.
NAME_OF_THE_ASSESSED = {"MarkFarPerson"}
ASSESSING = ("/my-assessments/", "/sheets/", "/api/v1/assessments/")


def _is_leaked(mark, who, address):
    if who == "administrator" and address.startswith(JOINING):
        return mark not in NAMES_OF_EMPLOYEES
    if who == "assessor" and address.startswith(ASSESSING):
        return mark not in NAME_OF_THE_ASSESSED
    return True


@pytest.fixture
def company():
    company = found_company()
    _plant_far(company)
    _plant_elsewhere(company)
    for who in ROLES:
        _plant_own(company, who)
        company.users[who].refresh_from_db()
    return company


def _plant_far(company):
    member, post = company.far["membership"], company.far["position"]
    Membership.objects.filter(pk=member.pk).update(proposal_reason="MarkFarProposal", hold_reason="MarkFarHold")
    MembershipPost.objects.filter(membership=member).update(reason="MarkFarReason")
    Screening.objects.filter(membership=member).update(reason="MarkFarScreening")
    gone = MembershipFactory(
        pool=company.far["pool"],
        state="exited",
        exited_on="2026-01-01",
        exit_reason="declined",
        exit_note="MarkFarExit",
        place=None,
        next_screening_on=None,
    )
    MembershipPost.objects.create(membership=gone, position=post, readiness="ready_now")
    Employee.objects.filter(pk=company.far["person"].pk).update(name="MarkFarPerson", email="MarkFarMail@example.org")
    CareerGoal.objects.filter(pk=company.far["goal"].pk).update(text="MarkFarGoal")
    PoolPosition.objects.filter(position=post).update(demand_override=2, override_reason="MarkFarOverride")
    _rate(post, "MarkFarCriticality")
    Incumbency.objects.filter(pk=company.far["incumbency"].pk).update(
        expected_leaving_on="2027-03-04", expected_leaving_source="entered", expected_leaving_note="MarkFarLeaving"
    )


def _plant_elsewhere(company):
    reserve = PoolFactory(name="MarkReservePool", kind="reserve", target_size=3)
    MembershipFactory(pool=reserve, candidate__employee__name="MarkReservePerson")
    CandidateFactory(
        employee=None, external=ExternalPersonFactory(name="MarkOutsider", email="MarkOutsiderMail@example.org")
    )
    pool = company.far["pool"]
    pool.ratio_override, pool.ratio_reason = 2, "MarkRatio"
    pool.save()
    audit.record("try", company.far["person"], actor=None, reason="MarkTrail")
    User.objects.update(password="MarkSecret")


def _plant_own(company, who):
    """What nobody may read of themselves: that they are named, why, who is named for their seat, how critical it is."""
    mine, seat = company.own["membership", who], company.own_seat["position", who]
    oneself = {who} - AUDITOR
    MAY[f"MarkOwnNaming{who}End"] = (HR | AUDITOR | {"committee", "head"}) - oneself
    for mark in ("MarkHeir", "MarkSeatCriticality"):
        MAY[f"{mark}{who}End"] = (HR | AUDITOR | {"committee"}) - oneself
    MembershipPost.objects.filter(membership=mine).update(reason=f"MarkOwnNaming{who}End")
    heir = company.own_seat["membership", who]
    Employee.objects.filter(pk=heir.candidate.employee_id).update(org_unit=company.far["unit"])
    MembershipPost.objects.filter(membership=heir).update(reason=f"MarkHeir{who}End")
    _rate(seat, f"MarkSeatCriticality{who}End")


def _rate(post, reason):
    CriticalityRating.objects.create(
        position=post,
        version=1,
        scores=dict.fromkeys(["business_impact", "replacement_difficulty"], 4),
        score="4.00",
        policy=Policy.objects.get(),
        proposed_class="key",
        decided_class="key",
        reason=reason,
    )


def texts_of(response):
    """The answer as text; a workbook is opened."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


def everything(company, who, client):
    """Address and text of all that this viewer is answered with GET, fragments and exports included."""
    for route in routes():
        if route.text.startswith("accounts/"):
            continue
        for place in set(route.places(company)) - {"missing"}:
            address = route.address(company, place, who)
            cache.clear()
            response = client.get(address)
            if response.status_code >= 300:
                continue
            yield address, texts_of(response)
            for more, headers in (("?export=csv", {}), ("?export=xlsx", {}), ("", {"HX-Request": "true"})):
                if "/api/" not in address and not address.startswith("/admin"):
                    again = client.get(address + more, headers=headers)
                    if again.status_code == 200:
                        yield f"{address}{more}", texts_of(again)


@pytest.mark.parametrize("who", ROLES)
def test_no_answer_holds_what_is_kept_from_its_reader(who, company):
    client = clients(company)[who]
    kept = [mark for mark, readers in MAY.items() if who not in readers]
    met, leaks = set(), []
    for address, text in everything(company, who, client):
        leaks += [f"{address}: {mark}" for mark in kept if mark in text and _is_leaked(mark, who, address)]
        met |= {mark for mark, readers in MAY.items() if who in readers and mark in text}
    assert leaks == []
    if who in {"hr", "auditor"}:
        assert {"MarkFarPerson", "MarkFarReason", "MarkReservePool"} <= met


@pytest.mark.parametrize("who", ROLES)
def test_search_and_filters_find_nothing_more(who, company):
    """A text kept from a reader cannot be found by guessing at it."""
    client = clients(company)[who]
    for mark in ("MarkFarPerson", "MarkReservePerson", "MarkOutsider", "MarkReservePool"):
        if who in MAY[mark]:
            continue
        for resource in ("employees", "candidates", "pools", "positions", "audit"):
            found = client.get(f"/api/v1/{resource}/?search={mark}").json()
            assert found["count"] == 0, (resource, mark)
