"""Servers of our own, three companies of different size on them, and the processes that serve them."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from psycopg2 import sql

from succession.localservers import stack
from succession.localservers.postgres import SUPERUSER, Postgres
from succession.localservers.processes import Child, FolderLock, Unavailable, free_port
from succession.localservers.secrets_on_disk import kept_secret
from succession.localservers.valkey import Valkey
from succession.organisation import database_roles

ROOT = Path(__file__).resolve().parents[2]
_COMPANY = Path(__file__).with_name("company.sql")
_FLOOR = "tests.benchmarks.floor.settings"
_PRODUCT = "succession.settings"


@dataclass(frozen=True)
class Size:
    """How large a company is."""

    name: str
    people: int
    units: int
    posts: int
    pools: int
    members: int

    def __str__(self) -> str:
        return f"{self.name} ({self.people // 1000}k people)"


SMALL = Size("S", people=1_000, units=10, posts=200, pools=50, members=600)
MIDDLE = Size("M", people=20_000, units=200, posts=4_000, pools=500, members=12_000)
LARGE = Size("L", people=200_000, units=2_000, posts=40_000, pools=2_000, members=120_000)
SIZES = (SMALL, MIDDLE, LARGE)


class Ground:
    """PostgreSQL and Valkey, started here and stopped on leaving; the companies are kept from run to run."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self._lock = FolderLock(self.var / "lock")
        self.postgres = Postgres(self.var, disposable=True)
        self.valkey = Valkey(self.var)
        self.programs: list[Child] = []

    def __enter__(self) -> Self:
        if not self._lock.acquire():
            raise Unavailable(f"Another measurement runs in {self.var}.")
        try:
            self.postgres.start()
            self.valkey.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.wait_until_stopped()
        self.valkey.stop()
        self.postgres.stop()
        self._lock.release()

    # --- data -----------------------------------------------------------------------------------------------------
    def make_company(self, size: Size) -> bool:
        """See that the company of this size is there, as the code of today lays it; says whether it was made now."""
        name = self.database(size)
        if self._exists(name):
            return False
        template = f"empty_{_fingerprint()}"
        self._forget_older()
        if not self._exists(template):
            self._create("unfinished")
            self._migrate("unfinished")
            self._rename("unfinished", template)
        self._create("unfinished", template)
        with self.postgres.connect(SUPERUSER, "unfinished") as connection, connection.cursor() as cursor:
            cursor.execute(_COMPANY.read_text(), vars(size))
            _refuse_loose_ends(cursor)
        self._rename("unfinished", name)
        return True

    @contextlib.contextmanager
    def empty_company(self) -> Iterator[dict[str, str]]:
        """The environment of a process on a company without anything in it, gone afterwards."""
        self._create("nothing", f"empty_{_fingerprint()}")
        try:
            yield self.environment(SMALL) | {"DATABASE_URL": self.postgres.url(database_roles.APP, "nothing")}
        finally:
            self._drop("nothing")

    def database(self, size: Size) -> str:
        return f"company_{size.name.lower()}_{_fingerprint()}"

    def environment(self, size: Size, *, settings: str = _PRODUCT, role: str = database_roles.APP) -> dict[str, str]:
        """What a process needs to work on a company; each has a broker and a cache of its own."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("ECHELON_", "PYTEST_"))}
        number = SIZES.index(size) * 2
        return inherited | {
            "ECHELON_ENV": "development",
            "ECHELON_VAR": str(self.var),
            "SECRET_KEY": kept_secret(self.var / "secrets", "django"),
            "STATIC_ROOT": str(self.var / "static"),
            "DATABASE_URL": self.postgres.url(role, self.database(size)),
            "CELERY_BROKER_URL": self.valkey.url(number),
            "CACHE_URL": self.valkey.url(number + 1),
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONUNBUFFERED": "1",
        }

    # --- processes --------------------------------------------------------------------------------------------------
    def collect_static(self) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"],
            cwd=ROOT,
            env=self.environment(SMALL),
            check=True,
        )

    @contextlib.contextmanager
    def serving(self, size: Size, *, floor: bool = False) -> Iterator[int]:
        """A web server on a company, run as the launcher runs the product's, the floor's just the same; gives its port."""
        port = free_port()
        web = [part.replace("succession.wsgi", "tests.benchmarks.measured") for part in self._programs(port)["web"]]
        name = f"web-{'floor' if floor else size.name}"
        settings = _FLOOR if floor else _PRODUCT
        with self._running(name, web, self.environment(size, settings=settings)) as child:
            _wait_for(port, child)
            yield port

    @contextlib.contextmanager
    def working(self, size: Size) -> Iterator[None]:
        """A Celery worker on a company, at the broker that this process sends to."""
        environment = self.environment(size) | {"CELERY_BROKER_URL": self.valkey.url(SIZES.index(SMALL))}
        with self._running(f"worker-{size.name}", self._programs()["worker"], environment):
            yield

    def _programs(self, port: int = 0) -> dict[str, list[str]]:
        return stack._programs(port, self.var / "schedule")

    @contextlib.contextmanager
    def _running(self, name: str, argv: list[str], environment: dict[str, str]) -> Iterator[Child]:
        child = Child(
            name=name,
            argv=[sys.executable, "-m", *argv],
            environment=environment,
            folder=ROOT,
            log=self.var / "log" / f"{name}.log",
        )
        child.log.unlink(missing_ok=True)
        child.start()
        self.programs.append(child)
        try:
            yield child
        finally:
            child.stop()
            self.programs.remove(child)

    # --- databases --------------------------------------------------------------------------------------------------
    def _exists(self, name: str) -> bool:
        with self.postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _create(self, name: str, template: str = "template1") -> None:
        self._drop(name)
        with self.postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(database_roles.OWNER)
                )
            )

    def _drop(self, name: str) -> None:
        with self.postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _rename(self, name: str, to: str) -> None:
        with self.postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))

    def _forget_older(self) -> None:
        with self.postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(company|empty)_'")
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            if not name.endswith(_fingerprint()):
                self._drop(name)

    def _migrate(self, name: str) -> None:
        with self.postgres.connect(SUPERUSER, name) as connection:
            database_roles.ensure_extensions(connection)
        url = self.postgres.url(database_roles.OWNER, name)
        environment = self.environment(SMALL) | {
            "DATABASE_URL": url,
            "MIGRATION_DATABASE_URL": url,
            "STATEMENT_TIMEOUT_MS": "0",
        }
        for command in (["migrate", "--noinput", "--verbosity=0"], ["grant_roles"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


@functools.cache
def _fingerprint() -> str:
    """Of what decides the companies' data, as it stood when the run began."""
    digest = hashlib.sha256(_COMPANY.read_bytes() + repr(SIZES).encode())
    for app in stack.APPS:
        for path in sorted((ROOT / app).rglob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _refuse_loose_ends(cursor) -> None:
    """Triggers were off, foreign keys among them: what was made must be what they would have let in."""
    cursor.execute(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"
    )
    for table, target, column in cursor.fetchall():
        cursor.execute(
            sql.SQL(
                "SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM {target} o WHERE o.id = t.{column})"
            ).format(table=sql.SQL(table), target=sql.SQL(target), column=sql.Identifier(column))
        )
        (loose,) = cursor.fetchone()
        if loose:
            raise ValueError(f"{loose} rows of {table}.{column} name a {target} that is not there")


def _wait_for(port: int, child: Child, patience: float = 60) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError as error:
            if not child.is_alive or time.monotonic() > end:
                raise Unavailable(f"{child.name} does not answer; see {child.log}.") from error
            time.sleep(0.1)
