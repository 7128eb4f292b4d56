"""The list of people, a person's page, one's own page."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from succession.organisation.models import AuditEvent, CareerGoal, Employee, Incumbency, Reading, UnitPeriod
from succession.organisation.versions import version_of
from tests.factories import (
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    OrgUnitFactory,
    PositionFactory,
    RoleAssignmentFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Handed in their notice last week."
# Session, user with facts, units offered, people with the seats they hold and how many there are.
QUERIES_OF_THE_LIST = 4


def names(client, **query):
    response = client.get("/people/", query)
    assert response.status_code == 200
    return [employee.name for employee in response.context["page"].object_list]


def without_token(response):
    return re.sub(rb'name="csrf-token" content="\w+"', b"", response.content)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    for _ in range(rows):
        held = IncumbencyFactory(employee__org_unit=OrgUnitFactory())
        IncumbencyFactory(employee=held.employee, concurrent=True)
    client.force_login(hr)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert len(names(client)) == rows


def test_the_list_is_narrowed_and_sorted_by_the_url(client, hr):
    unit = OrgUnitFactory(name="Works")
    below = OrgUnitFactory(parent=unit)
    EmployeeFactory(name="Anna Key", sort_name="key anna", org_unit=below, number="77", hired_on=date(2020, 1, 1))
    IncumbencyFactory(employee=Employee.objects.get(), position__position_class="key")
    EmployeeFactory(name="Bo 100%", sort_name="100% bo", hired_on=date(2021, 1, 1))
    EmployeeFactory(name="Carl Gone", sort_name="gone carl", left_on=TODAY)
    client.force_login(hr)
    assert names(client) == ["Bo 100%", "Anna Key"]
    assert names(client, sort="-since") == ["Bo 100%", "Anna Key"]
    assert names(client, sort="name' OR 1=1") == ["Bo 100%", "Anna Key"]
    assert names(client, sort="user__password") == ["Bo 100%", "Anna Key"]
    assert names(client, q="ANNA") == ["Anna Key"]
    assert names(client, q="77") == ["Anna Key"]
    assert names(client, q="%") == ["Bo 100%"]
    assert names(client, q="_") == []
    assert names(client, unit=unit.pk) == ["Anna Key"]
    assert names(client, unit="9" * 30) == ["Bo 100%", "Anna Key"]
    assert names(client, post="key") == ["Anna Key"]
    assert names(client, post="none") == ["Bo 100%"]
    assert names(client, standing="left") == ["Carl Gone"]
    assert len(names(client, standing="all")) == 3
    assert len(names(client, page="-1")) == len(names(client, page="1e9")) == 2


def test_a_head_sees_the_people_of_the_unit_and_no_others(client, head, unit):
    EmployeeFactory(name="Mine", sort_name="mine", org_unit=OrgUnitFactory(parent=unit))
    stranger = EmployeeFactory(name="Stranger", org_unit=OrgUnitFactory())
    client.force_login(head)
    assert sorted(names(client, standing="all")) == ["Head Person", "Mine"]
    assert b"Stranger" not in client.get("/people/", {"export": "csv"}).content
    missing = client.get("/people/999999/")
    unseen = client.get(f"/people/{stranger.pk}/")
    assert (unseen.status_code, without_token(unseen)) == (404, without_token(missing))
    assert not Reading.objects.exists()


def test_a_seat_outside_the_reach_is_not_told(client, head, unit):
    person = EmployeeFactory(name="Mine", org_unit=unit)
    IncumbencyFactory(employee=person, position__title="Secret elsewhere")
    client.force_login(head)
    assert b"Secret elsewhere" not in client.get("/people/").content
    assert b"Secret elsewhere" not in client.get(f"/people/{person.pk}/").content


def test_one_address_serves_the_page_and_its_fragment(client, hr):
    EmployeeFactory(name="Ada King")
    client.force_login(hr)
    page, fragment = client.get("/people/"), client.get("/people/", headers={"HX-Request": "true"})
    assert (b"<html" in page.content, b"<html" in fragment.content) == (True, False)
    assert b"Ada King" in fragment.content
    for response in (page, fragment):
        assert "HX-Request" in response["Vary"]
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("fixture", ["employee_user", "administrator"])
def test_for_others_there_is_no_list(client, fixture, request):
    client.force_login(request.getfixturevalue(fixture))
    assert client.get("/people/").status_code == 404
    assert client.get(f"/people/{EmployeeFactory().pk}/").status_code == 404


def test_the_list_as_a_file_holds_what_the_list_holds(client, hr):
    IncumbencyFactory(employee__name="=cmd()", employee__number="1", position__title="Welder")
    EmployeeFactory(name="Left", left_on=TODAY)
    client.force_login(hr)
    lines = client.get("/people/", {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines == ["Number,Name,Unit,Posts,Hired on,Left on,E-mail", "1,'=cmd(),,Welder,,,"]
    assert client.get("/people/", {"export": "exe"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_whatever_is_on_it(rows, client, auditor, django_assert_max_num_queries):
    person = EmployeeFactory(org_unit=OrgUnitFactory())
    for n in range(rows):
        IncumbencyFactory(employee=person, concurrent=True)
        CareerGoal.objects.create(employee=person, text=f"Goal {n}")
        UnitPeriod.objects.create(employee=person, org_unit=OrgUnitFactory(), starts_on=date(2020, 1, n + 1))
        Reading.objects.create(reader=auditor, content_type_id=_type_of(Employee).pk, object_id=person.pk)
    client.force_login(auditor)
    client.get(f"/people/{person.pk}/")
    with django_assert_max_num_queries(6):
        assert client.get(f"/people/{person.pk}/").status_code == 200


def _type_of(model):
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(model)


def test_a_visit_is_logged_and_told_to_the_person(client, hr, auditor, employee_user):
    person = employee_user.employee
    for user in (hr, auditor):
        client.force_login(user)
        assert client.get(f"/people/{person.pk}/").status_code == 200
    assert list(Reading.objects.order_by("pk").values_list("reader", "object_id")) == [
        (hr.pk, person.pk),
        (auditor.pk, person.pk),
    ]
    client.force_login(employee_user)
    assert [reading.reader for reading in client.get("/me/").context["readings"]] == [hr]
    client.force_login(auditor)
    assert [reading.reader for reading in client.get(f"/people/{person.pk}/").context["readings"]] == [auditor, hr]
    client.force_login(hr)
    assert client.get(f"/people/{person.pk}/").context["readings"] == []


def test_hr_changes_facts_with_the_version_they_read(client, hr):
    person = EmployeeFactory(name="Old Name")
    client.force_login(hr)
    form = {"name": "New Name", "sort_name": "", "number": person.number, "version": version_of(person)}
    assert client.post(f"/people/{person.pk}/change/", form).status_code == 302
    person.refresh_from_db()
    assert person.name == "New Name"
    late = client.post(f"/people/{person.pk}/change/", form | {"name": "Other"})
    assert late.status_code == 422
    assert "Somebody changed this" in late.content.decode()
    assert client.post(f"/people/{person.pk}/change/", form | {"name": ""}).status_code == 422


def test_who_leaves_frees_the_seat(client, hr):
    held = IncumbencyFactory()
    client.force_login(hr)
    url = f"/people/{held.employee_id}/leave/"
    assert client.post(url, {"on": TODAY.isoformat(), "reason": "Short."}).status_code == 422
    assert client.post(url, {"on": TODAY.isoformat(), "reason": REASON}).status_code == 302
    assert not Incumbency.objects.held_on(TODAY).exists()


def test_who_left_by_mistake_works_here_again(client, hr):
    gone = EmployeeFactory(left_on=TODAY)
    client.force_login(hr)
    assert f"/people/{gone.pk}/return/" in client.get(f"/people/{gone.pk}/").content.decode()
    assert client.post(f"/people/{gone.pk}/return/", {"reason": "Short."}).status_code == 422
    assert client.post(f"/people/{gone.pk}/return/", {"reason": REASON}).status_code == 302
    gone.refresh_from_db()
    assert gone.left_on is None
    assert client.post(f"/people/{gone.pk}/return/", {"reason": REASON}).status_code == 422


def test_hr_asks_for_an_answer_once(client, hr):
    person = EmployeeFactory()
    client.force_login(hr)
    assert client.post(f"/people/{person.pk}/ask/").status_code == 302
    person.refresh_from_db()
    assert person.willingness == "asked"
    Employee.objects.update(willingness="agreed", willingness_on=TODAY, willingness_until=TODAY)
    assert client.post(f"/people/{person.pk}/ask/").status_code == 409


@pytest.mark.parametrize("what", ["change", "leave", "return", "ask"])
def test_those_who_see_but_may_not_are_told_so(what, client, head, unit, auditor):
    person = EmployeeFactory(org_unit=unit)
    for user in (head, auditor):
        client.force_login(user)
        assert client.post(f"/people/{person.pk}/{what}/", {"reason": REASON}).status_code == 403
    assert not AuditEvent.objects.exists()


def test_nobody_decides_on_themselves(client):
    user = RoleAssignmentFactory(role="hr_manager").user
    own = EmployeeFactory(user=user)
    client.force_login(user)
    assert client.get(f"/people/{own.pk}/").status_code == 200
    assert client.post(f"/people/{own.pk}/ask/").status_code == 403
    assert not Reading.objects.exists()


def test_hr_of_one_unit_changes_only_its_people(client, unit):
    user = RoleAssignmentFactory(role="hr_manager", org_unit=unit).user
    mine, other = EmployeeFactory(org_unit=unit), EmployeeFactory(org_unit=OrgUnitFactory())
    client.force_login(user)
    assert client.post(f"/people/{mine.pk}/ask/").status_code == 302
    assert client.post(f"/people/{other.pk}/ask/").status_code == 404


def test_my_page_tells_nothing_about_standing(client, employee_user):
    person = employee_user.employee
    IncumbencyFactory(employee=person, position__title="Welder")
    pool = MembershipFactory(candidate__employee=person, pool__name="Hidden pool name").pool
    client.force_login(employee_user)
    page = client.get("/me/").content.decode().lower()
    for word in (
        "hidden pool name",
        pool.code.lower(),
        "successor",
        "candidate",
        "nomination",
        "ready",
        "talent",
        "nine",
    ):
        assert word not in page, word
    assert "welder" in page


def test_my_answer_is_kept_for_as_long_as_the_policy_says(client, employee_user):
    client.force_login(employee_user)
    assert "one thing needs you" in client.get("/me/").content.decode()
    assert client.post("/me/willingness/", {"willingness": "declined"}).status_code == 302
    person = employee_user.employee
    person.refresh_from_db()
    assert (person.willingness, person.willingness_on) == ("declined", TODAY)
    assert person.willingness_until > TODAY + timedelta(days=360)
    assert "one thing needs you" not in client.get("/me/").content.decode()
    assert client.post("/me/willingness/", {"willingness": "asked"}).status_code == 422
    assert client.post("/me/willingness/", {}).status_code == 422


def test_my_goals_are_mine(client, employee_user):
    other = CareerGoal.objects.create(employee=EmployeeFactory(), text="Another's")
    client.force_login(employee_user)
    assert client.post("/me/goals/", {"text": "Lead a plant", "importance": 5, "employee": other.pk}).status_code == 302
    goal = CareerGoal.objects.get(employee=employee_user.employee)
    assert client.post(f"/me/goals/{goal.pk}/", {"text": "Lead two", "importance": 4}).status_code == 302
    goal.refresh_from_db()
    assert goal.text == "Lead two"
    assert client.post("/me/goals/", {"text": "", "importance": 5}).status_code == 422
    for url in (f"/me/goals/{other.pk}/", f"/me/goals/{other.pk}/remove/"):
        assert client.post(url, {"text": "Stolen", "importance": 1}).status_code == 404
    assert client.post(f"/me/goals/{goal.pk}/remove/").status_code == 302
    assert list(CareerGoal.objects.values_list("text", flat=True)) == ["Another's"]
    assert client.post("/me/mobility/", {"mobility": "Brno"}).status_code == 302
    assert Employee.objects.get(pk=employee_user.employee.pk).mobility == "Brno"


def test_an_account_without_a_person_has_an_empty_page(client, administrator):
    client.force_login(administrator)
    assert "No personal record" in client.get("/me/").content.decode()
    assert client.post("/me/willingness/", {"willingness": "agreed"}).status_code == 404


def test_markup_in_names_is_text(client, hr):
    person = EmployeeFactory(name="<script>alert(1)</script>", org_unit=OrgUnitFactory(name="{{7*7}}<img src=x>"))
    PositionFactory()
    client.force_login(hr)
    for url in ("/people/", f"/people/{person.pk}/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{7*7}}&lt;img" in page
