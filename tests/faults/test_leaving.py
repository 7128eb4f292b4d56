"""Web server and worker are asked to leave while people work: what was begun is ended, nothing breaks off."""

import signal
import time

from tests.faults.instance import Crowd


def test_the_web_server_ends_what_it_began(stack, company):
    """Who comes too late is not served; nobody gets half an answer or an error."""
    with Crowd(company, readers=3) as crowd:
        time.sleep(2)
        stack.kill("web", signal.SIGTERM)
        time.sleep(1)
    assert not stack.is_running("web")
    assert crowd.statuses() <= {200, 201, "refused", "reset"}
    assert {200, "refused"} <= crowd.statuses()
    stack.restart("web")
    stack.wait_until_ready()
    assert (crowd.lost(), crowd.doubled()) == ([], [])


def test_the_worker_leaves_soon_and_what_waits_is_done_by_the_next(stack, company):
    company.wait_until_quiet()
    member = company.admit()
    jobs = [company.recompute() for _number in range(8)]
    began = time.monotonic()
    stack.kill("worker", signal.SIGTERM)
    print(f"\nthe worker left after {time.monotonic() - began:.1f} s")
    assert not stack.is_running("worker")
    stack.restart("worker")
    for job in jobs:
        assert company.wait_for_job(job)[0] == "done"
    company.wait_until_quiet()
    assert company.figures() == company.clean_figures()
    company.leave(member)
