"""Two people decide at the same moment on the ground floor: one wins, or one waits, and nothing is doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from succession.organisation.choices import CriticalityFactor
from succession.organisation.errors import Refusal
from succession.organisation.models import CriticalityRating, Incumbency, OrgUnit, Policy, SeatChange
from succession.organisation.services import criticality, incumbencies, policies, positions, requirements, units
from tests.factories import CompetencyFactory, EmployeeFactory, OrgUnitFactory, PositionFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()
REASON = "Decided in the meeting of the board in May."


@pytest.fixture(autouse=True)
def policy_in_force(db):
    """Tests with real transactions empty the tables, the policy of the first migration with them."""
    if not Policy.objects.exists():
        Policy.objects.create(version=1, state="in_force", in_force_from=timezone.now())


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answered, its refusal if it was refused; all begin together."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(answers):
    return [answer for answer in answers if isinstance(answer, Refusal)]


def test_of_many_people_one_takes_the_last_seat():
    post = PositionFactory()
    people = [EmployeeFactory() for _ in range(6)]
    answers = at_once(*(lambda p=p: incumbencies.start_incumbency(post, p, from_=TODAY, actor=None) for p in people))
    assert Incumbency.objects.count() == 1
    assert {refusal.code for refusal in refused(answers)} == {"no_free_seat"}
    assert len(refused(answers)) == 5


def test_two_people_take_two_free_seats():
    post = PositionFactory(base_seats=2)
    people = [EmployeeFactory(), EmployeeFactory()]
    answers = at_once(*(lambda p=p: incumbencies.start_incumbency(post, p, from_=TODAY, actor=None) for p in people))
    assert refused(answers) == []
    assert sorted(Incumbency.objects.values_list("seat", flat=True)) == [1, 2]


def test_one_person_takes_one_of_two_posts():
    person = EmployeeFactory()
    posts = [PositionFactory(), PositionFactory()]
    answers = at_once(*(lambda p=p: incumbencies.start_incumbency(p, person, from_=TODAY, actor=None) for p in posts))
    assert Incumbency.objects.count() == 1
    assert [refusal.code for refusal in refused(answers)] == ["employee_has_one_permanent_post_a_day"]


def test_the_last_seat_is_taken_away_once():
    post = PositionFactory(base_seats=1)
    answers = at_once(*[lambda: positions.change_seats(post, on=TODAY, delta=-1, reason=REASON, actor=None)] * 4)
    assert SeatChange.objects.count() == 1
    assert {refusal.code for refusal in refused(answers)} == {"seats_below_zero"}


def test_two_moves_make_no_circle_together():
    left, right = OrgUnitFactory(), OrgUnitFactory()
    answers = at_once(
        lambda: units.move_unit(left, right, actor=None), lambda: units.move_unit(right, left, actor=None)
    )
    assert [refusal.code for refusal in refused(answers)] == ["units_make_no_circle"]
    assert OrgUnit.objects.filter(parent__isnull=True).count() == 1


def test_versions_of_a_rating_are_counted_one_after_the_other():
    post = PositionFactory()
    scores = dict.fromkeys(CriticalityFactor.values, 4)
    answers = at_once(*[lambda: criticality.rate_criticality(post, scores, actor=None)] * 4)
    assert refused(answers) == []
    assert sorted(CriticalityRating.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


def test_one_policy_is_in_force_whoever_decides_at_once():
    drafts = [policies.draft_policy(actor=None) for _ in range(3)]
    answers = at_once(*(lambda d=d: policies.put_policy_in_force(d, reason=REASON, actor=None) for d in drafts))
    assert refused(answers) == []
    assert Policy.objects.filter(state="in_force").count() == 1
    assert Policy.objects.filter(state="retired").count() == 3
    answers = at_once(*[lambda: policies.draft_policy(actor=None)] * 3)
    assert sorted(draft.version for draft in answers) == [5, 6, 7]


def test_of_two_profiles_written_on_one_version_the_second_is_told():
    post = PositionFactory()
    seen = requirements.profile_version(post)
    rows = [[requirements.RequirementRow(CompetencyFactory().pk, level)] for level in (2, 4)]
    answers = at_once(*(lambda r=r: requirements.replace_requirements(post, r, version=seen, actor=None) for r in rows))
    assert [refusal.code for refusal in refused(answers)] == ["stale_version"]
    assert post.requirements.count() == 1
