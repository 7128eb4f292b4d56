"""The audit trail, background tasks, criticality, requirement profiles, the policy."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from succession.organisation import audit, jobs
from succession.organisation.choices import CriticalityFactor
from succession.organisation.models import AuditEvent, CriticalityRating, Job, Policy, Position, Requirement
from succession.organisation.services import criticality, policies, positions
from succession.organisation.services.requirements import profile_version
from tests.factories import (
    CompetencyFactory,
    EmployeeFactory,
    IncumbencyFactory,
    OrgUnitFactory,
    PositionFactory,
    RequirementFactory,
    RoleAssignmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
REASON = "Decided in the meeting of the board in May."
HIGH = dict.fromkeys(CriticalityFactor.values, 5)


# --- the audit trail ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_trail_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    for _ in range(rows):
        post = PositionFactory()
        person, unit = EmployeeFactory(), OrgUnitFactory()
        audit.record("start_incumbency", post, actor=hr, after={"employee": person.pk, "org_unit": unit.pk})
    client.force_login(hr)
    # Session, user with facts, verbs, count, events, people, units.
    with django_assert_num_queries(7):
        assert len(client.get("/audit/").context["rows"]) == rows


def test_the_trail_tells_who_what_before_after_and_why(client, auditor, hr):
    post = PositionFactory(title="Plant director")
    positions.classify_position(post, "key", reason=REASON, actor=hr)
    client.force_login(auditor)
    page = client.get("/audit/").content.decode()
    for text in ("Decided the class of a post", "Plant director", "<del", "general", "key", REASON, str(hr)):
        assert text in page
    lines = client.get("/audit/", {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "When,Who,What,Record,Before,After,Why"
    assert REASON in lines[1]


def test_ids_become_names(client, auditor, hr):
    person = EmployeeFactory(name="Ada King")
    audit.record("start_incumbency", PositionFactory(), actor=hr, after={"employee": person.pk, "seat": 2})
    client.force_login(auditor)
    changes = client.get("/audit/").context["rows"][0].changes
    assert {(change.label, change.before, change.after) for change in changes} == {
        ("employee", None, "Ada King"),
        ("seat", None, "2"),
    }


def test_the_trail_is_narrowed_by_the_url(client, auditor, hr):
    audit.record("change_seats", PositionFactory(title="Welder"), actor=hr)
    audit.record("mark_left", EmployeeFactory(name="Gone"), actor=auditor)
    client.force_login(auditor)

    def verbs(**query):
        return [row.event.verb for row in client.get("/audit/", query).context["rows"]]

    today = timezone.localdate()
    assert verbs() == ["mark_left", "change_seats"]
    assert verbs(sort="-at") == ["change_seats", "mark_left"]
    assert verbs(q="weld") == ["change_seats"]
    assert verbs(verb="mark_left") == ["mark_left"]
    assert verbs(verb="'; DROP TABLE x") == ["mark_left", "change_seats"]
    assert verbs(since=today.isoformat()) == ["mark_left", "change_seats"]
    assert verbs(since=(today + timedelta(days=1)).isoformat()) == []
    assert verbs(until=(today - timedelta(days=1)).isoformat()) == []
    assert verbs(since="30.02.2024") == ["mark_left", "change_seats"]


def test_hr_does_not_read_of_themselves(client):
    user = RoleAssignmentFactory(role="hr_manager").user
    own = EmployeeFactory(user=user)
    seat = IncumbencyFactory(employee=own)
    audit.record("mark_left", own, actor=None)
    audit.record("rate_criticality", seat.position, actor=None)
    audit.record("start_incumbency", PositionFactory(), actor=None, after={"employee": own.pk})
    client.force_login(user)
    assert client.get("/audit/").context["rows"] == []


@pytest.mark.parametrize("fixture", ["head", "committee", "employee_user", "administrator"])
def test_for_others_there_is_no_trail(fixture, client, request):
    client.force_login(request.getfixturevalue(fixture))
    assert client.get("/audit/").status_code == 404
    assert client.get("/audit/", {"export": "csv"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_auditors_read_who_read_what(rows, client, auditor, hr, django_assert_max_num_queries):
    for n in range(rows):
        audit.log_reading(EmployeeFactory(name=f"Ada {n}"), reader=hr)
    client.force_login(auditor)
    client.get("/audit/readings/")
    with django_assert_max_num_queries(6):
        page = client.get("/audit/readings/")
    assert [label for _reading, _kind, label in page.context["rows"]] == [f"Ada {n}" for n in range(rows)][::-1]
    assert client.get("/audit/readings/", {"q": "nobody"}).context["rows"] == []
    assert "Ada 0" in client.get("/audit/readings/", {"export": "csv"}).content.decode()
    client.force_login(hr)
    assert client.get("/audit/readings/").status_code == 404


def test_what_was_done_can_be_chosen_by_its_words(client, auditor, hr):
    for verb in ("mark_left", "change_seats", "mark_left", "dust_shelves"):
        audit.record(verb, None, actor=hr)
    client.force_login(auditor)
    offered = client.get("/audit/").context["form"].fields["verb"].choices
    assert [(value, str(words)) for value, words in offered] == [
        ("", "All"),
        ("change_seats", "Changed seats"),
        ("dust_shelves", "Dust shelves"),
        ("mark_left", "Wrote down that someone leaves"),
    ]


# --- background tasks ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_tasks_costs_the_same_for_one_and_for_three(rows, client, auditor, django_assert_num_queries):
    for _ in range(rows):
        Job.objects.create(task="a.b", label="Work", actor=UserFactory(), state="done")
    client.force_login(auditor)
    with django_assert_num_queries(4):
        assert len(client.get("/jobs/").context["page"].object_list) == rows


def test_a_task_is_seen_by_who_asked_for_it(client, employee_user, hr):
    job = jobs.start_job("a.b", actor=hr, args={}, label="Secret work")
    client.force_login(employee_user)
    assert b"Secret work" not in client.get("/jobs/").content
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    client.force_login(hr)
    assert b"Secret work" in client.get("/jobs/").content
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_running_task_asks_for_itself_until_it_has_ended(client, hr):
    job = Job.objects.create(task="a.b", label="Work", actor=hr, state="running", progress=0.25, message="52 done")
    client.force_login(hr)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert f'hx-get="/jobs/{job.pk}/"' in page
    assert "52 done" in page
    fragment = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'aria-valuenow="250"' in fragment
    Job.objects.update(state="done", result={"import": 7})
    done = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert b"hx-get" not in done.content
    assert done.context["result_url"] == "/imports/7/"


def test_a_task_is_stopped_by_who_asked_alone(client, hr, auditor, administrator):
    job = jobs.start_job("a.b", actor=hr, args={}, label="Work")
    client.force_login(auditor)
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 403
    client.force_login(administrator)
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    job.refresh_from_db()
    assert job.state == "queued"
    client.force_login(hr)
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 409


# --- criticality --------------------------------------------------------------------------------------------------
def line(post, decided="", reason="", **scores):
    values = {f"p{post.pk}-{factor}": score for factor, score in (HIGH | scores).items()}
    return values | {f"p{post.pk}-decided_class": decided, f"p{post.pk}-reason": reason}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_screen_costs_the_same_for_one_and_for_three(rows, client, auditor, hr, django_assert_num_queries):
    for _ in range(rows):
        criticality.rate_criticality(PositionFactory(), HIGH, actor=hr)
    client.force_login(auditor)
    # Session, user with facts, policy, units, posts with their ratings and how many there are.
    with django_assert_num_queries(5):
        assert len(client.get("/criticality/").context["lines"]) == rows


def test_only_the_changed_lines_are_rated(client, hr):
    first, second, third = PositionFactory(), PositionFactory(), PositionFactory()
    criticality.rate_criticality(second, HIGH, actor=hr)
    client.force_login(hr)
    empty = dict.fromkeys(line(third), "")
    assert client.post("/criticality/", line(first) | line(second) | empty).status_code == 302
    assert list(CriticalityRating.objects.order_by("pk").values_list("position", "version")) == [
        (second.pk, 1),
        (first.pk, 1),
    ]
    first.refresh_from_db()
    assert (first.position_class, first.criticality) == ("key", Decimal("5.00"))


def test_a_bad_line_keeps_all_others_back(client, hr):
    good, bad = PositionFactory(code="A"), PositionFactory(code="B")
    client.force_login(hr)
    answer = client.post("/criticality/", line(good) | line(bad, decided="general", reason="No."))
    assert answer.status_code == 422
    assert "needs a reason of at least 20 characters" in answer.content.decode()
    assert not CriticalityRating.objects.exists()
    assert client.post("/criticality/", line(bad, business_impact="")).status_code == 422
    assert client.post("/criticality/", line(bad, business_impact="9")).status_code == 422
    assert client.post("/criticality/", line(bad, decided="general", reason=REASON)).status_code == 302
    assert CriticalityRating.objects.get().decided_class == "general"


def test_a_line_says_what_its_scores_propose_before_anything_is_kept(client, hr):
    post = PositionFactory()
    client.force_login(hr)
    fragment = client.post(f"/criticality/propose/{post.pk}/", line(post))
    assert (fragment.status_code, "5.00" in fragment.content.decode()) == (200, True)
    assert "Key post" in fragment.content.decode()
    assert not CriticalityRating.objects.exists()
    unfinished = client.post(f"/criticality/propose/{post.pk}/", line(post, business_impact=""))
    assert "Business impact has no score." in unfinished.content.decode()


def test_nobody_rates_the_own_seat(client):
    user = RoleAssignmentFactory(role="hr_manager").user
    own = IncumbencyFactory(employee__user=user).position
    client.force_login(user)
    assert client.get("/criticality/").context["lines"] == []
    assert client.post(f"/criticality/propose/{own.pk}/", line(own)).status_code == 404
    client.post("/criticality/", line(own))
    assert not CriticalityRating.objects.exists()


def test_auditors_read_and_others_find_nothing(client, auditor, head, committee, employee_user, unit):
    post = PositionFactory(org_unit=unit)
    client.force_login(auditor)
    assert client.get("/criticality/").status_code == 200
    assert client.post("/criticality/", line(post)).status_code == 403
    assert client.get("/criticality/management/").status_code == 403
    for user in (head, committee, employee_user):
        client.force_login(user)
        assert client.get("/criticality/").status_code == 404
        assert client.get("/criticality/management/").status_code == 404
        assert client.post(f"/criticality/propose/{post.pk}/", line(post)).status_code == 404
    assert not CriticalityRating.objects.exists()


def test_posts_that_lead_others_are_proposed_as_management(client, hr):
    boss, clerk = PositionFactory(code="BOSS"), PositionFactory(code="CLERK")
    PositionFactory(reports_to=boss, position_class="key")
    client.force_login(hr)
    page = client.get("/criticality/management/")
    assert [post.code for post in page.context["page"].object_list] == ["BOSS"]
    assert client.post("/criticality/management/", {"pk": [boss.pk], "reason": "Short."}).status_code == 422
    assert client.post("/criticality/management/", {"reason": REASON}).status_code == 422
    assert client.post("/criticality/management/", {"pk": [boss.pk, clerk.pk], "reason": REASON}).status_code == 302
    assert dict(Position.objects.filter(code__in=["BOSS", "CLERK"]).values_list("code", "position_class")) == {
        "BOSS": "management",
        "CLERK": "general",
    }


# --- requirement profiles -----------------------------------------------------------------------------------------
def profile(post, *rows):
    data = {"r-TOTAL_FORMS": len(rows), "r-INITIAL_FORMS": 0, "version": profile_version(post)}
    for index, row in enumerate(rows):
        data |= {f"r-{index}-{name}": value for name, value in ({"level": 3, "weight": 3} | row).items()}
    return data


def test_a_profile_is_kept_and_a_stale_one_is_not(client, hr):
    kept, gone, new = CompetencyFactory(), CompetencyFactory(), CompetencyFactory()
    post = RequirementFactory(competency=kept).position
    RequirementFactory(position=post, competency=gone)
    client.force_login(hr)
    url = f"/positions/{post.pk}/requirements/"
    sent = profile(
        post,
        {"competency": kept.pk, "level": 5, "must_have": "on"},
        {"competency": gone.pk, "remove": "on"},
        {"competency": new.pk},
        {},
    )
    assert client.post(url, sent).status_code == 302
    assert set(Requirement.objects.values_list("competency", "level", "must_have")) == {
        (kept.pk, 5, True),
        (new.pk, 3, False),
    }
    late = client.post(url, sent)
    assert (late.status_code, "Somebody changed this" in late.content.decode()) == (422, True)
    assert client.post(url, profile(post, {"competency": kept.pk, "level": 6})).status_code == 422
    assert client.post(url, profile(post, {"competency": 0})).status_code == 422


def test_a_profile_is_read_by_who_sees_the_post(client, head, unit, employee_user, auditor):
    post = RequirementFactory(competency__name="Safety", position__org_unit=unit).position
    other = RequirementFactory().position
    client.force_login(head)
    assert "Safety" in client.get(f"/positions/{post.pk}/requirements/").content.decode()
    assert client.post(f"/positions/{post.pk}/requirements/", profile(post)).status_code == 403
    assert client.get(f"/positions/{other.pk}/requirements/").status_code == 404
    client.force_login(auditor)
    assert client.post(f"/positions/{post.pk}/requirements/", profile(post)).status_code == 403
    client.force_login(employee_user)
    assert client.get(f"/positions/{post.pk}/requirements/").status_code == 404
    assert Requirement.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_a_profile_costs_the_same_for_one_and_for_three(rows, client, hr, django_assert_num_queries):
    post = PositionFactory()
    for _ in range(rows):
        RequirementFactory(position=post)
    client.force_login(hr)
    # Session, user with facts, post, profile, competencies, version.
    with django_assert_num_queries(6):
        client.get(f"/positions/{post.pk}/requirements/")


# --- the policy ---------------------------------------------------------------------------------------------------
def settings(**changes):
    values = {
        "ratio": "3", "horizon_years": "3", "evidence_half_life_months": "24", "screening_interval_months": "12",
        "willingness_valid_months": "12", "criticality_threshold": "3.5", "retirement_age": "",
        "transparency": "closed",
    }  # fmt: skip
    return values | {f"weight_{factor}": "1" for factor in CriticalityFactor.values} | changes


def test_a_policy_is_drafted_changed_compared_and_put_in_force(client, hr):
    client.force_login(hr)
    assert client.post("/policy/draft/")["Location"] == "/policy/2/"
    assert client.post("/policy/2/", settings(ratio="2.5", weight_business_impact="2")).status_code == 302
    draft = Policy.objects.get(version=2)
    assert (draft.ratio, draft.criticality_weights["business_impact"]) == (Decimal("2.50"), 2)
    assert client.post("/policy/2/", settings(ratio="0")).status_code == 422
    compared = client.get("/policy/", {"before": 1, "after": 2})
    first = compared.context["differences"][0]
    assert (first.name, first.before, first.after) == ("ratio", "3", "2.5")
    assert client.post("/policy/2/in-force/", {"reason": "Short."}).status_code == 422
    assert client.post("/policy/2/in-force/", {"reason": REASON}).status_code == 302
    assert Policy.objects.get(state="in_force").version == 2
    assert client.post("/policy/2/in-force/", {"reason": REASON}).status_code == 422
    assert client.post("/policy/2/", settings()).status_code == 403
    assert client.get("/policy/9/").status_code == 404


def test_the_policy_is_read_by_auditors_and_changed_by_hr_and_administrators(client, auditor, head, administrator):
    policies.draft_policy(actor=None)
    client.force_login(auditor)
    assert client.get("/policy/").status_code == client.get("/policy/2/").status_code == 200
    for url in ("/policy/draft/", "/policy/2/", "/policy/2/in-force/"):
        assert client.post(url, settings(reason=REASON)).status_code == 403
    client.force_login(head)
    for url in ("/policy/", "/policy/2/"):
        assert client.get(url).status_code == 404
    for url in ("/policy/draft/", "/policy/2/", "/policy/2/in-force/"):
        assert client.post(url, settings(reason=REASON)).status_code == 404
    assert AuditEvent.objects.count() == 1
    client.force_login(administrator)
    assert client.post("/policy/2/in-force/", {"reason": REASON}).status_code == 302


def test_pages_carry_no_inline_script_or_style(client, hr):
    post = RequirementFactory().position
    criticality.rate_criticality(post, HIGH, actor=hr)
    client.force_login(hr)
    person = EmployeeFactory()
    for url in (
        "/people/", f"/people/{person.pk}/", "/me/", "/jobs/", "/audit/", "/criticality/", "/policy/", "/policy/1/",
        f"/positions/{post.pk}/requirements/",
    ):  # fmt: skip
        page = client.get(url).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), url
        assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", page), url
