"""The whole of Echelon on this machine: servers, migrations, web, worker and beat, started and stopped in order."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from celery import Celery

from succession.localservers.postgres import Postgres
from succession.localservers.processes import Child, FolderLock, Unavailable, free_port, is_port_free
from succession.localservers.secrets_on_disk import kept_secret
from succession.localservers.valkey import Valkey
from succession.organisation import database_roles

ROOT = Path(__file__).resolve().parents[2]
_GRANTS = ROOT / "succession" / "organisation" / "management" / "commands" / "grant_roles.py"
APPS = ("succession", "candidates", "pools", "training")
# Who is stopped together; first those that ask for work, last the one that keeps it.
STOPS = (("beat", "web", "worker"), ("valkey",), ("postgres",))
# What decides where an instance of its own works; the caller's must not leak into it.
_OWN_VARIABLES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "TEST_DATABASE_NAME")
# Limits that pages get by default: what commands lift for themselves must not reach the programs they start.
_LIMITS = ("STATEMENT_TIMEOUT_MS", "LOCK_TIMEOUT_MS")
_HEARTBEAT_TASK = "organisation.heartbeat"
_SHOWN_LINES = 15


class Stack:
    """One instance under one folder, restartable part by part.

    Parts are `postgres`, `valkey`, `web`, `worker` and `beat`; ports and passwords stay the same when a part is started again.
    Start it from the thread that outlives it: the kernel takes that thread's end for the launcher's.
    """

    def __init__(
        self,
        var: Path,
        *,
        port: int | None = None,
        database_url: str = "",
        broker_url: str = "",
        settings: Mapping[str, str] | None = None,
        demo_company: bool = True,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.var = var.resolve()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self._database_url = database_url
        self._broker_url = broker_url
        self._settings = dict(settings or {})
        self._demo_company = demo_company
        self._say = say
        self._nonce = secrets.token_hex(8)
        self._lock = FolderLock(self.var / "demo.lock")
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.programs: dict[str, Child] = {}

    # --- the whole ------------------------------------------------------------------------------------------------
    def start(self, *, reset: bool = False) -> None:
        """Start everything and return when the instance answers ready; on failure nothing is left running."""
        if not self._lock.acquire():
            raise Unavailable(f"An instance already runs in {self.var}.")
        try:
            self._check_port()
            self._start_servers(reset=reset)
            self._prepare()
            self._start_programs()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything in order; each part gets its time, then it is killed."""
        for names in STOPS:
            children = [child for name in names if (child := self._child(name)) is not None]
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.wait_until_stopped()
        self._lock.release()

    def check(self) -> None:
        """Raise `Unavailable` with the end of its log when a part has died."""
        for name in (part for names in STOPS for part in names):
            child = self._child(name)
            if child is not None and not child.is_alive:
                raise Unavailable(f"{name} stopped by itself (exit code {child.returncode}).{_last_lines(child.log)}")

    def wait_until_ready(self, patience: float = 60) -> None:
        """Wait until /readyz answers for this very instance, not one left from an earlier start."""
        end = time.monotonic() + patience
        while True:
            state = self.readiness()
            if state.get("ready") and state.get("instance") == self._nonce:
                return
            self.check()
            if time.monotonic() > end:
                raise Unavailable(
                    f"Echelon is not ready after {patience:.0f} s: {state or 'no answer'}; see {self.var / 'log'}."
                )
            time.sleep(0.1)

    def readiness(self) -> dict[str, object]:
        """What /readyz says; empty when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}readyz", timeout=5) as answer:  # noqa: S310 -- our own address
                return dict(json.load(answer))
        except urllib.error.HTTPError as refusal:
            return _json_of(refusal.read())
        except (OSError, ValueError):
            return {}

    # --- one part, for tests of faults ------------------------------------------------------------------------------
    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End one part without its leave. SIGKILL ends its children with it, another signal goes to the part alone."""
        child = self._existing(name)
        if with_signal == signal.SIGKILL:
            child.kill()
        else:
            child.stop(with_signal)

    def restart(self, name: str, with_signal: signal.Signals | None = None) -> None:
        """Stop one part (if it runs) and start it again on the same port, data and passwords."""
        child = self._existing(name)
        child.stop(with_signal)
        if name == "postgres" and self.postgres is not None:
            self.postgres.restart_process()
        elif name == "valkey" and self.valkey is not None:
            self.valkey.start()
        else:
            child.start()

    def is_running(self, name: str) -> bool:
        return self._existing(name).is_alive

    def pid(self, name: str) -> int:
        child = self._existing(name)
        assert child.process is not None
        return child.process.pid

    def manage(self, *arguments: str, as_owner: bool = False, settings: Mapping[str, str] | None = None) -> str:
        """Run a management command in this instance and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(as_owner=as_owner) | dict(settings or {}),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"manage.py {arguments[0]} failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")
        return done.stdout

    def environment(self, *, as_owner: bool = False) -> dict[str, str]:
        """The environment of this instance's processes."""
        inherited = {
            key: value
            for key, value in os.environ.items()
            if key not in (*_OWN_VARIABLES, *_LIMITS) and not key.startswith(("ECHELON_", "PYTEST_"))
        }
        own = {
            # In the demo, ready means that the company is there.
            "ECHELON_ENV": "demo" if self._demo_company else "development",
            "ECHELON_VAR": str(self.var),
            "ECHELON_INSTANCE": self._nonce,
            "BUILD_COMMIT": _commit(),
            "SECRET_KEY": kept_secret(self.var / "secrets", "django"),
            "STATIC_ROOT": str(self.var / "static"),
            "DJANGO_SETTINGS_MODULE": "succession.settings",
            "PYTHONUNBUFFERED": "1",
        }
        own |= self._database_variables(as_owner=as_owner) | self._broker_variables()
        return inherited | own | self._settings

    # --- how ----------------------------------------------------------------------------------------------------------
    def _check_port(self) -> None:
        if not is_port_free(self.port):
            raise Unavailable(f"Port {self.port} is taken. Choose another one: make demo PORT={self.port + 1}")

    def _start_servers(self, *, reset: bool) -> None:
        shutil.rmtree(self.var / "log", ignore_errors=True)
        if self._database_url:
            self._say("DATABASE_URL is set: using that database")
            if reset:
                raise Unavailable(
                    "RESET=1 wipes only a database of our own; unset DATABASE_URL or empty yours by hand."
                )
        else:
            self.postgres = Postgres(self.var)
            if reset:
                self._wipe(self.postgres)
            self.postgres.start()
            self._say(f"PostgreSQL {self.postgres.version} on 127.0.0.1:{self.postgres.port}")
        if self._broker_url:
            self._say("CELERY_BROKER_URL is set: using that broker")
        else:
            self.valkey = Valkey(self.var)
            self.valkey.start()
            self._say(f"Valkey on 127.0.0.1:{self.valkey.port}")

    def _wipe(self, postgres: Postgres) -> None:
        """Forget the demo's data; the tests' own servers under the same folder are not touched."""
        postgres.wipe()
        for folder in ("done", "media", "beat"):
            shutil.rmtree(self.var / folder, ignore_errors=True)

    def _prepare(self) -> None:
        """Each step once for each state of what it reads: a second start does not wait for them."""
        with self._once("migrated", _fingerprint_of_migrations()) as is_due:
            if is_due:
                self._say("migrating the database")
                self.manage("migrate", "--noinput", "--verbosity=0", as_owner=True)
                if self.postgres is not None:
                    self.manage("grant_roles", as_owner=True)
        with self._once("collected", _fingerprint_of_static_files()) as is_due:
            if is_due:
                self.manage("collectstatic", "--noinput", "--clear", "--verbosity=0")
        if not self._demo_company:
            return
        with self._once("company", "loaded") as is_due:
            if is_due:
                self._say("loading the demo company")
                self.manage("load_demo", settings={"STATEMENT_TIMEOUT_MS": "0"})

    @contextlib.contextmanager
    def _once(self, step: str, fingerprint: str) -> Iterator[bool]:
        """Whether the step is due; when it has been taken this is written down beside the data, and wiped with it."""
        mark = self.var / "done" / step
        done = self.postgres is not None and mark.exists() and mark.read_text() == fingerprint
        yield not done
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(fingerprint)

    def _start_programs(self) -> None:
        beat_folder = self.var / "beat"
        beat_folder.mkdir(exist_ok=True)
        for name, argv in _programs(self.port, beat_folder / "schedule").items():
            self.programs[name] = Child(
                name=name,
                argv=[sys.executable, "-m", *argv],
                environment=self.environment(),
                folder=ROOT,
                log=self.var / "log" / f"{name}.log",
            )
            self.programs[name].start()
        # The first heartbeat by the clock comes late; this one the worker finds as soon as it is up.
        # Named on the connection: a variable of the caller would win over the application's setting.
        with Celery() as celery, celery.connection_for_write(self._broker_variables()["CELERY_BROKER_URL"]) as broker:
            celery.send_task(_HEARTBEAT_TASK, connection=broker)

    def _database_variables(self, *, as_owner: bool) -> dict[str, str]:
        if self.postgres is None:
            migrating = os.environ.get("MIGRATION_DATABASE_URL", self._database_url)
            return {"DATABASE_URL": migrating if as_owner else self._database_url}
        role = database_roles.OWNER if as_owner else database_roles.APP
        own = {"DATABASE_URL": self.postgres.url(role)}
        if as_owner:
            own |= {
                "MIGRATION_DATABASE_URL": own["DATABASE_URL"],
                "STATEMENT_TIMEOUT_MS": "0",
                "LOCK_TIMEOUT_MS": "30000",
            }
        return own

    def _broker_variables(self) -> dict[str, str]:
        if self.valkey is None:
            return {"CELERY_BROKER_URL": self._broker_url}
        return {"CELERY_BROKER_URL": self.valkey.url(0), "CACHE_URL": self.valkey.url(1)}

    def _child(self, name: str) -> Child | None:
        if name == "postgres":
            return self.postgres.child if self.postgres else None
        if name == "valkey":
            return self.valkey.child if self.valkey else None
        return self.programs.get(name)

    def _existing(self, name: str) -> Child:
        child = self._child(name)
        if child is None:
            raise KeyError(name)
        return child


def _programs(port: int, beat_schedule: Path) -> dict[str, list[str]]:
    web = ["gunicorn", "succession.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    celery = ["celery", "--app", "succession"]
    return {
        # Its control socket would lie in a folder that two instances share.
        "web": [*web, "--graceful-timeout", "8", "--timeout", "60", "--preload", "--no-control-socket"],
        "worker": [
            *celery,
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(beat_schedule)],
    }


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _fingerprint_of_migrations() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    digest.update(_GRANTS.read_bytes())
    return digest.hexdigest()


def _fingerprint_of_static_files() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _json_of(body: bytes) -> dict[str, object]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {}


def _last_lines(log: Path | None) -> str:
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
    return f" The end of {log}:\n" + "\n".join(lines)
