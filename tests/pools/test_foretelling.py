"""What a dry run tells of coverage is what applying it brings about, to the seat."""

import io
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from pools import forecasts, recompute
from pools.foretelling import foretold
from pools.models import Coverage
from succession.organisation import imports
from succession.organisation.imports import foreseen
from succession.organisation.imports.applying import apply_now
from succession.organisation.models import Employee, ImportBatch, ImportForecast, Incumbency, OutboxMessage, Position
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
from tests.pools.organisations import TODAY, Draw

pytestmark = pytest.mark.django_db
HEAD = "Position code,Title,Unit code,Class,Seats,Employee number,As of,Status\n"
NAMES = {
    "seats": "seats",
    "planned": "planned",
    "closing": "closing",
    "named": "seats_named",
    "counted": "seats_counted",
    "true": "seats_true",
    "ready_now": "seats_true_ready_now",
}


def plan(hr, name, text, kind="organisation", **options):
    streams = [(name, io.BytesIO(text.encode()))]
    return imports.create_batch(streams, kind=kind, actor=hr, background=False, options=options)


def stored():
    rows = {row.kind: row for row in Coverage.objects.filter(scope="whole")}
    return {kind: {told: getattr(row, name) for told, name in NAMES.items()} for kind, row in rows.items()}


def side(told, which):
    return {kind: figures[which] for kind, figures in told["figures"].items()}


def posts_file(rnd):
    """Other seats, classes and holders for some posts, some eliminated, some new; on days past and to come."""
    lines = []
    people = list(Employee.objects.order_by("pk").values_list("number", flat=True))
    for post in Position.objects.order_by("pk").select_related("org_unit"):
        if rnd.random() < 0.5:
            continue
        kind = rnd.choice((post.position_class, post.position_class, "key", "management", "general"))
        holder = rnd.choice(people) if people and rnd.random() < 0.4 else ""
        on = rnd.choice((TODAY, TODAY, TODAY - timedelta(30), TODAY + timedelta(40)))
        state = "eliminated" if rnd.random() < 0.1 else ""
        unit = post.org_unit.code
        lines.append(f"{post.code},{post.title},{unit},{kind},{rnd.choice((0, 1, 1, 2, 3))},{holder},{on},{state}\n")
    units = list(Position.objects.order_by("pk").values_list("org_unit__code", flat=True))
    lines += [f"NEW-{k},New,{rnd.choice(units)},key,{rnd.randint(0, 3)},N{k},{TODAY},\n" for k in range(5)]
    return HEAD + "".join(lines)


def people_file(rnd):
    """Some leave, at once or later; some who left are back."""
    lines = []
    for person in Employee.objects.order_by("pk"):
        left = rnd.choice((None, None, TODAY, TODAY - timedelta(3), TODAY + timedelta(20)))
        lines.append(f"{person.number},{person.name},{left or ''}\n")
    return "Employee number,Name,Left on\n" + "".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_the_effect_told_equals_the_figures_after_applying(seed, hr):
    draw, rnd = Draw(seed=seed), Random(seed)
    for number in range(25):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    files = [
        ("posts.csv", posts_file(rnd), {"kind": "organisation", "absent": rnd.choice(("keep", "close"))}),
        ("people.csv", people_file(rnd), {"kind": "employees"}),
    ]
    moved = []
    for name, text, how in files:
        kind = how.pop("kind")
        batch = plan(hr, name, text, kind=kind, **how)
        assert batch.accepted_count > 10
        before = stored()
        told = foretold(batch.forecast.facts, TODAY)
        assert side(told, "before") == before
        apply_now(batch, actor=hr)
        recompute.recompute_all(TODAY)
        assert side(told, "after") == stored()
        moved.append(stored() != before)
    assert any(moved)


@pytest.fixture
def covered():
    """Two key posts of one pool: Ann holds the first, Bo and Cy are named for both; Di is named for the second."""
    unit = OrgUnitFactory(code="OPS")
    posts = [PositionFactory(code=code, title=code, org_unit=unit, position_class="key") for code in ("P1", "P2")]
    pool = PoolFactory(kind="key")
    for post in posts:
        PoolPositionFactory(pool=pool, position=post)
    ann = EmployeeFactory(name="Ann Lee", number="1", org_unit=unit)
    IncumbencyFactory(position=posts[0], employee=ann)
    for number, name in ((2, "Bo Yi"), (3, "Cy Ray")):
        person = EmployeeFactory(name=name, number=str(number), org_unit=unit)
        candidate = CandidateFactory(employee=person, evidence_on=timezone.localdate())
        member = MembershipFactory(pool=pool, candidate=candidate, state="active")
        for post in posts[: 4 - number]:
            MembershipPostFactory(membership=member, position=post, readiness="ready_now")
    return posts


def told_of(rows):
    return [tuple(row[name] for name in ("code", "name", "what")) for row in rows["rows"]]


def test_who_and_what_is_concerned(covered, hr):
    text = f"{HEAD}P1,P1,OPS,key,1,2,,\nP2,P2,OPS,key,3,1,,\nP3,P3,OPS,key,2,9,,\n"
    told = foretold(plan(hr, "posts.csv", text).forecast.facts)
    assert [(each["code"], each["what"], each["before"], each["after"]) for each in told["posts"]["rows"]] == [
        ("P2", "changed", 1, 3),
        ("P3", "opened", 0, 2),
    ]
    assert told_of(told["holders"]) == [("P1", "Ann Lee", "moves"), ("P1", "Bo Yi", "comes"), ("P3", "9", "comes")]
    assert told["holders"]["rows"][0]["to"] == "P2"
    assert told_of(told["successors"]) == [("P1", "Bo Yi", "appointed")]
    assert side(told, "before")["key"] | {"planned": 0} == {
        "seats": 2,
        "planned": 0,
        "closing": 0,
        "named": 2,
        "counted": 2,
        "true": 2,
        "ready_now": 2,
    }
    assert side(told, "after")["key"]["true"] == 2


def test_a_successor_who_leaves(covered, hr):
    day = timezone.localdate()
    batch = plan(hr, "people.csv", f"Employee number,Name,Left on\n2,Bo Yi,{day}\n", kind="employees")
    told = foretold(batch.forecast.facts)
    assert told_of(told["successors"]) == [("P1", "Bo Yi", "left"), ("P2", "Bo Yi", "left")]
    assert (side(told, "before")["key"]["true"], side(told, "after")["key"]["true"]) == (2, 1)


def test_the_task_works_out_what_waits_and_writes_nothing_else(covered, hr):
    batch = plan(hr, "posts.csv", f"{HEAD}P1,P1,OPS,key,1,2,,\n")
    assert list(OutboxMessage.objects.filter(consumer="forecasts").values_list("payload", flat=True)) == [
        {"importbatch": batch.pk}
    ]
    assert forecasts.follow() == 1
    forecast = ImportForecast.objects.get()
    assert (forecast.facts, forecast.problem) == (None, "")
    assert told_of(forecast.figures["successors"]) == [("P1", "Bo Yi", "appointed")]
    assert Incumbency.objects.get().employee.number == "1"
    assert not OutboxMessage.objects.filter(consumer="forecasts").exists()
    assert not Coverage.objects.exists()
    assert forecasts.follow() == 0


def test_a_new_dry_run_is_worked_out_anew(covered, hr):
    batch = plan(hr, "posts.csv", f"{HEAD}P1,P1,OPS,key,1,2,,\n")
    forecasts.follow()
    imports.plan_batch(ImportBatch.objects.get(pk=batch.pk))
    assert ImportForecast.objects.get().figures is None
    assert forecasts.follow() == 1
    assert ImportForecast.objects.get().figures is not None


def test_what_takes_too_long_is_left_and_said(covered, hr, monkeypatch):
    monkeypatch.setattr(forecasts, "LONGEST_MS", 1)
    plan(hr, "posts.csv", f"{HEAD}P1,P1,OPS,key,1,2,,\n")
    forecasts.follow()
    forecast = ImportForecast.objects.get()
    assert (forecast.figures, forecast.problem) == (None, "Working it out took too long.")


def test_more_than_so_many_facts_are_not_kept(covered, hr, monkeypatch):
    monkeypatch.setattr(foreseen, "MOST", 1)
    batch = plan(hr, "posts.csv", f"{HEAD}P1,P1,OPS,key,2,2,,\nP2,P2,OPS,key,2,,,\n")
    assert (batch.forecast.facts, batch.forecast.problem) == (None, "More than 1 facts would change.")
    assert not OutboxMessage.objects.filter(consumer="forecasts").exists()
