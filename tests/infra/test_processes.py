"""Children, locks and ports of the launcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from succession.localservers.processes import Child, FolderLock, free_port, is_port_free, stop_stale
from succession.localservers.secrets_on_disk import kept_secret

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = """
import sys, time
from pathlib import Path
from succession.localservers.processes import Child
import os
child = Child("sleeper", ["sleep", "60"], os.environ, Path("/"), Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def sleeper(folder, *argv):
    child = Child("sleeper", argv or ("sleep", "60"), os.environ, folder, folder / "log")
    child.start()
    return child


def is_running(pid):
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def gone_within(seconds, pid):
    end = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_free_port_can_be_taken_and_is_then_not_free():
    port = free_port()
    assert is_port_free(port)
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        assert not is_port_free(port)


def test_a_folder_has_one_holder(tmp_path):
    first, second = FolderLock(tmp_path / "lock"), FolderLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_secret_is_kept_and_only_ours(tmp_path):
    secret = kept_secret(tmp_path / "secrets", "one")
    assert kept_secret(tmp_path / "secrets", "one") == secret
    assert kept_secret(tmp_path / "secrets", "two") != secret
    assert (tmp_path / "secrets" / "one").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_child_stops_when_asked(tmp_path):
    child = sleeper(tmp_path)
    assert child.is_alive
    child.stop()
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(tmp_path):
    child = sleeper(tmp_path, "sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done")
    while "deaf" not in child.log.read_text():
        time.sleep(0.02)
    child.patience = 0.2
    child.stop()
    assert child.returncode == -signal.SIGKILL


def test_killing_a_child_ends_its_own_children(tmp_path):
    child = sleeper(tmp_path, "sh", "-c", "sleep 60 & echo $!; wait")
    while not child.log.read_text().strip():
        time.sleep(0.02)
    grandchild = int(child.log.read_text())
    child.kill()
    assert gone_within(2, grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_a_killed_launcher_leaves_no_child_behind(tmp_path):
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with launcher:
        pid = int(launcher.stdout.readline())
        assert is_running(pid)
        launcher.kill()
    assert gone_within(5, pid)


def test_a_stale_server_is_stopped_and_a_stranger_is_left_alone(tmp_path):
    child = sleeper(tmp_path)
    stop_stale(child.process.pid, must_mention="/some/other/folder", with_signal=signal.SIGTERM)
    assert child.is_alive
    stop_stale_in_background = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import signal, sys; from succession.localservers.processes import stop_stale;"
                "stop_stale(int(sys.argv[1]), must_mention='sleep', with_signal=signal.SIGTERM)"
            ),
            str(child.process.pid),
        ],
        cwd=ROOT,
    )
    child.process.wait(10)
    assert child.returncode == -signal.SIGTERM
    assert stop_stale_in_background.wait(10) == 0
