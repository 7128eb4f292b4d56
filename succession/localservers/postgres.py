"""A PostgreSQL server of our own, with the application's three roles in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg2
import psycopg2.extensions

from succession.localservers.binaries import postgres_programs
from succession.localservers.processes import Child, Identity, Unavailable, free_port, stop_stale
from succession.localservers.secrets_on_disk import kept_secret
from succession.localservers.unprivileged import identity_for
from succession.organisation import database_roles

SUPERUSER = "echelon_bootstrap"
DATABASE = "echelon"
# For data that is made anew at will: a crash of the machine may destroy it.
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_BUILTIN_LOCALE_SINCE = 17


class Postgres:
    """One cluster under `var/postgres`; port and passwords stay the same through restarts of one object."""

    name = "postgres"

    def __init__(self, var: Path, *, disposable: bool = False) -> None:
        self.var = var
        self.data = var / "postgres"
        self.port = free_port()
        self._disposable = disposable
        self._programs = postgres_programs()
        self._passwords = {role: kept_secret(var / "secrets", role) for role in (SUPERUSER, *database_roles.ROLES)}
        self.child: Child | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self._passwords[role]}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, make the cluster first if there is none, and see that roles, database and extensions exist."""
        self.var.mkdir(parents=True, exist_ok=True)
        self._check_version()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._stop_stale()
        try:
            self._run()
        except Unavailable:
            if not self._disposable:
                raise
            shutil.rmtree(self.data)
            self._make_cluster()
            self._run()
        self._furnish()

    def restart_process(self) -> None:
        """Run the server again on the same data and port, and wait until it answers."""
        self._stop_stale()
        self._run()

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """Stop it. SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client, SIGQUIT does not save."""
        if self.child is not None:
            self.child.stop(with_signal)

    @contextlib.contextmanager
    def connect(self, role: str = SUPERUSER, database: str = "postgres") -> Iterator[psycopg2.extensions.connection]:
        connection = psycopg2.connect(self.url(role, database))
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    @property
    def version(self) -> str:
        return self._major()

    def wipe(self) -> None:
        """Forget the cluster; one still running from a killed start is stopped first."""
        self._stop_stale()
        shutil.rmtree(self.data, ignore_errors=True)

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        if not marker.exists() or marker.read_text().strip() == self._major():
            return
        if not self._disposable:
            raise Unavailable(
                f"{self.data} was made by PostgreSQL {marker.read_text().strip()}, the server found is {self._major()}."
                " `make demo RESET=1` begins anew."
            )
        shutil.rmtree(self.data)

    def _major(self) -> str:
        shown = subprocess.run([self._programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return shown.stdout.split()[2].split(".")[0]

    def _environment(self) -> dict[str, str]:
        plain = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return plain | {"LC_ALL": "C", "TZ": "UTC"}

    def _make_cluster(self) -> None:
        """Make it beside its place and move it there when whole: a start broken off leaves nothing half-made."""
        identity = identity_for(self._programs / "postgres", self.data)
        new = self.var / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password = self.var / "postgres.password"
        password.unlink(missing_ok=True)
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self._passwords[SUPERUSER])
        try:
            if identity.uid >= 0:
                os.chown(new, identity.uid, identity.gid)
                os.chown(password, identity.uid, identity.gid)
            self._initdb(new, password, identity)
        finally:
            password.unlink()
        new.rename(self.data)

    def _initdb(self, folder: Path, password: Path, identity: Identity) -> None:
        locale = ["--locale=C"]
        if int(self._major()) >= _BUILTIN_LOCALE_SINCE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        arguments = [f"--pgdata={folder}", f"--username={SUPERUSER}", f"--pwfile={password}", *locale]
        if self._disposable:
            arguments.append("--no-sync")
        done = subprocess.run(
            [
                *identity.prefix,
                self._programs / "initdb",
                *arguments,
                "--auth=scram-sha-256",
                "-E",
                "UTF8",
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            env=self._environment(),
            cwd="/",
            check=False,
            user=identity.uid if identity.uid >= 0 else None,
            group=identity.gid if identity.uid >= 0 else None,
            extra_groups=[] if identity.uid >= 0 else None,
        )
        if done.returncode:
            raise Unavailable(f"PostgreSQL could not make its data folder {folder}: {done.stderr.strip()[-400:]}")

    def _stop_stale(self) -> None:
        marker = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(marker.read_text().split()[0])
            stop_stale(pid, must_mention=str(self.data), with_signal=signal.SIGINT)

    def _options(self) -> Mapping[str, str]:
        options = {"max_connections": "100", "log_min_messages": "warning"}
        return options | UNSAFE_BUT_FAST if self._disposable else options

    def _run(self) -> None:
        options = [part for key, value in self._options().items() for part in ("-c", f"{key}={value}")]
        self.child = Child(
            name=self.name,
            argv=[
                str(self._programs / "postgres"),
                *("-D", str(self.data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""),
                *options,
            ],
            environment=self._environment(),
            folder=Path("/"),
            log=self.var / "log" / "postgres.log",
            stop_signal=signal.SIGINT,
            patience=20,
            identity=identity_for(self._programs / "postgres", self.data),
        )
        self.child.start()
        self._wait_until_it_answers()

    def _wait_until_it_answers(self, patience: float = 60) -> None:
        assert self.child is not None
        end = time.monotonic() + patience
        while True:
            try:
                with self.connect():
                    return
            except psycopg2.OperationalError as error:
                if not self.child.is_alive:
                    raise Unavailable(f"PostgreSQL stopped at its start; see {self.child.log}.") from error
                if time.monotonic() > end:
                    self.child.kill()
                    raise Unavailable(f"PostgreSQL does not answer: {error}") from error
                time.sleep(0.02)

    def _furnish(self) -> None:
        with self.connect() as connection:
            database_roles.ensure_roles(connection, self._passwords, owner_creates_databases=self._disposable)
            database_roles.ensure_database(connection, DATABASE)
        with self.connect(database=DATABASE) as connection:
            database_roles.ensure_extensions(connection)
