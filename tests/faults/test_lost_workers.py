"""Work that is lost with its worker, or delivered more than once: done once, whole."""

import os
import signal

import pytest

POSTS = "Code,Title,Unit,Seats\n" + "".join(f"N{{0}}{number},New post {number},Works {{0}},1\n" for number in range(40))


@pytest.fixture
def expected(company):
    """The figures a clean run gives; the table is empty when the test begins."""
    company.wait_until_quiet()
    company.admit()
    company.wait_until_quiet()
    figures = company.clean_figures()
    company.ask("DELETE FROM pools_coverage")
    return figures


def kill_the_child_at_work(company):
    (port,) = company.stuck()
    os.kill(company.worker_process(port), signal.SIGKILL)


def kill_the_worker(company):
    company.stuck()
    company.stack.kill("worker")


def applied(company, marker):
    return company.one("SELECT count(*) FROM organisation_position WHERE code LIKE %s", f"N{marker}%")


@pytest.mark.parametrize("kill", [kill_the_child_at_work, kill_the_worker])
def test_a_recompute_whose_process_is_killed_is_run_again(stack, company, expected, kill):
    with company.held("pools_coverage"):
        job = company.recompute()
        kill(company)
        assert company.job(job)[:2] == ("running", 1)
    if not stack.is_running("worker"):
        stack.restart("worker")
    state, attempts, _result = company.wait_for_job(job)
    assert (state, attempts) == ("done", 2)
    assert company.figures() == expected


def test_changes_whose_follower_is_killed_are_followed_again(company, expected):
    member = company.propose()
    company.wait_until_quiet()
    with company.held("pools_coverage"):
        company.leave(member)
        kill_the_child_at_work(company)
        assert company.one("SELECT count(*) FROM organisation_outboxmessage") == 1
    company.wait_until_quiet()
    company.inside("compute_everything()")
    assert company.figures() == expected


@pytest.mark.parametrize("kill", [kill_the_child_at_work, kill_the_worker])
def test_an_import_whose_process_is_killed_is_applied_once(stack, company, kill):
    marker = kill.__name__[-1]
    with company.held("organisation_position"):
        asked = company.inside(f"apply_import({POSTS.format(marker)!r})")
        kill(company)
    if not stack.is_running("worker"):
        stack.restart("worker")
    state, attempts, _result = company.wait_for_job(asked["job"])
    assert (state, attempts) == ("done", 2)
    assert applied(company, marker) == 40
    assert (
        company.one(
            "SELECT count(*) FROM organisation_auditevent WHERE verb = 'import_applied' AND object_id = %s",
            asked["batch"],
        )
        == 1
    )


def test_a_task_that_is_delivered_again_and_again_is_done_once(company, expected):
    with company.counting_computations() as computations:
        with company.held("pools_coverage"):
            job = company.recompute()
            company.stuck()
            for _again in range(3):
                company.deliver("pools.recompute_pool", job)
            company.wait_for_deliveries()
        assert company.wait_for_job(job)[:2] == ("done", 1)
        company.deliver("pools.recompute_pool", job)
        company.wait_for_deliveries(left=0)
        # One transaction for the pool with its posts, one for the units and the whole.
        assert computations() == 2
    assert company.job(job)[:2] == ("done", 1)
    assert company.figures() == expected
    assert (
        company.one("SELECT count(DISTINCT computed_at) FROM pools_coverage WHERE scope IN ('pool', 'position')") == 1
    )


def test_an_import_that_is_delivered_twice_at_once_is_applied_once(company):
    with company.held("organisation_position"):
        asked = company.inside(f"apply_import({POSTS.format('twice')!r})")
        company.stuck()
        company.deliver("organisation.apply_import", asked["job"])
        company.wait_for_deliveries()
    assert company.wait_for_job(asked["job"])[:2] == ("done", 1)
    company.deliver("organisation.apply_import", asked["job"])
    company.wait_for_deliveries(left=0)
    assert applied(company, "twice") == 40
    rows = "SELECT count(*) FROM organisation_importrow WHERE batch_id = %s"
    assert company.one(rows, asked["batch"]) == 40
    assert company.one("SELECT count(*) FROM organisation_positionevent WHERE code LIKE 'Ntwice%%'") == 40


def test_an_import_that_was_lost_before_it_could_say_that_it_is_done_is_not_refused(company):
    asked = company.inside(f"apply_import({POSTS.format('late')!r})")
    assert company.wait_for_job(asked["job"])[:2] == ("done", 1)
    company.ask("UPDATE organisation_job SET state = 'running', ended_at = NULL WHERE id = %s", asked["job"])
    company.deliver("organisation.apply_import", asked["job"])
    assert company.wait_for_job(asked["job"])[:2] == ("done", 2)
    assert applied(company, "late") == 40


def test_a_burst_of_changes_is_computed_a_few_times(company):
    company.wait_until_quiet()
    with company.counting_computations() as computations:
        burst = company.inside("burst(transactions=20, changes=50)")
        company.wait_until_quiet()
        print(f"\n1,000 changes in {burst['seconds']:.1f} s: computed in {computations()} transactions")
        # Five computations at most, each in two: the pools with their posts, the units and the whole behind them.
        assert computations() <= 10
    figures = company.figures()
    assert figures == company.clean_figures()


def test_two_who_follow_the_same_changes_compute_them_once(company):
    company.wait_until_quiet()
    member = company.propose()
    company.wait_until_quiet()
    with company.counting_computations() as computations:
        with company.held("pools_coverage"):
            company.leave(member)
            company.stuck()
            for _again in range(4):
                company.deliver("pools.follow_changes")
            company.wait_for_deliveries()
        company.wait_until_quiet()
        assert computations() == 2
