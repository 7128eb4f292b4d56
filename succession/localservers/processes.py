"""Child processes that are started, watched and stopped by the launcher."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

_WRAPPER = Path(__file__).with_name("_die_with_parent.py")


class Unavailable(Exception):
    """A server cannot be started here; the text tells the reader what helps."""


@dataclass(frozen=True)
class Identity:
    """Who a process runs as: ourselves, another user, or a nobody of its own user namespace."""

    uid: int = -1
    gid: int = -1
    prefix: tuple[str, ...] = ()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_port_free(port: int) -> bool:
    with socket.socket() as listener:
        # As the server will: a port in TIME_WAIT is free, one that is listened on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class FolderLock:
    """One holder per folder; the kernel frees it when the holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def acquire(self, *, wait: bool = False) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass
class Child:
    """One process in a session of its own, so that Ctrl-C reaches the launcher alone and the order of stopping is ours."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    identity: Identity = field(default_factory=Identity)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process. The calling thread must outlive it: its end counts as the launcher's death."""
        wrapper = [sys.executable, "-I", "-S", str(_WRAPPER), str(int(self.stop_signal)), str(os.getpid())]
        who = [str(self.identity.uid), str(self.identity.gid)]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.identity.prefix, *wrapper, *who, *self.argv],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def returncode(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def ask_to_stop(self, with_signal: signal.Signals | None = None) -> None:
        if self.process is not None and self.is_alive:
            self.process.send_signal(with_signal or self.stop_signal)

    def wait_until_stopped(self) -> None:
        """Wait for the process to end; kill it with its group when its patience runs out."""
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self, with_signal: signal.Signals | None = None) -> None:
        self.ask_to_stop(with_signal)
        self.wait_until_stopped()

    def kill(self) -> None:
        """End the process and everything in its session at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def stop_stale(pid: int, *, must_mention: str, with_signal: signal.Signals, patience: float = 10.0) -> None:
    """Stop a server left by an earlier launcher, if the process of that number really is it."""
    command_line = Path(f"/proc/{pid}/cmdline")
    try:
        if must_mention.encode() not in command_line.read_bytes():
            return
    except OSError:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, with_signal)
    end = time.monotonic() + patience
    while command_line.exists():
        if time.monotonic() > end:
            raise Unavailable(f"A server of an earlier start (process {pid}) does not stop. End it and try again.")
        time.sleep(0.05)
