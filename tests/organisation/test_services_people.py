"""People: registered, asked, answering, aiming; criticality and policy decided."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from succession.organisation.choices import CriticalityFactor
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import AuditEvent, CareerGoal, CriticalityRating, OutboxMessage, Policy
from succession.organisation.selectors.policies import compare_policies, policy_in_force
from succession.organisation.services import criticality, employees, goals, policies, willingness
from tests.factories import EmployeeFactory, ExternalPersonFactory, OrgUnitFactory, PositionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Decided in the meeting of the board in May."
HIGH = dict.fromkeys(CriticalityFactor.values, 5)
LOW = dict.fromkeys(CriticalityFactor.values, 1)


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_an_employee_is_registered_with_their_history_begun(hr):
    unit = OrgUnitFactory()
    person = employees.register_employee(
        number="1", name="Ada King Lovelace", org_unit=unit, hired_on=date(2020, 1, 1), title="Analyst", actor=hr
    )
    assert person.sort_name == "lovelace ada king"
    assert person.unit_periods.get().starts_on == date(2020, 1, 1)
    assert person.titles.get().title == "Analyst"
    assert OutboxMessage.objects.get().payload == {"employee": person.pk}
    with pytest.raises(Invalid, match="already exists"):
        employees.register_employee(number="1", name="Another", actor=hr)
    with pytest.raises(Invalid, match="before the day of birth"):
        employees.register_employee(
            number="2", name="Unborn", birth_date=date(2020, 1, 2), hired_on=date(2020, 1, 1), actor=hr
        )
    assert events() == ["register_employee"]


def test_a_change_of_unit_is_dated(hr):
    old, new = OrgUnitFactory(), OrgUnitFactory()
    person = employees.register_employee(number="1", name="Ada", org_unit=old, hired_on=date(2020, 1, 1), actor=hr)
    person = employees.change_employee(person, org_unit=new, mobility="Anywhere", actor=hr)
    assert (person.org_unit, person.mobility) == (new, "Anywhere")
    assert list(person.unit_periods.values_list("org_unit", "starts_on", "ends_on")) == [
        (old.pk, date(2020, 1, 1), TODAY),
        (new.pk, TODAY, None),
    ]
    assert AuditEvent.objects.get(verb="change_employee").after == {"mobility": "Anywhere", "org_unit": new.pk}


def test_a_title_ends_the_one_before(hr):
    person = employees.register_employee(number="1", name="Ada", hired_on=date(2020, 1, 1), title="Clerk", actor=hr)
    employees.give_title(person, "Head clerk", from_=date(2022, 1, 1), actor=hr)
    assert list(person.titles.values_list("title", "ends_on")) == [
        ("Clerk", date(2022, 1, 1)),
        ("Head clerk", None),
    ]
    with pytest.raises(Invalid, match="began later"):
        employees.give_title(person, "Page", from_=date(2021, 1, 1), actor=hr)


@pytest.mark.parametrize("make", [EmployeeFactory, ExternalPersonFactory])
def test_an_answer_holds_as_long_as_the_policy_says(make, hr):
    Policy.objects.update(willingness_valid_months=1)
    person = willingness.ask_willingness(make(), on=date(2026, 1, 1), actor=hr)
    assert (person.willingness, person.willingness_until) == ("asked", None)
    person = willingness.answer_willingness(person, "declined", on=date(2026, 1, 31), actor=hr)
    assert (person.willingness, person.willingness_until) == ("declined", date(2026, 2, 28))
    with pytest.raises(Refusal, match="still holds"):
        willingness.ask_willingness(person, on=date(2026, 2, 28), actor=hr)
    person = willingness.ask_willingness(person, on=date(2026, 3, 1), actor=hr)
    assert person.willingness == "asked"
    assert events() == ["ask_willingness", "answer_willingness", "ask_willingness"]
    assert OutboxMessage.objects.first().payload == {person._meta.model_name: person.pk}


@pytest.mark.parametrize("word", ["not_asked", "asked", "maybe", ""])
def test_only_an_answer_is_an_answer(word, hr):
    with pytest.raises(Invalid):
        willingness.answer_willingness(EmployeeFactory(), word, actor=hr)


def test_goals_are_added_changed_and_removed(employee_user):
    person = employee_user.employee
    goal = goals.add_goal(person, text=" Lead a plant ", importance=5, actor=employee_user)
    assert (goal.text, goal.importance) == ("Lead a plant", 5)
    goals.change_goal(goal, text="Lead two plants", actor=employee_user)
    goals.remove_goal(goal, actor=employee_user)
    assert not CareerGoal.objects.exists()
    assert events() == ["add_goal", "change_goal", "remove_goal"]
    with pytest.raises(Invalid):
        goals.add_goal(person, text="", actor=employee_user)
    with pytest.raises(Invalid):
        goals.add_goal(person, text="Fly", importance=6, actor=employee_user)


def test_twenty_goals_are_enough(employee_user):
    person = employee_user.employee
    CareerGoal.objects.bulk_create(CareerGoal(employee=person, text=f"{n}") for n in range(20))
    with pytest.raises(Refusal, match="enough"):
        goals.add_goal(person, text="One more", actor=employee_user)


def test_a_rating_proposes_and_decides_a_class(hr):
    post = PositionFactory()
    rating = criticality.rate_criticality(post, HIGH, actor=hr)
    post.refresh_from_db()
    assert (rating.version, rating.score, rating.proposed_class) == (1, Decimal("5.00"), "key")
    assert (post.criticality, post.position_class) == (Decimal("5.00"), "key")
    assert criticality.rate_criticality(post, LOW, actor=hr).proposed_class == "general"
    PositionFactory(reports_to=post)
    third = criticality.rate_criticality(post, LOW, actor=hr)
    assert (third.version, third.proposed_class, third.policy.version) == (3, "management", 1)
    event = AuditEvent.objects.filter(verb="rate_criticality").first()
    assert (event.before["scores"], event.after["scores"]) == (LOW, LOW)


def test_another_class_than_proposed_needs_a_reason(hr):
    post = PositionFactory()
    with pytest.raises(Invalid, match="needs a reason"):
        criticality.rate_criticality(post, HIGH, decided_class="general", actor=hr)
    assert not CriticalityRating.objects.exists()
    rating = criticality.rate_criticality(post, HIGH, decided_class="general", reason=REASON, actor=hr)
    assert (rating.proposed_class, rating.decided_class, rating.reason) == ("key", "general", REASON)


@pytest.mark.parametrize(
    "scores", [{}, LOW | {"business_impact": 6}, LOW | {"charm": 3}, LOW | {"business_impact": 2.5}]
)
def test_scores_that_make_none_are_refused(scores, hr):
    with pytest.raises(Invalid):
        criticality.rate_criticality(PositionFactory(), scores, actor=hr)


def test_several_posts_are_rated_all_or_none(hr):
    good, bad = PositionFactory(), PositionFactory()
    rows = [criticality.Rating(good, HIGH), criticality.Rating(bad, {})]
    with pytest.raises(criticality.RowsRefused) as refusal:
        criticality.rate_criticalities(rows, actor=hr)
    assert list(refusal.value.rows) == [bad.pk]
    assert not CriticalityRating.objects.exists()
    assert len(criticality.rate_criticalities([criticality.Rating(good, HIGH)], actor=hr)) == 1


def test_a_policy_is_drafted_compared_and_put_in_force(hr):
    draft = policies.draft_policy(actor=hr, ratio=Decimal(2), willingness_valid_months=6)
    assert (draft.version, draft.state) == (2, "draft")
    draft = policies.change_draft(draft, horizon_years=5, actor=hr)
    first = policy_in_force()
    assert [(d.name, d.before, d.after) for d in compare_policies(first, draft)] == [
        ("ratio", "3", "2"),
        ("horizon_years", "3", "5"),
        ("willingness_valid_months", "12", "6"),
    ]
    draft = policies.put_policy_in_force(draft, reason=REASON, actor=hr)
    first.refresh_from_db()
    assert (policy_in_force(), first.state, draft.decided_by) == (draft, "retired", hr)
    assert draft.in_force_from - timezone.now() < timedelta(minutes=1)
    assert OutboxMessage.objects.get().kind == "policy_changed"
    assert events() == ["draft_policy", "change_draft", "put_policy_in_force"]
    for version in (first, draft):
        with pytest.raises(Refusal, match="Only a draft"):
            policies.put_policy_in_force(version, reason=REASON, actor=hr)
        with pytest.raises(Refusal, match="Only a draft"):
            policies.change_draft(version, ratio=Decimal(4), actor=hr)


@pytest.mark.parametrize(
    "changes",
    [
        {"ratio": Decimal(0)},
        {"horizon_years": 0},
        {"retirement_age": 12},
        {"criticality_weights": {}},
        {"criticality_weights": {"charm": 1}},
        {"criticality_weights": {"business_impact": -1}},
        {"criticality_weights": "none"},
    ],
)
def test_settings_out_of_bounds_are_refused(changes, hr):
    with pytest.raises(Invalid) as refusal:
        policies.draft_policy(actor=hr, **changes)
    assert refusal.value.field in changes
    assert Policy.objects.count() == 1
