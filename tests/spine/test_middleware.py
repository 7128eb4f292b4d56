"""What every request passes through, and the signs of life."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.utils import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.utils import timezone

from succession.organisation import broker, health, jobs
from succession.organisation.errors import Invalid, NeedsReason, Refusal
from succession.organisation.errors_views import server_error
from succession.organisation.middleware import LanguageMiddleware, PrivatePagesMiddleware, RefusalMiddleware
from succession.organisation.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf):
    def request(path="/people/", **more):
        made = rf.get(path, **more)
        made.user = AnonymousUser()
        return made

    return request


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refusal("The pool is full."), 409),
        (Invalid("Not so."), 400),
        (NeedsReason(), 400),
        (DataError(), 400),
        (OperationalError(), 503),
        (InterfaceError(), 503),
        (ValueError(), None),
    ],
)
@pytest.mark.parametrize("path", ["/people/", "/api/v1/people/"])
def test_what_a_view_did_not_turn_into_an_answer(error, status, path, ask):
    answer = RefusalMiddleware(HttpResponse).process_exception(ask(path), error)
    if status is None:
        assert answer is None
        return
    assert answer.status_code == status
    if status == 409:
        assert "The pool is full." in answer.content.decode()
    if status == 503:
        assert answer["Retry-After"] == "5"
        assert answer["Content-Type"].startswith("application/problem+json") is path.startswith("/api/")


def test_pages_of_an_error_need_no_database(ask, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert server_error(ask()).status_code == 500
        assert RefusalMiddleware(HttpResponse).process_exception(ask(), OperationalError()).status_code == 503


@pytest.mark.parametrize("path", ["/people/?q=%00", "/people/%00/"])
def test_an_address_with_a_null_character_is_none(path, ask):
    assert RefusalMiddleware(lambda request: HttpResponse("in"))(ask(path)).status_code == 400


def test_pages_stay_out_of_every_cache(ask):
    through = PrivatePagesMiddleware(lambda request: HttpResponse("x"))
    assert through(ask("/people/"))["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in through(ask("/static/x.css"))


@pytest.mark.parametrize(
    ("cookie", "asked", "spoken"),
    [("", "", "en"), ("", "zh-CN,zh;q=0.9", "zh-hans"), ("en", "zh-CN", "en"), ("xx", "", "en")],
)
def test_the_language_is_ones_own_choice_before_the_browsers(cookie, asked, spoken, ask):
    request = ask(headers={"Accept-Language": asked} if asked else {})
    if cookie:
        request.COOKIES["django_language"] = cookie
    answer = LanguageMiddleware(lambda request: HttpResponse(request.LANGUAGE_CODE))(request)
    assert (answer.content.decode(), answer["Content-Language"]) == (spoken, spoken)


def test_an_instance_is_ready_only_with_a_worker_that_lives():
    assert health.readiness()["worker"] is False
    health.beat("worker")
    state = health.readiness()
    assert (state["database"], state["migrations"], state["broker"], state["worker"]) == (True, True, True, True)
    assert state["ready"] is True
    assert {"commit", "version"} <= set(state)
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert health.readiness()["ready"] is False


def test_a_broker_that_is_away_is_told(settings):
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    broker._client.cache_clear()
    try:
        assert health.readiness()["broker"] is False
    finally:
        broker._client.cache_clear()


def test_readyz_says_so_to_whoever_watches(client):
    assert client.get("/readyz").status_code == 503
    health.beat("worker")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert jobs.sweep() == 0


def test_healthz_asks_for_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
