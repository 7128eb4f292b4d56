"""Pages of instruments, assessments and sheets: what they show, whom they refuse, what they cost."""

from decimal import Decimal

import pytest
from django.utils import timezone

from candidates import services
from candidates.models import Assessment, Assignment, Instrument, Rating
from succession.organisation.models import Disclosure, Reading
from tests.candidates.centre import WHY, assessor, cells, draft, fill, instrument_with, ready_to_finalise, sheet_of
from tests.factories import CandidateFactory, CompetencyFactory, EmployeeFactory, ExternalPersonFactory

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"hx-request": "true", "hx-target": "layer"}}


def scores():
    return sorted(Rating.objects.values_list("score", flat=True))


@pytest.fixture
def mine(client):
    user = assessor("rater")
    client.force_login(user)
    return user


def test_an_assessor_finds_what_is_assigned_and_nothing_else(client, mine):
    sheet_of(draft(CandidateFactory(employee__name="Assigned Person")), mine)
    sheet_of(draft(CandidateFactory(employee__name="Secret Person")), assessor())
    page = client.get("/my-assessments/").content.decode()
    assert "Assigned Person" in page
    assert "Secret Person" not in page


def test_a_cell_is_saved_as_one_goes(client, mine):
    sheet = sheet_of(draft(), mine)
    cell = cells(sheet.assessment)[0]
    answer = client.post(f"/sheets/{sheet.pk}/cells/{cell.pk}/", {f"s-{cell.pk}": "3,5"})
    assert (answer.status_code, scores()) == (200, [Decimal("3.5")])
    assert "1 of 3 rated" in answer.content.decode()
    for text, status in (("6", 422), ("many", 422), ("1e9999", 422), ("9" * 400, 422)):
        assert client.post(f"/sheets/{sheet.pk}/cells/{cell.pk}/", {f"s-{cell.pk}": text}).status_code == status
    assert scores() == [Decimal("3.5")]
    client.post(f"/sheets/{sheet.pk}/cells/{cell.pk}/", {f"s-{cell.pk}": ""})
    assert scores() == []


def test_a_sheet_works_as_one_form(client, mine):
    sheet = sheet_of(draft(), mine)
    one, two, three = cells(sheet.assessment)
    wrong = client.post(f"/sheets/{sheet.pk}/", {f"s-{one.pk}": "3", f"s-{two.pk}": "9"})
    assert (wrong.status_code, scores()) == (422, [])
    assert 'value="9"' in wrong.content.decode()
    sent = {f"s-{one.pk}": "3", f"s-{two.pk}": "4", f"s-{three.pk}": "", "hand_in": "1"}
    answer = client.post(f"/sheets/{sheet.pk}/", sent)
    assert (answer.headers["Location"], scores()) == ("/my-assessments/", [3, 4])
    late = client.post(f"/sheets/{sheet.pk}/", {f"s-{one.pk}": "5"})
    assert (late.status_code, scores()) == (409, [3, 4])
    assert client.post(f"/sheets/{sheet.pk}/cells/{one.pk}/", {f"s-{one.pk}": "5"}).status_code == 409
    assert scores() == [3, 4]


def test_a_cell_of_another_instrument_is_missing(client, mine):
    sheet = sheet_of(draft(), mine)
    foreign = cells(draft())[0]
    answer = client.post(f"/sheets/{sheet.pk}/cells/{foreign.pk}/", {f"s-{foreign.pk}": "3"})
    assert (answer.status_code, scores()) == (404, [])


def test_the_sheet_of_another_is_missing_and_stays_as_it_is(client, mine):
    theirs = sheet_of(draft(CandidateFactory(employee__name="Secret Person")), assessor())
    cell = cells(theirs.assessment)[0]
    for answer in (
        client.get(f"/sheets/{theirs.pk}/"),
        client.post(f"/sheets/{theirs.pk}/", {f"s-{cell.pk}": "3"}),
        client.post(f"/sheets/{theirs.pk}/cells/{cell.pk}/", {f"s-{cell.pk}": "3"}),
    ):
        assert answer.status_code == 404
        assert b"Secret" not in answer.content
    assert scores() == []


def test_beside_another_assessor_of_the_same_one_sees_ones_own_alone(client, mine):
    assessment = draft()
    own, other = sheet_of(assessment, mine), sheet_of(assessment, assessor("otherrater"))
    fill(other, "2.625")
    assert client.get(f"/sheets/{other.pk}/").status_code == 404
    assert "2.625" not in client.get(f"/sheets/{own.pk}/").content.decode()
    assert client.get(f"/assessments/{assessment.pk}/").status_code == 404


def test_ones_own_assessment_is_missing(client, hr):
    own = ready_to_finalise(candidate=CandidateFactory(employee=EmployeeFactory(user=hr, name="My Own Name")))
    client.force_login(hr)
    assert client.get(f"/assessments/{own.pk}/").status_code == 404
    for path in ("finalise/", "correct/", "raters/", f"raters/{own.assignments.get().pk}/withdraw/"):
        assert client.post(f"/assessments/{own.pk}/{path}", {"reason": WHY}).status_code == 404
    listed = b"".join(client.get("/assessments/?export=csv")).decode()
    assert "Instrument" in listed
    assert "My Own Name" not in listed
    assert Assessment.objects.get().state == "draft"


def test_what_is_replayed_after_the_end_changes_nothing(client, mine, hr):
    assessment = draft()
    sheet = sheet_of(assessment, mine)
    fill(sheet, 3)
    services.finalise_assessment(assessment, actor=hr)
    cell = cells(assessment)[0]
    assert client.post(f"/sheets/{sheet.pk}/cells/{cell.pk}/", {f"s-{cell.pk}": "5"}).status_code == 404
    client.force_login(hr)
    again = client.post(f"/assessments/{assessment.pk}/finalise/", {"assessed_on": timezone.localdate()})
    assert (again.status_code, scores()) == (409, [3])
    assert str(hr) in again.content.decode()


def test_raters_stand_side_by_side_once_all_are_in(client, hr):
    assessment = draft()
    first, second = (sheet_of(assessment, assessor(name)) for name in ("anna", "berta"))
    fill(first, "2.125", 3, 3)
    client.force_login(hr)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert "2.1" not in page
    assert "Anna" in page
    fill(second, 5, 3, 3)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert "raters disagree in 1 line" in page
    assert "Rates lower by" not in page
    shown = client.get(f"/assessments/{assessment.pk}/?adjusted=1").content.decode()
    assert "additive_least_squares" in shown
    assert Reading.objects.count() == 3


def test_hr_assigns_and_finalises_through_dialogs(client, hr):
    assessment, rater = draft(), assessor()
    client.force_login(hr)
    group = assessment.instrument.rater_groups.first()
    answer = client.post(f"/assessments/{assessment.pk}/raters/", {"assessor": rater.pk, "group": group.pk})
    assert answer.headers["Location"] == f"/assessments/{assessment.pk}/"
    assert Disclosure.objects.get().user == rater
    assert b"<dialog" in client.get(f"/assessments/{assessment.pk}/finalise/", **HTMX).content
    sent = {"assessed_on": timezone.localdate()}
    assert client.post(f"/assessments/{assessment.pk}/finalise/", sent).status_code == 409
    fill(Assignment.objects.get(), 3)
    assert client.post(f"/assessments/{assessment.pk}/finalise/", sent).status_code == 302
    corrected = client.post(f"/assessments/{assessment.pk}/correct/", {"reason": WHY})
    new = Assessment.objects.get(version=2)
    assert corrected.headers["Location"] == f"/assessments/{new.pk}/"
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert "newer version" in page
    sheet = new.assignments.get()
    client.post(f"/assessments/{new.pk}/raters/{sheet.pk}/give-back/", {"reason": WHY})
    assert new.assignments.get().handed_in_at is None
    client.post(f"/assessments/{new.pk}/raters/{sheet.pk}/withdraw/", {"reason": WHY})
    assert not new.assignments.exists()
    assert Assessment.objects.get(pk=assessment.pk).assignments.count() == 1


def test_a_rater_of_another_assessment_is_missing(client, hr):
    sheet, other = sheet_of(draft(), label="A customer"), draft()
    client.force_login(hr)
    answer = client.post(f"/assessments/{other.pk}/raters/{sheet.pk}/withdraw/", {"reason": WHY})
    assert (answer.status_code, Assignment.objects.count()) == (404, 1)


def test_an_assessment_is_planned_by_number_or_for_a_candidate(client, hr):
    client.force_login(hr)
    instrument = instrument_with()
    person = EmployeeFactory(number="7")
    sent = {"instrument": instrument.pk, "assessed_on": timezone.localdate()}
    assert client.post("/assessments/new/", sent | {"number": "8"}).status_code == 422
    assert client.post("/assessments/new/", sent | {"number": "7"}).status_code == 302
    outsider = CandidateFactory(employee=None, external=ExternalPersonFactory())
    client.post(f"/assessments/new/?candidate={outsider.pk}", sent)
    assert [each.candidate.person for each in Assessment.objects.order_by("pk")] == [person, outsider.external]


def test_an_instrument_is_described_and_revised_on_the_page(client, hr):
    client.force_login(hr)
    skill, other = CompetencyFactory(), CompetencyFactory()
    sent = {
        "code": "AC", "name": "Centre", "kind": "assessment_centre", "scale_low": "1", "scale_high": "7", "weight": "2",
        "half_life_months": "18", "g-0-name": "Assessors", "g-0-weight": "1", "e-0-name": "In-tray",
        "c-0": [skill.pk, other.pk], "e-1-name": "", "c-1": [skill.pk],
    }  # fmt: skip
    assert client.post("/instruments/new/", sent | {"e-0-name": ""}).status_code == 422
    assert client.post("/instruments/new/", sent | {"g-0-weight": "x"}).status_code == 422
    answer = client.post("/instruments/new/", sent)
    made = Instrument.objects.get()
    assert (answer.headers["Location"], made.exercises.get().shown.count()) == (f"/instruments/{made.pk}/", 2)
    page = client.get(f"/instruments/{made.pk}/")
    exercise, group = made.exercises.get(), made.rater_groups.get()
    changed = sent | {
        "version": page.context["form"].initial["version"], "name": "New name", "e-0-pk": exercise.pk,
        "g-0-pk": group.pk, "c-0": [skill.pk],
    }  # fmt: skip
    assert client.post(f"/instruments/{made.pk}/", changed).status_code == 302
    assert client.post(f"/instruments/{made.pk}/", changed | {"name": "Stale"}).status_code == 422
    made.refresh_from_db()
    assert (made.name, made.exercises.get(), list(exercise.shown.values_list("competency", flat=True))) == (
        "New name", exercise, [skill.pk],
    )  # fmt: skip
    client.post(f"/instruments/{made.pk}/close/")
    made.refresh_from_db()
    assert made.closed_on == timezone.localdate()


def test_auditors_read_and_change_nothing(client, auditor):
    assessment = ready_to_finalise()
    client.force_login(auditor)
    for path in (
        "/assessments/",
        f"/assessments/{assessment.pk}/",
        "/instruments/",
        f"/instruments/{assessment.instrument_id}/",
    ):
        assert client.get(path).status_code == 200
    for path in (
        f"/assessments/{assessment.pk}/finalise/",
        f"/instruments/{assessment.instrument_id}/",
        "/instruments/new/",
    ):
        assert client.post(path, {"reason": WHY}).status_code == 403
    sheet = assessment.assignments.get()
    assert client.get(f"/sheets/{sheet.pk}/").status_code == 403
    assert Assessment.objects.get().state == "draft"


def test_a_head_reads_final_ones_of_their_people(client, head, unit, hr):
    near = ready_to_finalise(candidate=CandidateFactory(employee__org_unit=unit, employee__name="Near Person"))
    far = ready_to_finalise(candidate=CandidateFactory(employee__name="Far Person"))
    client.force_login(head)
    assert client.get(f"/assessments/{near.pk}/").status_code == 404
    for assessment in (near, far):
        services.finalise_assessment(assessment, actor=hr)
    page = client.get("/assessments/").content.decode()
    assert "Near Person" in page
    assert "Far Person" not in page
    assert client.get(f"/assessments/{near.pk}/").status_code == 200
    assert client.get(f"/assessments/{far.pk}/").status_code == 404
    assert client.post(f"/assessments/{near.pk}/correct/", {"reason": WHY}).status_code == 403
    assert client.get("/instruments/").status_code == 404


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/assessments/", 5), ("/instruments/", 4), ("/my-assessments/", 4), ("/assessments/?state=ready", 5)],
)
def test_a_list_costs_the_same_for_one_row_and_three(path, limit, client, hr, django_assert_num_queries):
    hr.role_assignments.create(role="assessor")
    client.force_login(hr)

    def add():
        assessment = draft()
        fill(sheet_of(assessment, assessor()), 3)
        if "my" in path:
            sheet_of(assessment, hr)

    add()
    client.get(path)
    for _ in range(2):
        with django_assert_num_queries(limit):
            assert client.get(path).status_code == 200
        add()
        add()


def test_an_assessment_costs_the_same_for_one_rater_and_three(client, hr, django_assert_num_queries):
    assessment = draft()
    client.force_login(hr)
    fill(sheet_of(assessment, assessor()), 3)
    client.get(f"/assessments/{assessment.pk}/")
    for _ in range(2):
        with django_assert_num_queries(9):
            client.get(f"/assessments/{assessment.pk}/")
        fill(sheet_of(assessment, assessor()), 3)


def test_a_sheet_costs_the_same_for_two_competencies_and_three(client, mine, django_assert_num_queries):
    for instrument in (
        instrument_with(),
        instrument_with(exercises=[services.ExercisePlan("All", [CompetencyFactory().pk for _ in range(5)])]),
    ):
        sheet = sheet_of(draft(instrument=instrument), mine)
        with django_assert_num_queries(7):
            assert client.get(f"/sheets/{sheet.pk}/").status_code == 200
