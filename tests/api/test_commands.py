"""Commands: what they do, what they refuse, and that each is done once."""

from datetime import date

import pytest

from pools.models import Membership
from succession.organisation.models import AuditEvent, CareerGoal, IdempotentAnswer, Incumbency, Job
from tests.api.conftest import program
from tests.factories import (
    CandidateFactory,
    CompetencyFactory,
    EmployeeFactory,
    IncumbencyFactory,
    MembershipFactory,
    PoolPositionFactory,
    PositionFactory,
)

pytestmark = pytest.mark.django_db
REASON = "She has led two such plants before."
DETAIL = {"type", "title", "status", "detail", "errors"}


def post(client, path, body=None, **headers):
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == DETAIL
    assert body["status"] == status
    return body


# --- seats


def test_somebody_is_put_on_a_seat_and_taken_off_it(api):
    post_ = PositionFactory()
    person = EmployeeFactory()
    begun = post(
        api, f"positions/{post_.pk}/incumbencies/", {"employee": person.pk, "from": "2026-01-01", "acting": False}
    )
    assert begun.status_code == 201
    assert begun.json()["seat"] == 1
    assert api.get(f"/api/v1/positions/{post_.pk}/").json()["vacant_seats"] == 0
    assert api.get(f"/api/v1/employees/{person.pk}/").json()["position"] == post_.pk
    path = f"incumbencies/{begun.json()['id']}/end/"
    assert problem(post(api, path, {"on": "2026-06-01", "reason": "too short"}), 400)["errors"].keys() == {"reason"}
    assert post(api, path, {"on": "2026-06-01", "reason": REASON}).status_code == 200
    problem(post(api, path, {"on": "2026-07-01", "reason": REASON}), 409)
    assert api.get(f"/api/v1/positions/{post_.pk}/").json()["vacant_seats"] == 1


def test_a_held_seat_is_a_conflict(api):
    held = IncumbencyFactory()
    body = {"employee": EmployeeFactory().pk, "from": "2026-01-01"}
    problem(post(api, f"positions/{held.position_id}/incumbencies/", body), 409)
    assert Incumbency.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"employee": "x", "from": "2026-01-01"},
        {"employee": 1, "from": "30.02.2024"},
        {"employee": -1, "from": "2026-01-01"},
        {"employee": 2**70, "from": "2026-01-01"},
        {"employee": None, "from": None},
        [],
        [1],
        "x",
        1,
    ],
)
def test_bad_input_is_told_by_field(body, api):
    post_ = PositionFactory()
    answer = api.post(f"/api/v1/positions/{post_.pk}/incumbencies/", body, format="json")
    assert problem(answer, 400)["errors"]


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff\xfe", b'{"employee": NaN}', b"[" * 100_000, b'{"employee": "\\u0000"}', b'{"x": "\\ud800"}', b""],
    ids=["cut", "not utf-8", "nan", "deep", "null character", "surrogate", "empty"],
)
def test_what_is_not_json_is_bad_input(raw, api):
    post_ = PositionFactory()
    answer = api.post(f"/api/v1/positions/{post_.pk}/incumbencies/", raw, content_type="application/json")
    problem(answer, 400)


def test_a_body_has_a_bound(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    post_ = PositionFactory()
    answer = api.post(f"/api/v1/positions/{post_.pk}/incumbencies/", b" " * 101, content_type="application/json")
    problem(answer, 400)


def test_a_profile_is_replaced_as_a_whole(api):
    post_, first, second = PositionFactory(), CompetencyFactory(), CompetencyFactory()
    url = f"/api/v1/positions/{post_.pk}/requirements/"
    rows = [{"competency": first.pk, "level": 4, "weight": 5, "must_have": True}]
    assert api.put(url, rows, format="json").json() == [rows[0] | {"competency_label": first.name}]
    rows = [{"competency": second.pk, "level": 1, "weight": 3, "must_have": False}]
    api.put(url, rows, format="json")
    assert api.get(url).json() == [rows[0] | {"competency_label": second.name}]
    problem(api.put(url, [rows[0] | {"level": 6}], format="json"), 400)
    problem(api.put(url, [rows[0], rows[0]], format="json"), 400)
    assert len(api.get(url).json()) == 1


# --- pools


@pytest.fixture
def pool():
    return PoolPositionFactory().pool


def proposal(into, **more):
    served = into.pool_positions.get().position
    named = {"position": served.pk, "readiness": "ready_now", "reason": REASON}
    return {"candidate": CandidateFactory().pk, "positions": [named]} | more


def test_the_way_of_a_member(pool, api):
    made = post(api, f"pools/{pool.pk}/memberships/", proposal(pool))
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["counted"], made.json()["why_not_counted"]) == (
        "proposed",
        False,
        "not_active",
    )
    path = f"memberships/{made.json()['id']}"
    problem(post(api, f"{path}/admit/"), 409)
    assert post(api, f"{path}/screen/").json()["state"] == "screening"
    admitted = post(api, f"{path}/admit/").json()
    assert (admitted["state"], admitted["counted"]) == ("active", True)
    assert admitted["admitted_on"] == date.today().isoformat()
    assert admitted["next_screening_on"] > admitted["admitted_on"]
    problem(post(api, f"{path}/hold/"), 400)
    assert post(api, f"{path}/hold/", {"reason": REASON}).json()["why_not_counted"] == "on_hold"
    assert post(api, f"{path}/resume/").json()["state"] == "active"
    screened = post(api, f"{path}/screen/", {"outcome": "stays", "reason": REASON, "next_screening_on": "2099-05-05"})
    assert screened.json()["next_screening_on"] == "2099-05-05"
    left = post(api, f"{path}/exit/", {"exit_reason": "withdrawn", "reason": REASON}).json()
    assert (left["state"], left["exit_reason"]) == ("exited", "withdrawn")
    problem(post(api, f"{path}/exit/", {"exit_reason": "withdrawn", "reason": REASON}), 409)


def test_a_member_is_named_and_unnamed(pool, api):
    more = PoolPositionFactory(pool=pool).position
    body = {"candidate": CandidateFactory().pk, "reason": REASON}
    member = post(api, f"pools/{pool.pk}/memberships/", body).json()
    path = f"memberships/{member['id']}"
    named = {"position": more.pk, "readiness": "4_5_years", "reason": REASON}
    assert post(api, f"{path}/name/", named).json()["positions"][0]["readiness"] == "4_5_years"
    assert (
        post(api, f"{path}/name/", named | {"readiness": "ready_now"}).json()["positions"][0]["readiness"]
        == "ready_now"
    )
    assert post(api, f"{path}/unname/", {"position": more.pk, "reason": REASON}).json()["positions"] == []
    problem(post(api, f"{path}/unname/", {"position": more.pk, "reason": REASON}), 404)


def test_a_full_pool_is_a_conflict_unless_there_is_a_reason(pool, api):
    for _ in range(3):
        MembershipFactory(pool=pool)
    member = post(api, f"pools/{pool.pk}/memberships/", proposal(pool)).json()
    path = f"memberships/{member['id']}"
    post(api, f"{path}/screen/")
    assert problem(post(api, f"{path}/admit/"), 409)["type"].endswith("pool_is_full")
    problem(post(api, f"{path}/admit/", {"over_capacity_reason": "short"}), 400)
    assert post(api, f"{path}/admit/", {"over_capacity_reason": REASON}).json()["state"] == "active"


def test_recompute_answers_with_a_job(pool, api, hr):
    answer = post(api, f"pools/{pool.pk}/recompute/")
    assert answer.status_code == 202
    job = api.get(f"/api/v1/jobs/{answer.json()['job']}/").json()
    assert (job["kind"], job["state"], job["progress"]) == ("recompute_pool", "queued", 0)
    assert post(api, f"jobs/{job['id']}/cancel/").json()["state"] == "cancelled"
    problem(post(api, f"jobs/{job['id']}/cancel/"), 409)


@pytest.mark.parametrize(
    "path", ["pools/{pool}/coverage/", "positions/{post}/coverage/", "coverage/", "coverage/?kind=management"]
)
def test_coverage_is_a_plain_object_with_a_past(path, pool, api):
    url = "/api/v1/" + path.format(pool=pool.pk, post=pool.pool_positions.get().position_id)
    now = api.get(url).json()
    assert {
        "as_of",
        "computed_at",
        "seats",
        "demand",
        "capacity",
        "gross",
        "filled",
        "ready_now",
        "years_1_3",
        "years_4_5",
        "gap",
        "surplus",
        "seats_named",
        "seats_counted",
        "seats_true",
        "seats_true_ready_now",
        "blocking",
        "overlap",
        "status",
        "formula_version",
        "stale",
    } <= set(now)
    past = api.get(url + ("&" if "?" in url else "?") + "history=1").json()
    assert set(past) == {"count", "next", "previous", "results"}
    problem(api.get(url + ("&" if "?" in url else "?") + "history=perhaps"), 400)
    problem(api.get(url + ("&" if "?" in url else "?") + "scope=whole"), 400)


def test_suggestions_tell_who_and_by_which_rule_not(pool, api):
    post_ = pool.pool_positions.get().position
    boss = PositionFactory()
    post_.reports_to = boss
    post_.save()
    beside = IncumbencyFactory(position__reports_to=boss)
    late = IncumbencyFactory(position__reports_to=post_, starts_on=date.today())
    found = api.get(f"/api/v1/positions/{post_.pk}/suggestions/").json()
    assert [row["employee"] for row in found["suggested"]] == [beside.employee_id]
    assert set(found["suggested"][0]) == {"candidate", "candidate_label", "employee", "fit", "reasons"}
    assert [(row["employee"], row["rule"]) for row in found["filtered_out"]] == [
        (late.employee_id, "too_short_in_post")
    ]
    assert api.get(f"/api/v1/positions/{boss.pk}/suggestions/").json() == {"suggested": [], "filtered_out": []}


# --- oneself


@pytest.fixture
def me(employee_user):
    return program(employee_user)


def test_goals_of_ones_own(me, employee_user):
    made = post(me, "me/goals/", {"text": "To lead a plant.", "importance": 5})
    assert made.status_code == 201
    url = f"/api/v1/me/goals/{made.json()['id']}/"
    assert me.patch(url, {"text": "To lead two."}, format="json").json()["text"] == "To lead two."
    assert me.get("/api/v1/me/goals/").json()["count"] == 1
    problem(me.patch(url, {"importance": 9}, format="json"), 400)
    assert me.delete(url).status_code == 204
    problem(me.get(url), 404)


def test_willingness_of_ones_own(me, employee_user):
    assert me.get("/api/v1/me/willingness/").json()["willingness"] == "not_asked"
    assert post(me, "me/willingness/", {"willingness": "agreed"}).json()["willingness"] == "agreed"
    problem(post(me, "me/willingness/", {"willingness": "asked"}), 400)
    employee_user.employee.refresh_from_db()
    assert employee_user.employee.willingness == "agreed"


def test_a_program_without_a_person_has_nothing_to_say(api):
    problem(api.get("/api/v1/me/willingness/"), 404)
    problem(post(api, "me/willingness/", {"willingness": "agreed"}), 404)
    problem(post(api, "me/goals/", {"text": "x"}), 404)
    assert api.get("/api/v1/me/goals/").json()["count"] == 0


# --- once


def test_a_repeated_command_is_done_once_and_answers_the_same(me):
    first = post(me, "me/goals/", {"text": "Once."}, **{"Idempotency-Key": "k1"})
    second = post(me, "me/goals/", {"text": "Once."}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert CareerGoal.objects.count() == 1
    problem(post(me, "me/goals/", {"text": "Another."}, **{"Idempotency-Key": "k1"}), 409)
    problem(post(me, "me/willingness/", {"willingness": "agreed"}, **{"Idempotency-Key": "k1"}), 409)
    assert post(me, "me/goals/", {"text": "Once."}, **{"Idempotency-Key": "k2"}).status_code == 201


def test_a_key_is_the_users_own(me, api, hr):
    EmployeeFactory(user=hr)
    post(me, "me/goals/", {"text": "Mine."}, **{"Idempotency-Key": "k"})
    post(api, "me/goals/", {"text": "Mine."}, **{"Idempotency-Key": "k"})
    assert CareerGoal.objects.count() == 2


def test_what_was_refused_may_be_tried_again_under_its_key(pool, api):
    member = post(api, f"pools/{pool.pk}/memberships/", proposal(pool)).json()
    path = f"memberships/{member['id']}"
    key = {"Idempotency-Key": "k"}
    problem(post(api, f"{path}/admit/", **key), 409)
    post(api, f"{path}/screen/")
    assert post(api, f"{path}/admit/", **key).status_code == 200
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "\u00e4"])
def test_a_key_has_a_form(key, me):
    problem(post(me, "me/goals/", {"text": "x"}, **{"Idempotency-Key": key}), 400)
    assert not CareerGoal.objects.exists()


# --- what is not offered


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["audit/", "employees/", "org-units/", "positions/", "competencies/", "jobs/"])
def test_lists_that_are_read_only_answer_405(method, path, api):
    answer = getattr(api, method)(f"/api/v1/{path}", {}, format="json")
    problem(answer, 405)


def test_an_unknown_address_is_a_problem_too(api):
    assert problem(api.get("/api/v1/nothing/"), 404)["detail"] == problem(api.get("/api/v1/pools/1/"), 404)["detail"]


def test_more_than_is_asked_for_changes_nothing_more(pool, api):
    """Fields that are not the command's are left aside: nobody writes a state, a place or an author by the way."""
    body = proposal(pool, state="active", place=1, admitted_on="2000-01-01", actor=1, pool=99, id=77, counted=True)
    made = Membership.objects.get(pk=post(api, f"pools/{pool.pk}/memberships/", body).json()["id"])
    assert (made.state, made.place, made.admitted_on, made.pool_id) == ("proposed", None, None, pool.pk)
    assert made.pk != 77


def test_commands_stand_in_the_audit_trail_with_their_actor(pool, api, hr):
    post(api, f"pools/{pool.pk}/memberships/", proposal(pool))
    event = AuditEvent.objects.get(verb="propose_member")
    assert (event.actor, event.reason) == (hr, REASON)
    assert Job.objects.count() == 0
