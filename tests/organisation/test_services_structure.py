"""Units, posts, seats, requirements, competencies, roles: what the services promise and what they refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from succession.organisation.errors import Invalid, NeedsReason, Refusal, StaleVersion
from succession.organisation.models import AuditEvent, OutboxMessage, Position, Requirement, RoleAssignment, SeatChange
from succession.organisation.services import competencies, positions, requirements, roles, units
from succession.organisation.services.requirements import RequirementRow
from succession.organisation.versions import version_of
from tests.factories import (
    CompetencyFactory,
    IncumbencyFactory,
    OrgUnitFactory,
    PositionFactory,
    RequirementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Decided in the meeting of the board in May."


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def announced():
    return [(row.kind, row.payload) for row in OutboxMessage.objects.order_by("pk")]


def test_a_unit_is_set_up_moved_renamed_led_and_closed(hr):
    top = units.create_unit(code="TOP", name="Top", actor=hr)
    low = units.create_unit(code="LOW", name="Low", actor=hr)
    low = units.move_unit(low, top, actor=hr)
    low = units.rename_unit(low, name="Lower", actor=hr)
    post = PositionFactory(org_unit=low)
    low = units.set_head_post(low, post, actor=hr)
    assert (low.parent, low.name, low.head_position) == (top, "Lower", post)
    with pytest.raises(Refusal, match="still belong"):
        units.close_unit(top, TODAY, reason=REASON, actor=hr)
    Position.objects.update(closed_on=TODAY)
    low = units.close_unit(low, TODAY, reason=REASON, actor=hr)
    assert low.closed_on == TODAY
    assert events() == ["create_unit", "create_unit", "move_unit", "rename_unit", "set_head_post", "close_unit"]
    assert announced()[-1] == ("unit_changed", {"unit": low.pk})


def test_a_unit_does_not_move_below_itself(hr):
    top = OrgUnitFactory()
    low = OrgUnitFactory(parent=top)
    with pytest.raises(Refusal, match="would stand above itself"):
        units.move_unit(top, low, actor=hr)
    assert events() == []


def test_a_code_is_taken_once(hr):
    with pytest.raises(Invalid, match="already exists") as refusal:
        units.create_unit(code=OrgUnitFactory().code, name="Another", actor=hr)
    assert refusal.value.field == "code"


def test_a_post_is_set_up_and_changed(hr):
    unit, boss = OrgUnitFactory(), PositionFactory()
    post = positions.create_position(code="P-1", title=" Clerk ", org_unit=unit, seats=2, actor=hr)
    assert (post.title, post.base_seats, post.position_class) == ("Clerk", 2, "general")
    post = positions.change_position(post, title="Chief clerk", reports_to=boss, version=version_of(post), actor=hr)
    assert (post.title, post.reports_to) == ("Chief clerk", boss)
    event = AuditEvent.objects.get(verb="change_position")
    assert (event.before, event.after) == (
        {"title": "Clerk", "reports_to": None},
        {"title": "Chief clerk", "reports_to": boss.pk},
    )
    assert announced() == [("position_changed", {"position": post.pk})] * 2


def test_a_change_on_an_old_version_is_refused(hr):
    post = PositionFactory()
    seen = version_of(post)
    positions.change_position(post, title="First", version=seen, actor=hr)
    with pytest.raises(StaleVersion):
        positions.change_position(post, title="Second", version=seen, actor=hr)
    post.refresh_from_db()
    assert post.title == "First"


def test_a_change_of_nothing_leaves_no_trace(hr):
    post = PositionFactory()
    positions.change_position(post, title=post.title, actor=hr)
    assert events() == []
    assert announced() == []


@pytest.mark.parametrize(("field", "value"), [("title", "  "), ("title", "x" * 301), ("title", "a\0b"), ("code", "")])
def test_texts_that_cannot_be_are_refused(field, value, hr):
    with pytest.raises(Invalid) as refusal:
        positions.change_position(PositionFactory(), **{field: value}, actor=hr)
    assert refusal.value.field == field


def test_reporting_lines_make_no_circle(hr):
    boss = PositionFactory()
    clerk = PositionFactory(reports_to=boss)
    with pytest.raises(Refusal, match="would report to itself"):
        positions.change_position(boss, reports_to=clerk, actor=hr)


def test_the_class_of_a_post_is_decided_with_a_reason(hr):
    post = PositionFactory()
    with pytest.raises(NeedsReason):
        positions.classify_position(post, "key", reason="Because.", actor=hr)
    with pytest.raises(Invalid):
        positions.classify_position(post, "vital", reason=REASON, actor=hr)
    assert positions.classify_position(post, "key", reason=REASON, actor=hr).position_class == "key"
    assert positions.classify_positions([post, PositionFactory()], "key", reason=REASON, actor=hr)
    assert events() == ["classify_position", "classify_position"]


def test_seats_change_from_a_day_on(hr):
    post = PositionFactory(base_seats=1)
    positions.change_seats(post, on=TODAY, delta=2, reason=REASON, actor=hr)
    assert Position.objects.with_seats(TODAY).get(pk=post.pk).seats == 3
    assert Position.objects.with_seats(TODAY - timedelta(days=1)).get(pk=post.pk).seats == 1
    assert announced() == [("seats_changed", {"position": post.pk})]
    with pytest.raises(Refusal, match="fewer than no seats"):
        positions.change_seats(post, on=date(2020, 1, 1), delta=-2, reason=REASON, actor=hr)
    with pytest.raises(Invalid):
        positions.change_seats(post, on=TODAY, delta=0, reason=REASON, actor=hr)
    change = SeatChange.objects.get()
    positions.withdraw_seat_change(change, reason=REASON, actor=hr)
    assert not SeatChange.objects.exists()


def test_a_post_in_use_is_not_closed(hr):
    held = IncumbencyFactory()
    with pytest.raises(Refusal, match="1 seat is still held"):
        positions.close_position(held.position, TODAY, reason=REASON, actor=hr)
    boss = PositionFactory()
    PositionFactory(reports_to=boss)
    with pytest.raises(Refusal, match="still report"):
        positions.close_position(boss, TODAY, reason=REASON, actor=hr)
    free = positions.close_position(PositionFactory(), TODAY, reason=REASON, actor=hr)
    assert free.closed_on == TODAY


def test_a_profile_is_replaced_as_a_whole(hr):
    kept, gone, new = CompetencyFactory(), CompetencyFactory(), CompetencyFactory()
    post = RequirementFactory(competency=kept, level=2).position
    RequirementFactory(position=post, competency=gone)
    seen = requirements.profile_version(post)
    rows = [RequirementRow(kept.pk, 4, 5, must_have=True), RequirementRow(new.pk, 1)]
    requirements.replace_requirements(post, rows, version=seen, actor=hr)
    standing = {row.competency_id: (row.level, row.weight, row.must_have) for row in Requirement.objects.all()}
    assert standing == {kept.pk: (4, 5, True), new.pk: (1, 3, False)}
    assert announced() == [("position_changed", {"position": post.pk})]
    with pytest.raises(StaleVersion):
        requirements.replace_requirements(post, [], version=seen, actor=hr)
    requirements.replace_requirements(post, rows[::-1], actor=hr)
    assert events() == ["replace_requirements"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"level": 6}, "level"), ({"weight": 0}, "weight"), ({"competency": 0}, "competency")],
)
def test_profile_rows_that_cannot_be_are_refused(change, field, hr):
    row = {"competency": CompetencyFactory().pk, "level": 3} | change
    with pytest.raises(Invalid) as refusal:
        requirements.replace_requirements(PositionFactory(), [RequirementRow(**row)], actor=hr)
    assert refusal.value.field == field


def test_a_competency_is_described_changed_and_removed(hr):
    competency = competencies.create_competency(code="C", name="Safety", levels={1: "Knows", 5: "Leads"}, actor=hr)
    competencies.change_competency(competency, name="Safety first", levels={1: "", 3: "Does"}, actor=hr)
    competency.refresh_from_db()
    assert competency.name == "Safety first"
    assert dict(competency.levels.values_list("level", "description")) == {3: "Does", 5: "Leads"}
    used = RequirementFactory().competency
    with pytest.raises(Refusal, match="Posts ask for"):
        competencies.remove_competency(used, actor=hr)
    competencies.remove_competency(competency, actor=hr)
    assert events() == ["create_competency", "change_competency", "remove_competency"]


def test_a_role_is_given_once_and_taken(administrator):
    user = UserFactory()
    assignment = roles.assign_role(user, "auditor", actor=administrator)
    with pytest.raises(Refusal, match="already has this role"):
        roles.assign_role(user, "auditor", actor=administrator)
    with pytest.raises(Invalid, match="needs a unit"):
        roles.assign_role(user, "department_head", actor=administrator)
    with pytest.raises(Invalid, match="Choose a role"):
        roles.assign_role(user, "employee", actor=administrator)
    roles.remove_role(assignment, actor=administrator)
    assert not RoleAssignment.objects.filter(user=user).exists()
    assert events() == ["assign_role", "remove_role"]
