"""How programs sign in, and how their way in ends."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from rest_framework.test import APIClient

from succession.organisation.api import signin
from succession.organisation.models import ApiToken
from tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"
WRONG = {"username": "hr", "password": "wrong"}
RIGHT = {"username": "hr", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _no_failures_yet(hr, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    hr.set_password(PASSWORD)
    hr.save()


def sign_in(**given):
    return APIClient().post("/api/v1/token/", given, format="json")


def with_token(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_a_token_opens_the_interface(hr):
    person = EmployeeFactory(user=hr)
    answer = sign_in(**RIGHT)
    assert answer.status_code == 200
    me = with_token(answer.json()["token"]).get("/api/v1/me/").json()
    assert me == {"username": "hr", "name": hr.name, "roles": ["employee", "hr_manager"], "employee": person.pk}


def test_a_wrong_password_and_an_unknown_name_answer_alike():
    wrong, unknown = sign_in(**WRONG), sign_in(username="nobody", password="wrong")
    assert (wrong.status_code, wrong["Content-Type"]) == (400, "application/problem+json")
    assert wrong.json() == unknown.json()
    assert wrong.json()["status"] == 400


def test_only_failures_are_counted():
    for _ in range(signin.FAILURES_OF_A_NAME + 5):
        assert sign_in(**RIGHT).status_code == 200


def test_repeated_failures_wait_and_others_do_not(employee_user):
    employee_user.set_password(PASSWORD)
    employee_user.save()
    answers = [sign_in(**WRONG).status_code for _ in range(signin.FAILURES_OF_A_NAME + 2)]
    assert answers == [400] * signin.FAILURES_OF_A_NAME + [429, 429]
    held = sign_in(**RIGHT)
    assert (held.status_code, held["Content-Type"]) == (429, "application/problem+json")
    assert int(held["Retry-After"]) > 0
    assert sign_in(username="employee", password=PASSWORD).status_code == 200


def test_failures_spread_over_names_wait_as_well():
    answers = [
        sign_in(username=f"name{n}", password="wrong").status_code for n in range(signin.FAILURES_OF_AN_ADDRESS + 1)
    ]
    assert answers == [400] * signin.FAILURES_OF_AN_ADDRESS + [429]


def test_a_second_factor_is_asked_of_programs_too(hr):
    secret = TOTP.activate(hr, "JBSWY3DPEHPK3PXP").instance.data["secret"]
    assert secret
    assert sign_in(**RIGHT).status_code == 400
    assert sign_in(**RIGHT, code="").status_code == 400
    assert sign_in(**RIGHT, code="000000x").status_code == 400
    code = f"{hotp_value('JBSWY3DPEHPK3PXP', next(iter(yield_hotp_counters_from_time()))):06}"
    assert sign_in(**RIGHT, code=code).status_code == 200
    assert sign_in(**RIGHT, code=code).status_code == 400


def test_only_the_digest_of_a_token_is_kept():
    token = sign_in(**RIGHT).json()["token"]
    assert token not in str(list(ApiToken.objects.values()))


@pytest.mark.parametrize("header", ["Token x", "Token", "Token a b", "Bearer x", "Token \xff", "Basic eDp5"])
def test_what_is_no_token_opens_nothing(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda user: setattr(user, "is_active", False),
        lambda user: user.set_password("another-long-password"),
    ],
    ids=["disabled", "password changed"],
)
def test_tokens_and_sessions_end_with_the_next_request(change, hr, client):
    program = with_token(sign_in(**RIGHT).json()["token"])
    client.force_login(hr)
    assert program.get("/api/v1/me/").status_code == client.get("/api/v1/me/").status_code == 200
    change(hr)
    hr.save()
    assert program.get("/api/v1/me/").status_code == 401
    assert client.get("/api/v1/me/").status_code == 401


def test_a_withdrawn_role_is_gone_with_the_next_request(hr, client):
    EmployeeFactory()
    client.force_login(hr)
    assert client.get("/api/v1/employees/").json()["count"] == 1
    hr.role_assignments.all().delete()
    assert client.get("/api/v1/employees/").json()["count"] == 0


def test_sessions_need_the_csrf_token(hr):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(hr)
    assert browser.post("/api/v1/jobs/1/cancel/").status_code == 403
