"""What each role sees of each kind of record: one small company, one table of expectations."""

import pytest

from candidates.models import Candidate
from pools.models import Coverage, EchelonPool, Membership, MembershipPost, PoolPosition, Screening
from succession.organisation import audit, jobs
from succession.organisation.models import (
    AuditEvent,
    CareerGoal,
    CriticalityRating,
    Employee,
    Incumbency,
    Job,
    OrgUnit,
    Policy,
    Position,
    Reading,
    Requirement,
    SeatChange,
    User,
)
from tests.factories import (
    CandidateFactory,
    CareerGoalFactory,
    EmployeeFactory,
    ExternalPersonFactory,
    IncumbencyFactory,
    MembershipFactory,
    MembershipPostFactory,
    OrgUnitFactory,
    PoolFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
    RoleAssignmentFactory,
    SeatChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# North and South; a key, a management and a general post in each, and the head's own key post, which leads North.
# Everyone named below is somebody's whole answer: nothing else of that model is seen.
NORTH, SOUTH, OWN = (
    {"north key", "north management", "north general"},
    {"south key", "south management", "south general"},
    {"north head"},
)
ALL = NORTH | SOUTH | OWN
KEYS = {"north key", "south key", "north head"}

SEES = {
    "hr": {
        "units": {"North", "South"}, "posts": ALL, "succession": ALL, "people": "all", "candidates": "all but oneself",
        "pools": {"keys", "managers", "reserve"}, "named": ALL, "members": "all but oneself", "audit": True,
    },
    "auditor": {
        "units": {"North", "South"}, "posts": ALL, "succession": ALL, "people": "all", "candidates": "all",
        "pools": {"keys", "managers", "reserve"}, "named": ALL, "members": "all", "audit": True,
    },
    "head": {
        "units": {"North"}, "posts": NORTH | OWN, "succession": NORTH, "people": "north", "candidates": "north",
        "pools": {"keys", "managers"}, "named": {"north key", "north management"}, "members": "north", "audit": False,
    },
    "north hr": {
        "units": {"North"}, "posts": NORTH | OWN, "succession": NORTH | OWN, "people": "north", "candidates": "north and head",
        "pools": {"keys", "managers"}, "named": {"north key", "north management", "north head"}, "members": "north",
        "audit": False,
    },
    "committee": {
        "units": {"North", "South"}, "posts": KEYS, "succession": KEYS, "people": "self", "candidates": "none",
        "pools": {"keys"}, "named": KEYS, "members": "keys", "audit": False,
    },
    "assessor": {
        "units": set(), "posts": set(), "succession": set(), "people": "self", "candidates": "none", "pools": set(),
        "named": set(), "members": "none", "audit": False,
    },
    "employee": {
        "units": set(), "posts": set(), "succession": set(), "people": "self", "candidates": "none", "pools": set(),
        "named": set(), "members": "none", "audit": False,
    },
    "administrator": {
        "units": set(), "posts": set(), "succession": set(), "people": "self", "candidates": "none", "pools": set(),
        "named": set(), "members": "none", "audit": False,
    },
}  # fmt: skip


@pytest.fixture
def company():
    """Each viewer is an employee as well, and a candidate in the key pool, so that their own standing could leak."""
    made = {"users": {}}
    units = {name: OrgUnitFactory(name=name) for name in ("North", "South")}
    pools = {
        "keys": PoolFactory(name="keys"),
        "managers": PoolFactory(name="managers", kind="management"),
        "reserve": PoolFactory(name="reserve", kind="reserve", target_size=10),
    }
    posts = {}
    for unit in units.values():
        for kind in ("key", "management", "general"):
            posts[f"{unit.name.lower()} {kind}"] = PositionFactory(
                org_unit=unit, position_class=kind, title=f"{unit.name.lower()} {kind}"
            )
    posts["north head"] = PositionFactory(org_unit=units["North"], position_class="key", title="north head")
    units["North"].head_position = posts["north head"]
    units["North"].save()
    for title, post in posts.items():
        SeatChangeFactory(position=post)
        RequirementFactory(position=post)
        if title.endswith("general"):
            continue
        pool = pools["managers" if title.endswith("management") else "keys"]
        PoolPositionFactory(pool=pool, position=post)
        person = EmployeeFactory(name=f"named for {title}", org_unit=post.org_unit)
        member = MembershipFactory(pool=pool, candidate__employee=person)
        MembershipPostFactory(membership=member, position=post)
        Screening.objects.create(membership=member, outcome="stays", reason="x")
    MembershipFactory(
        pool=pools["reserve"], candidate__employee=EmployeeFactory(name="in reserve", org_unit=units["South"])
    )
    CandidateFactory(employee=None, external=ExternalPersonFactory(name="outsider"))
    roles = {
        "hr": ("hr_manager", None), "auditor": ("auditor", None), "head": (None, None), "north hr": ("hr_manager", units["North"]),
        "committee": ("committee_member", None), "assessor": ("assessor", None), "employee": (None, None),
        "administrator": ("administrator", None),
    }  # fmt: skip
    for who, (role, unit) in roles.items():
        user = UserFactory(username=who)
        if role:
            RoleAssignmentFactory(user=user, role=role, org_unit=unit)
        home = units["North"] if who in {"head", "north hr"} else units["South"]
        me = EmployeeFactory(user=user, name=who, org_unit=home)
        mine = MembershipFactory(pool=pools["keys"], candidate__employee=me)
        MembershipPostFactory(membership=mine, position=posts["north key"])
        CareerGoalFactory(employee=me, text=who)
        made["users"][who] = user
    IncumbencyFactory(position=posts["north head"], employee=made["users"]["head"].employee)
    audit.record("try", posts["south key"], actor=None)
    return made


def seen(model, user, field, method="visible_to"):
    fresh = User.objects.get(pk=user.pk)
    return set(getattr(model.objects, method)(fresh).values_list(field, flat=True))


NAMED = {f"named for {title}" for title in ALL if not title.endswith("general")}
VIEWERS = set(SEES)
CANDIDATES = NAMED | VIEWERS | {"in reserve"}
NORTH_CANDIDATES = {"named for north key", "named for north management", "named for north head", "head", "north hr"}
# Named for a post in North: the viewers, for north key.
NAMED_IN_NORTH = {"named for north key", "named for north management"} | VIEWERS
PEOPLE = {
    "all": CANDIDATES,
    "north": NORTH_CANDIDATES,
}


@pytest.mark.parametrize("who", SEES)
def test_units_and_posts(who, company):
    user, expected = company["users"][who], SEES[who]
    assert seen(OrgUnit, user, "name") == expected["units"]
    assert seen(Position, user, "title") == expected["posts"]
    assert seen(Position, user, "title", "with_succession_for") == expected["succession"]
    assert seen(SeatChange, user, "position__title") == expected["posts"]
    assert seen(Requirement, user, "position__title") == expected["posts"]
    assert seen(Incumbency, user, "position__title") == expected["posts"] & OWN


@pytest.mark.parametrize("who", SEES)
def test_people_and_candidates(who, company):
    user, expected = company["users"][who], SEES[who]
    people = {"all": CANDIDATES, "north": NORTH_CANDIDATES, "self": {who}}[expected["people"]]
    assert seen(Employee, user, "name") == people
    assert seen(CareerGoal, user, "text") == people & VIEWERS
    candidates = {
        "all": CANDIDATES | {None},
        "all but oneself": (CANDIDATES | {None}) - {who},
        "north": NORTH_CANDIDATES - {who},
        "north and head": NORTH_CANDIDATES - {who},
        "none": set(),
    }[expected["candidates"]]
    assert seen(Candidate, user, "employee__name") == candidates


@pytest.mark.parametrize("who", SEES)
def test_pools_and_members(who, company):
    user, expected = company["users"][who], SEES[who]
    assert seen(EchelonPool, user, "name") == expected["pools"]
    served = {title for title in expected["named"] if not title.endswith("general")}
    assert seen(PoolPosition, user, "position__title") == served
    assert seen(MembershipPost, user, "position__title") == served
    members = {
        "all": CANDIDATES,
        "all but oneself": CANDIDATES - {who},
        "north": (NAMED_IN_NORTH | ({"named for north head"} if who == "north hr" else set())) - {who},
        "keys": ({f"named for {title}" for title in KEYS} | VIEWERS) - {who},
        "none": set(),
    }[expected["members"]]
    assert seen(Membership, user, "candidate__employee__name") == members
    assert seen(Screening, user, "membership__candidate__employee__name") == members & NAMED
    assert seen(MembershipPost, user, "membership__candidate__employee__name") == members - {"in reserve"}


@pytest.mark.parametrize("who", SEES)
def test_nobody_but_an_auditor_meets_themselves_in_a_pool(who, company):
    user = company["users"][who]
    own = (
        Membership.objects.filter(candidate__employee=user.employee).visible_to(user).count()
        + Candidate.objects.filter(employee=user.employee).visible_to(user).count()
    )
    assert own == (2 if who == "auditor" else 0)


@pytest.mark.parametrize("who", SEES)
def test_the_trail(who, company):
    user = company["users"][who]
    assert AuditEvent.objects.visible_to(user).exists() is SEES[who]["audit"]
    audit.log_reading(user.employee, reader=user)
    assert Reading.objects.visible_to(user).exists() is (who == "auditor")


@pytest.mark.parametrize("who", SEES)
def test_jobs(who, company):
    user = company["users"][who]
    mine = jobs.start_job("organisation.heartbeat", actor=user, args={}, label="mine")
    jobs.start_job("organisation.heartbeat", actor=UserFactory(), args={}, label="other")
    seen_labels = set(Job.objects.visible_to(user).values_list("label", flat=True))
    assert seen_labels == ({"mine", "other"} if who == "auditor" else {"mine"})
    assert mine.label in seen_labels


@pytest.mark.parametrize("who", SEES)
def test_criticality_is_never_told_of_ones_own_seat(who, company):
    policy = Policy.objects.get()
    for post in Position.objects.all():
        CriticalityRating.objects.create(
            position=post,
            version=1,
            scores={},
            score=3,
            policy=policy,
            proposed_class="key",
            decided_class="key",
            reason="x",
        )
    assert seen(CriticalityRating, company["users"][who], "position__title") == SEES[who]["succession"]


@pytest.mark.parametrize("who", SEES)
def test_stored_coverage(who, company):
    policy = Policy.objects.get()
    common = {"status": "empty", "formula_version": 1, "policy": policy, "computed_at": "2026-01-01T00:00Z"}
    for post in Position.objects.exclude(position_class="general"):
        Coverage.objects.create(scope="position", kind=post.position_class, position=post, **common)
    for pool in EchelonPool.objects.all():
        Coverage.objects.create(scope="pool", kind=pool.kind, pool=pool, **common)
    Coverage.objects.create(scope="whole", kind="key", **common)
    Coverage.objects.create(scope="whole", kind="management", **common)
    user, expected = company["users"][who], SEES[who]
    rows = Coverage.objects.visible_to(user)
    assert set(rows.filter(scope="position").values_list("position__title", flat=True)) == {
        title for title in expected["succession"] if not title.endswith("general")
    }
    whole = {"hr": 2, "auditor": 2, "committee": 1}.get(who, 0)
    pools = {"hr": 3, "auditor": 3, "committee": 1}.get(who, 0)
    assert (rows.filter(scope="whole").count(), rows.filter(scope="pool").count()) == (whole, pools)


def test_hr_never_reads_the_succession_of_their_own_seat(company):
    hr = company["users"]["hr"]
    seat = Position.objects.get(title="south key")
    IncumbencyFactory(position=seat, employee=hr.employee)
    assert seen(Position, hr, "title") == ALL
    assert seen(Position, hr, "title", "with_succession_for") == ALL - {"south key"}
    assert "south key" not in seen(MembershipPost, hr, "position__title")
    heirs = {"named for south key"}
    assert seen(Membership, hr, "candidate__employee__name") == CANDIDATES - {"hr"} - heirs
    also = Membership.objects.get(candidate__employee__name="named for south key")
    MembershipPostFactory(membership=also, position=Position.objects.get(title="north key"))
    assert seen(Membership, hr, "candidate__employee__name") == CANDIDATES - {"hr"}
