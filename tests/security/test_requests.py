"""What may not get in by a request: forged forms, foreign addresses, statements, scripts, guesses at passwords."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client

from candidates.models import ExternalPerson
from pools.models import EchelonPool, Membership, MembershipPost
from succession.organisation.models import CareerGoal, Competency, Employee, OrgUnit, Position
from tests.factories import EmployeeFactory, PositionFactory
from tests.security.company import ROLES, found_company
from tests.security.matrix import clients
from tests.security.routes import routes

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"

STATEMENTS = [
    "'",
    "';--",
    "' OR '1'='1",
    "1; DROP TABLE organisation_user",
    "(SELECT pg_sleep(5))",
    "%27%20OR%201=1",
    "\\",
    "name::int",
    "$$",
]
LOOKUPS = [
    "user__password",
    "employee__user__password",
    "-org_unit__head_position",
    "?",
    "pk,user__password",
    "position__org_unit__code",
]
# Names of parameters that some page reads, and some that none does.
PARAMETERS = [
    "ordering",
    "search",
    "q",
    "sort",
    "order",
    "unit",
    "class",
    "as_of",
    "state",
    "page",
    "kind",
    "day",
    "tab",
]
SCRIPTS = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "{{7*7}}{% debug %}",
    "</title><img src=x onerror=alert(1)>",
]
FOREIGN = ["//evil.example.org", "/\\evil.example.org", "https:evil.example.org", "https://evil.example.org/", "javascript:alert(1)", "%0d%0aLocation:%20//evil.example.org", "\thttps://evil.example.org"]  # fmt: skip


@pytest.fixture
def company():
    return found_company()


def pages(company):
    """Addresses of lists and records that HR can open, without those of the administration."""
    for route in routes():
        if not route.text.startswith(("accounts/", "admin/", "api/")):
            yield route.address(company, route.places(company)[0] if not route.kind else "other unit", "hr")


# --- forged requests


@pytest.mark.parametrize("who", ["hr", "administrator"])
def test_a_form_of_another_site_is_refused_everywhere(who, company):
    """No unsafe request passes without the token: not one address is left out."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(company.users[who])
    answers = {}
    for route in routes():
        for place in route.places(company)[:1]:
            address = route.address(company, place, who)
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answers[f"{method} {address}"] = client.generic(method, address).status_code
    # Programs sign in without a session: there is nothing to forge.
    answers = {asked: status for asked, status in answers.items() if "/api/v1/token/" not in asked}
    assert {asked: status for asked, status in answers.items() if status not in {403, 404, 405}} == {}
    assert 403 in answers.values()


def counts():
    """Rows of every table but the traces that reading leaves: sessions, sign-ins, readings."""
    traces = {"django_session", "organisation_reading"}
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in traces and not model._meta.proxy and model._meta.managed:
                cursor.execute(
                    f"SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {connection.ops.quote_name(table)} t"
                )
                found[table] = cursor.fetchone()
        return found


@pytest.mark.parametrize("who", ["hr"])
def test_reading_changes_nothing(who, company):
    client = clients(company)[who]
    before = counts()
    for route in routes():
        if not route.text.startswith("accounts/"):
            for place in route.places(company)[-2:]:
                cache.clear()
                client.get(route.address(company, place, who))
    after = counts()
    changed = {table: (was, after[table]) for table, was in before.items() if after[table] != was}
    # Taking a list away is written down.
    assert set(changed) <= {"organisation_auditevent"}


# --- statements


def readable(company, client):
    """Those of the pages that answer with a page."""
    cache.clear()
    return [address for address in pages(company) if client.get(address).status_code == 200]


def test_statements_in_parameters_have_no_effect(company):
    client = clients(company)["hr"]
    before = Employee.objects.count()
    for address in readable(company, client):
        for text in STATEMENTS + LOOKUPS if address.count("/") == 2 else STATEMENTS[:2]:
            cache.clear()
            status = client.get(address, dict.fromkeys(PARAMETERS, text)).status_code
            assert status in {200, 302, 400, 404}, (address, text, status)
    assert Employee.objects.count() == before


@pytest.mark.parametrize("text", STATEMENTS + LOOKUPS)
def test_programs_order_and_filter_by_what_is_offered_alone(text, company):
    client = clients(company)["hr"]
    for resource in (
        "employees",
        "positions",
        "org-units",
        "candidates",
        "pools",
        "audit",
        "jobs",
        "imports",
        "competencies",
    ):
        assert client.get(f"/api/v1/{resource}/", {"ordering": text}).status_code == 400
        assert client.get(f"/api/v1/{resource}/", {text: "1"}).status_code == 400
        assert client.get(f"/api/v1/{resource}/", {"search": text}).status_code == 200


@pytest.mark.parametrize("value", ["1e309", "NaN", "-0", "9" * 40, "-1", "\ud7ff\u202e\u200b😀", "x" * 10_000])
def test_strange_values_are_answered(value, company):
    client = clients(company)["hr"]
    for address in readable(company, client):
        cache.clear()
        status = client.get(address, dict.fromkeys(PARAMETERS, value)).status_code
        assert status < 500, address


def test_a_null_character_is_bad_input_everywhere(company):
    client = clients(company)["hr"]
    for address in pages(company):
        assert client.get(f"{address}?q=%00").status_code == 400, address
    assert client.get("/people/%00/").status_code == 400
    assert client.get("/api/v1/positions/?code=%00").status_code == 400


# --- scripts


@pytest.mark.parametrize("text", SCRIPTS)
def test_text_is_shown_as_text(text, company):
    """Planted in every field of text that people or files fill, then looked for in every page HR can open."""
    Employee.objects.update(name=text, sort_name=text, mobility=text)
    Position.objects.update(title=text, grade=text[:60])
    OrgUnit.objects.update(name=text)
    EchelonPool.objects.update(name=text, levels=text, ratio_reason=text)
    Competency.objects.update(name=text, description=text)
    CareerGoal.objects.update(text=text)
    ExternalPerson.objects.update(name=text, source=text)
    Membership.objects.update(proposal_reason=text, hold_reason=text)
    MembershipPost.objects.update(reason=text)
    for user in company.users.values():
        user.name = text
        user.save()
    client, shown = clients(company)["hr"], 0
    for address in pages(company):
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        page = response.content.decode()
        shown += "alert(1)" in page or "7*7" in page
        for raw in ("<script>alert", "<svg onload", "<img src=x", 'href="javascript:', "href='javascript:", ">49<"):
            assert raw not in page, (address, raw)
        assert "unsafe" not in response["Content-Security-Policy"], address
    assert shown > 3
    answer = client.get("/api/v1/employees/")
    assert answer.json()["results"][0]["name"] == text
    assert answer["Content-Type"] == "application/json"


# --- leaving the site


@pytest.mark.parametrize("where", FOREIGN)
def test_next_stays_on_the_site(where, employee_user, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    employee_user.set_password(PASSWORD)
    employee_user.save()
    cache.clear()
    for address, body in (
        ("/accounts/login/", {"login": "employee", "password": PASSWORD}),
        ("/preferences/theme/", {"theme": "dark"}),
        ("/preferences/language/", {"language": "en"}),
        ("/accounts/logout/", {}),
    ):
        client = Client()
        if "login" not in address:
            client.force_login(employee_user)
        response = client.post(address, body | {"next": where})
        assert response.status_code == 302, address
        reached = urlsplit(urljoin(f"https://site{address}", response["Location"].strip().replace("\\", "/")))
        assert (reached.scheme, reached.netloc) == ("https", "site"), address
        assert not {"\r", "\n"} & set(response["Location"])
        assert client.get("/accounts/login/", {"next": where}).status_code in {200, 302}


# --- guessing


@pytest.fixture
def known(employee_user, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    employee_user.set_password(PASSWORD)
    employee_user.save()
    cache.clear()
    return employee_user


def sign_in(password, name="employee"):
    return Client().post("/accounts/login/", {"login": name, "password": password}).status_code


def test_guessing_at_one_name_is_slowed_and_others_are_not(known):
    EmployeeFactory(user=(other := type(known).objects.create(username="other")))
    other.set_password(PASSWORD)
    other.save()
    answers = [sign_in("wrong") for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert sign_in(PASSWORD) == 429
    assert sign_in(PASSWORD, "other") == 302


def test_guessing_at_many_names_is_slowed(known):
    assert [sign_in("wrong", f"name{n}") for n in range(62)][-2:] == [429, 429]


def test_signing_in_well_is_never_slowed(known):
    assert {sign_in(PASSWORD) for _ in range(25)} == {302}


def test_the_administration_has_no_door_of_its_own(known):
    response = Client().get("/admin/login/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
    assert Client().post("/admin/login/", {"username": "employee", "password": PASSWORD}).status_code in {302, 403}


# --- what lives on


@pytest.mark.parametrize("who", ["hr", "administrator"])
def test_a_session_ends_with_the_account_or_the_password(who, company):
    user, ready = company.users[who], clients(company)
    assert ready[who].get("/me/").status_code == 200
    user.is_active = False
    user.save()
    assert ready[who].get("/me/").status_code == 302
    user.is_active = True
    user.set_password(PASSWORD)
    user.save()
    assert ready[who].get("/me/").status_code == 302


@pytest.mark.parametrize(
    "who", [who for who, role in ROLES.items() if role in {"hr_manager", "auditor", "committee_member"}]
)
def test_a_role_ends_with_the_next_request(who, company):
    client = clients(company)[who]
    assert client.get("/pools/").status_code == 200
    company.users[who].role_assignments.all().delete()
    assert client.get("/pools/").status_code == 404
    assert client.get("/api/v1/pools/").json()["count"] == 0


def test_a_head_who_leaves_the_post_leads_no_more(company):
    client = clients(company)["head"]
    assert client.get(f"/api/v1/positions/{company.near['position'].pk}/").status_code == 200
    company.own["incumbency", "head"].delete()
    assert client.get(f"/api/v1/positions/{company.near['position'].pk}/").status_code == 404


# --- what a form is not asked for


def test_a_form_takes_only_its_own_fields(company):
    """Mass assignment: whatever else is sent along is left aside."""
    who = company.users["employee"]
    client = clients(company)["employee"]
    more = {
        "is_staff": "on", "is_superuser": "on", "user": company.users["hr"].pk, "employee": company.near["person"].pk,
        "org_unit": company.near["unit"].pk, "willingness_until": "2099-01-01", "role": "hr_manager", "password": "x",
        "state": "active", "place": "1", "id": "1", "pk": "1",
    }  # fmt: skip
    client.post("/me/willingness/", {"willingness": "agreed"} | more)
    client.post("/me/mobility/", {"mobility": "Anywhere"} | more)
    client.post("/me/goals/", {"text": "To lead.", "kind": "direction", "importance": "3"} | more)
    client.post("/preferences/theme/", {"theme": "dark"} | more)
    who.refresh_from_db()
    me = Employee.objects.get(user=who)
    assert (who.is_staff, who.is_superuser, me.org_unit) == (False, False, company.far["unit"])
    assert me.willingness_until.year < 2099
    assert not CareerGoal.objects.filter(employee=company.near["person"], text="To lead.").exists()
    assert who.role_assignments.count() == 0


def test_forty_thousand_posts_cost_a_program_no_more_statements(hr, client, django_assert_max_num_queries):
    unit = PositionFactory().org_unit
    Position.objects.bulk_create([Position(code=f"X{n}", title=f"T{n}", org_unit=unit) for n in range(2000)])
    client.force_login(hr)
    with django_assert_max_num_queries(10):
        assert client.get("/api/v1/positions/?page_size=200").json()["count"] == 2001
