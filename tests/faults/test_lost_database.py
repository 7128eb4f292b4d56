"""The database is restarted, killed, slow or locked: errors only meanwhile, nothing half-done, nothing forgotten."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.instance import DATABASE, Crowd, descendants, wait_for

RECOVERED_AFTER = 5
AWAY, BUSY = 503, 503
ROWS = 40
POSTS = "Code,Title,Unit,Seats\n" + "".join(
    f"D{{0}}{number},New post {number},Works D{{0}},1\n" for number in range(ROWS)
)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_a_restarted_database_costs_errors_only_while_it_is_down(stack, company, how):
    programs = {name: (stack.pid(name), descendants(stack.pid(name))) for name in ("web", "worker")}
    with Crowd(company) as crowd:
        time.sleep(2)
        began = time.monotonic()
        stack.kill("postgres", how)
        time.sleep(1)
        stack.restart("postgres")
        back = time.monotonic()
        time.sleep(RECOVERED_AFTER + 3)
    assert crowd.unwell(well=(200, 201, AWAY)) == []
    assert AWAY in {status for at, _what, status in crowd.answers if at >= began}
    assert crowd.unwell(since=back + RECOVERED_AFTER) == []
    assert (crowd.lost(), crowd.doubled()) == ([], [])
    member = company.admit()
    assert company.wait_for_job(company.recompute())[0] == "done"
    company.wait_until_quiet()
    assert company.figures() == company.clean_figures()
    assert {name: (stack.pid(name), descendants(stack.pid(name))) for name in programs} == programs
    company.leave(member)


def test_a_recompute_goes_on_when_the_database_was_killed_in_its_middle(stack, company):
    company.wait_until_quiet()
    member = company.admit()
    company.wait_until_quiet()
    expected = company.clean_figures()
    company.ask("DELETE FROM pools_coverage")
    with company.held("pools_coverage"):
        job = company.recompute()
        company.stuck()
        stack.kill("postgres")
    stack.restart("postgres")
    assert company.figures() in ([], expected)
    assert company.wait_for_job(job)[0] == "done"
    assert company.figures() == expected
    company.leave(member)


def test_an_import_is_applied_whole_when_the_database_was_killed_in_its_middle(stack, company):
    # The history of posts is written with each post: the import is at work in its middle when it waits for it.
    with company.held("organisation_positionevent"):
        asked = company.inside(f"apply_import({POSTS.format('k')!r})")
        company.stuck()
        stack.kill("postgres")
    stack.restart("postgres")
    assert arrived(company, "k") in (0, ROWS)
    assert company.wait_for_job(asked["job"])[0] == "done"
    assert arrived(company, "k") == ROWS
    applied = "SELECT count(*) FROM organisation_auditevent WHERE verb = 'import_applied' AND object_id = %s"
    assert company.one(applied, asked["batch"]) == 1
    assert company.one("SELECT count(*) FROM organisation_positionevent WHERE code LIKE 'Dk%%'") == ROWS


def test_a_job_whose_connection_is_cut_is_run_again(company):
    with company.held("organisation_positionevent"):
        asked = company.inside(f"apply_import({POSTS.format('c')!r})")
        (port,) = company.stuck()
        company.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port = %s", port)
    assert company.wait_for_job(asked["job"])[0] == "done"
    assert arrived(company, "c") == ROWS


def test_a_locked_table_is_a_clean_refusal_and_leaves_the_others_served(stack, company):
    """Twice as many requests as there are threads run into the lock; what does not need the table is served meanwhile."""
    company.wait_until_quiet()
    with ThreadPoolExecutor(16) as people:
        with company.held("pools_echelonpool", "ACCESS EXCLUSIVE"):
            stuck = [people.submit(company.page, "pools/") for _number in range(16)]
            wait_for(
                lambda: company.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") >= 4, 20
            )
            refused = [answer.result() for answer in stuck]
            assert company.page("people/").status_code == 200
        assert {answer.status_code for answer in refused} == {BUSY}
        assert all("Retry-After" in answer.headers and "Traceback" not in answer.text for answer in refused)
        served = list(people.map(company.page, ["pools/"] * 16))
    assert {answer.status_code for answer in served} == {200}
    idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
    assert company.one(idle, DATABASE) == 0


def test_a_slow_statement_is_ended_and_leaves_nothing(stack, company):
    proposal = company.proposal()
    company.ask(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$"
    )
    company.ask("CREATE TRIGGER dawdles AFTER INSERT ON pools_membershippost FOR EACH ROW EXECUTE FUNCTION dawdle()")
    count = "SELECT count(*) FROM pools_membership"
    before = company.one(count)
    try:
        with company.program() as client:
            address = company.api(f"pools/{company.pool}/memberships/")
            answer = client.post(address, json=proposal, timeout=60)
        assert (answer.status_code, answer.json()["status"]) == (BUSY, BUSY)
        assert company.one(count) == before
        assert company.page("pools/").status_code == 200
    finally:
        company.ask("DROP TRIGGER dawdles ON pools_membershippost")
        company.ask("DROP FUNCTION dawdle")
    with company.program() as client:
        assert client.post(address, json=proposal, timeout=60).status_code == 201
    assert company.one(count) == before + 1


def arrived(company, marker):
    return company.one("SELECT count(*) FROM organisation_position WHERE code LIKE %s", f"D{marker}%")
