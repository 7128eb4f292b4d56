"""A Valkey (or Redis) server of our own: the broker and the cache."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from succession.localservers.binaries import valkey_program
from succession.localservers.processes import Child, Unavailable, free_port
from succession.localservers.secrets_on_disk import kept_secret


class Valkey:
    """One server that keeps nothing on disk: what must not be lost stands in PostgreSQL."""

    name = "valkey"

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self._program = valkey_program()
        self._password = kept_secret(var / "secrets", "valkey")
        self.child: Child | None = None

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        folder = self.var / "valkey"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.child = Child(
            name=self.name,
            argv=[str(self._program), str(self._write_configuration(folder))],
            environment=os.environ,
            folder=folder,
            log=self.var / "log" / "valkey.log",
            stop_signal=signal.SIGTERM,
        )
        self.child.start()
        self._wait_until_it_answers()

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        if self.child is not None:
            self.child.stop(with_signal)

    def _write_configuration(self, folder: Path) -> Path:
        """In a file, since a password among the arguments could be read by every user of the machine."""
        path = folder / "valkey.conf"
        path.unlink(missing_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self._password}",
            f'dir "{folder}"',
            'save ""',
            "appendonly no",
            "databases 64",
            "maxmemory-policy noeviction",
        ]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def _wait_until_it_answers(self, patience: float = 15) -> None:
        assert self.child is not None
        end = time.monotonic() + patience
        # The client's own retries wait for seconds; the server is up in a moment.
        at_once = Retry(NoBackoff(), retries=0)
        with redis.Redis(port=self.port, password=self._password, socket_timeout=2, retry=at_once) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.exceptions.RedisError as error:
                    if not self.child.is_alive:
                        raise Unavailable(f"Valkey stopped at its start; see {self.child.log}.") from error
                    if time.monotonic() > end:
                        self.child.kill()
                        raise Unavailable(f"Valkey does not answer: {error}") from error
                    time.sleep(0.02)
