"""The broker is away for a while: nobody notices but those who wait for figures, and they get them."""

import time

from tests.faults.company import PASSWORD
from tests.faults.instance import Crowd, descendants, wait_for

# The table of faults says 60; what a minute shows, these show as well: every request finds the broker dead.
AWAY = 12


def test_people_work_on_while_the_broker_is_away_and_their_changes_are_followed_after(stack, company):
    company.wait_until_quiet()
    before = company.figures(where="scope = 'pool'")
    stack.kill("valkey")
    with Crowd(company) as crowd:
        member = company.admit()
        job = company.recompute()
        time.sleep(AWAY)
        assert company.one("SELECT count(*) FROM organisation_outboxmessage") >= 1
        assert company.job(job)[0] == "queued"
        assert company.figures(where="scope = 'pool'") == before
    assert crowd.unwell() == []
    assert len(crowd.proposed) > 0
    stack.restart("valkey")
    back = time.monotonic()
    company.wait_until_quiet(seconds=90)
    print(f"\n{len(crowd.answers)} answers while the broker was away; followed {time.monotonic() - back:.1f} s after")
    assert company.job(job)[:2] == ("done", 1)
    assert (crowd.lost(), crowd.doubled()) == ([], [])
    figures = company.figures()
    assert figures != before
    assert figures == company.clean_figures()
    company.leave(member)


def test_a_worker_with_work_in_hand_outlives_the_broker(stack, company):
    # It must have been lost once before: a connection of the second kind behaves otherwise.
    stack.restart("valkey")
    assert company.wait_for_job(company.recompute())[0] == "done"
    company.wait_until_quiet()
    with company.held("pools_coverage"):
        job = company.recompute()
        company.stuck()
        stack.kill("valkey")
        time.sleep(3)
    stack.restart("valkey")
    assert company.wait_for_job(job)[:2] == ("done", 1)
    assert company.wait_for_job(company.recompute())[0] == "done"
    assert len(descendants(stack.pid("worker"))) == 2


def test_people_sign_in_and_programs_are_counted_while_the_broker_is_away(stack, company):
    stack.kill("valkey")
    with company.browser() as client:
        client.cookies.clear()
        form = client.get(f"{stack.url}accounts/login/", timeout=30)
        given = {"login": "hr", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answer = client.post(f"{stack.url}accounts/login/", data=given, timeout=30, allow_redirects=False)
        assert (form.status_code, answer.status_code, answer.headers["Location"]) == (200, 302, "/")
        assert client.get(f"{stack.url}overview/", timeout=30).status_code == 200
    token = {"username": "hr", "password": PASSWORD}
    with company.program() as client:
        del client.headers["Authorization"]
        assert client.post(company.api("token/"), json=token, timeout=30).status_code == 200
    state = stack.readiness()
    assert (state["ready"], state["database"], state["broker"]) == (False, True, False)


def test_a_change_is_seen_soon_when_all_is_well(stack, company):
    company.wait_until_quiet()
    (before,) = company.ask("SELECT filled FROM pools_coverage WHERE scope = 'pool'")[0]
    member = company.admit()
    began = time.monotonic()
    wait_for(lambda: company.one("SELECT filled FROM pools_coverage WHERE scope = 'pool'") == before + 1, 30)
    print(f"\na new member is seen in coverage after {time.monotonic() - began:.2f} s")
    company.leave(member)
    wait_for(lambda: company.one("SELECT filled FROM pools_coverage WHERE scope = 'pool'") == before, 30)
