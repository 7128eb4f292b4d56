"""Coverage by statement and matching equals the plain loop, row by row."""

from collections import Counter

import pytest
from django.utils import timezone

from pools import recompute
from pools.models import Coverage, CoverageDay, EchelonPool, Membership, PoolPosition
from succession.organisation.models import Position
from tests.pools.organisations import TODAY, Draw, figures_by_plain_loop

pytestmark = pytest.mark.django_db


def stored():
    found = {}
    for row in Coverage.objects.all():
        subject = row.position_id or row.pool_id or row.unit_id
        found[row.scope, row.kind, subject] = row
    return found


def assert_equal_to_the_plain_loop():
    expected, found = figures_by_plain_loop(TODAY), stored()
    assert set(found) == set(expected)
    for subject, figures in expected.items():
        row = found[subject]
        seen = {name: getattr(row, name) for name in figures}
        seen["blocking"] = sorted((b["positions"], b["people"], b["short"]) for b in row.blocking)
        assert (subject, seen) == (subject, figures)
    for kind in ("key", "management"):
        posts = Counter(row.status for (scope, of, _subject), row in found.items() if (scope, of) == ("position", kind))
        assert found["whole", kind, None].post_statuses == posts


def test_a_thousand_small_organisations_equal_the_plain_loop():
    draw = Draw(seed=43)
    for number in range(1000):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    assert_equal_to_the_plain_loop()
    assert Coverage.objects.filter(scope="position").count() > 2000
    assert set(Coverage.objects.values_list("status", flat=True)) == {
        "not_needed",
        "empty",
        "thin",
        "building",
        "full",
        "over",
    }


def test_a_larger_organisation_equals_the_plain_loop():
    draw = Draw(seed=7)
    draw.organisation(1, posts=400, people=300, pools=30, units=60)
    draw.save()
    recompute.recompute_all(TODAY)
    assert_equal_to_the_plain_loop()


def test_nothing_at_all_has_a_defined_status():
    recompute.recompute_all(TODAY)
    rows = Coverage.objects.order_by("kind").values_list("scope", "kind", "status", "seats", "capacity", "gap")
    assert list(rows) == [("whole", "key", "not_needed", 0, 0, 0), ("whole", "management", "not_needed", 0, 0, 0)]


def test_a_second_run_writes_nothing():
    draw = Draw(seed=11)
    for number in range(30):
        draw.organisation(number)
    draw.save()
    assert recompute.recompute_all(TODAY) == Coverage.objects.count()
    before = list(Coverage.objects.order_by("pk").values_list("pk", "computed_at"))
    assert recompute.recompute_all(TODAY) == 0
    assert list(Coverage.objects.order_by("pk").values_list("pk", "computed_at")) == before
    assert CoverageDay.objects.count() == len(before)


def test_a_few_pools_and_the_units_come_to_the_same_as_everything():
    draw = Draw(seed=12)
    for number in range(60):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    changed = []
    for pool in EchelonPool.objects.filter(memberships__state="active").distinct().order_by("pk")[:9]:
        pool.memberships.filter(state="active").update(state="on_hold", place=None)
        changed.append(pool.pk)
    loose = list(Position.objects.filter(pool_position__isnull=True, position_class="key")[:5])
    Position.objects.filter(pk__in=[post.pk for post in loose]).update(base_seats=7)
    closed = PoolPosition.objects.filter(position__closed_on=None).last()
    Position.objects.filter(pk=closed.position_id).update(closed_on=TODAY)
    recompute.recompute_pools([*changed, closed.pool_id], [*(post.pk for post in loose), closed.position_id], TODAY)
    recompute.recompute_units(TODAY)
    assert_equal_to_the_plain_loop()
    assert recompute.recompute_all(TODAY) == 0


def test_posts_that_change_their_class_or_close_leave_no_row_behind():
    draw = Draw(seed=13)
    for number in range(40):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    Position.objects.filter(position_class="key").update(position_class="general")
    EchelonPool.objects.filter(kind="management").first()
    recompute.recompute_all(TODAY)
    assert_equal_to_the_plain_loop()
    assert not Coverage.objects.filter(kind="key", scope="position").exists()


def test_what_a_new_day_changes_is_computed_for_that_day():
    draw = Draw(seed=14)
    for number in range(40):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    tomorrow = TODAY + timezone.timedelta(1)
    changed = recompute.recompute_all(tomorrow)
    assert 0 < changed == CoverageDay.objects.filter(on=tomorrow).count() < Coverage.objects.count()
    expected = figures_by_plain_loop(tomorrow)
    assert set(stored()) == set(expected)


def test_figures_that_could_not_be_computed_stay_and_are_marked():
    draw = Draw(seed=15)
    for number in range(5):
        draw.organisation(number)
    draw.save()
    recompute.recompute_all(TODAY)
    before = list(Coverage.objects.order_by("pk").values_list("seats", "filled", "seats_true"))
    assert recompute.mark_stale(None, "The database was away.") == Coverage.objects.count()
    rows = Coverage.objects.order_by("pk")
    assert list(rows.values_list("seats", "filled", "seats_true")) == before
    assert not rows.filter(stale_since__isnull=True).exists()
    recompute.recompute_all(TODAY)
    assert not Coverage.objects.exclude(stale_since__isnull=True, failure="").exists()


def test_a_person_in_fifty_pools_is_one_person():
    from tests.factories import CandidateFactory, MembershipFactory, MembershipPostFactory, PoolPositionFactory

    candidate = CandidateFactory(evidence_on=TODAY)
    for _ in range(50):
        served = PoolPositionFactory()
        member = MembershipFactory(pool=served.pool, candidate=candidate)
        MembershipPostFactory(membership=member, position=served.position)
    recompute.recompute_all(TODAY)
    whole = Coverage.objects.get(scope="whole", kind="key")
    assert (whole.members, whole.filled, whole.seats, whole.seats_counted, whole.seats_true) == (1, 1, 50, 50, 1)
    assert whole.overlap == 50
    assert [len(block["positions"]) for block in whole.blocking] == [50]
    assert Membership.objects.count() == 50
