"""What the launcher promises when its parts, or it itself, come to a sudden end."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from succession.localservers.processes import Unavailable, free_port
from succession.localservers.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("postgres", "valkey", "web", "worker", "beat")
LAUNCH = """
import sys, time
from pathlib import Path
from succession.localservers.stack import Stack
stack = Stack(Path(sys.argv[1]), port=int(sys.argv[2]), demo_company=False)
stack.start()
stack.manage("shell", "-c", "from succession.organisation.models import User; User.objects.create_user('kept')")
print(*(stack.pid(name) for name in sys.argv[3:]), flush=True)
time.sleep(600)
"""


def is_running(pid):
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_ready_instance_says_who_it_is(stack):
    state = stack.readiness()
    assert state["ready"] is True
    assert state["instance"] == stack.environment()["ECHELON_INSTANCE"]
    assert state["commit"] == stack.environment()["BUILD_COMMIT"]


def test_a_folder_holds_one_instance(stack):
    with pytest.raises(Unavailable, match="already runs"):
        Stack(stack.var, demo_company=False).start()
    assert stack.readiness()["ready"] is True


def test_a_taken_port_is_named(stack, stack_folder):
    with pytest.raises(Unavailable, match=f"Port {stack.port} is taken"):
        Stack(stack_folder / "other", port=stack.port, demo_company=False).start()


@pytest.mark.parametrize("name", ["web", "worker", "beat", "valkey"])
def test_a_dead_part_is_reported_and_can_be_started_again(stack, name):
    stack.kill(name)
    with pytest.raises(Unavailable, match=rf"{name} stopped by itself"):
        stack.check()
    stack.restart(name)
    stack.wait_until_ready()
    stack.check()


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGQUIT])
def test_the_database_comes_back_on_its_address_and_the_web_server_finds_it(stack, with_signal):
    address = stack.environment()["DATABASE_URL"]
    stack.restart("postgres", with_signal)
    assert stack.environment()["DATABASE_URL"] == address
    stack.wait_until_ready(patience=10)


def test_a_killed_launcher_leaves_nothing_and_the_next_start_keeps_the_data(stack_folder):
    folder = stack_folder / "killed"
    port = free_port()
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, str(folder), str(port), *PARTS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with launcher:
        pids = [int(pid) for pid in launcher.stdout.readline().split()]
        assert len(pids) == len(PARTS)
        launcher.kill()
    wait_for(lambda: not any(is_running(pid) for pid in pids), 30)
    again = Stack(folder, port=port, demo_company=False)
    again.start()
    try:
        users = again.manage(
            "shell", "-c", "from succession.organisation.models import User; print(User.objects.count())"
        )
        assert users.split()[-1] == "1"
    finally:
        again.stop()


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_stops_everything_when_asked(stack_folder, stop_signal):
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if "URL" not in key}
        | {"ECHELON_ENV": "demo", "ECHELON_VAR": str(stack_folder / "demo"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with demo:
        lines = []
        for line in demo.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        shown = "".join(lines)
        assert f"http://127.0.0.1:{port}/" in shown
        for account in ("hr", "head", "committee", "assessor", "employee", "auditor", "admin", "echelon-demo"):
            assert account in shown
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            assert answer.status == 200
        demo.send_signal(stop_signal)
        rest = demo.stdout.read()
    assert "everything is stopped" in rest
    assert demo.returncode == 0
    left = subprocess.run(["pgrep", "-f", str(stack_folder / "demo")], capture_output=True, text=True, check=False)
    assert left.stdout == ""
