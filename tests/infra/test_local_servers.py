"""PostgreSQL and Valkey of our own: kept through restarts, found on bare machines, run without root's powers."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from succession.localservers import binaries
from succession.localservers.postgres import Postgres
from succession.localservers.processes import Unavailable
from succession.localservers.unprivileged import identity_for
from succession.localservers.valkey import Valkey
from succession.organisation.database_roles import APP, EXTENSIONS, OWNER


@pytest.fixture
def folder(tmp_path):
    """As a project folder is: others may enter (pytest's own is closed to them)."""
    for part in (tmp_path, *tmp_path.parents):
        if part == Path(tempfile.gettempdir()):
            break
        part.chmod(0o755)
    return tmp_path


@pytest.fixture
def postgres(folder):
    server = Postgres(folder / "var")
    server.start()
    yield server
    server.stop()


def test_postgresql_keeps_its_data_through_a_killed_server(postgres):
    with postgres.connect(OWNER, "echelon") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        cursor.execute("SELECT extname FROM pg_extension")
        assert {row[0] for row in cursor.fetchall()} >= set(EXTENSIONS)
    address = postgres.url(OWNER)
    os.kill(postgres.child.process.pid, signal.SIGKILL)
    postgres.child.process.wait()
    postgres.restart_process()
    assert postgres.url(OWNER) == address
    with postgres.connect(OWNER, "echelon") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kept")
        assert cursor.fetchall() == [(1,)]


def test_postgresql_asks_for_the_password_and_answers_on_loopback_only(postgres):
    with pytest.raises(psycopg2.OperationalError, match=r"no password supplied|authentication failed"):
        psycopg2.connect(host="127.0.0.1", port=postgres.port, user=APP, dbname="echelon", passfile="/dev/null")
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("127.0.0.1",)


def test_data_of_another_version_is_refused_with_what_helps(folder):
    server = Postgres(folder / "var")
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable, match=r"made by PostgreSQL 9.*RESET=1"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its powers away")
def test_root_gives_the_server_to_a_plain_user(folder, postgres):
    owner = postgres.data.stat().st_uid
    assert owner != 0
    assert identity_for(binaries.postgres_programs() / "postgres", postgres.data).uid == owner


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its powers away")
def test_root_in_a_closed_folder_runs_the_server_as_nobody_of_its_own(folder):
    if subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel gives no user namespaces")
    (folder / "closed").mkdir(mode=0o700)
    server = Postgres(folder / "closed" / "var", disposable=True)
    server.start()
    try:
        with server.connect(APP, "echelon") as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        assert server.data.stat().st_uid == 0
    finally:
        server.stop()
    assert server.child.returncode == 0


def test_valkey_keeps_address_and_password_through_a_restart(tmp_path):
    server = Valkey(tmp_path)
    server.start()
    address = server.url()
    try:
        stranger = redis.Redis(port=server.port, password="wrong", retry=Retry(NoBackoff(), retries=0))
        with stranger as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        server.child.kill()
        server.start()
        assert server.url() == address
        with redis.Redis.from_url(address) as client:
            assert client.ping()
    finally:
        server.stop()
    assert not list((tmp_path / "valkey").glob("*.rdb"))


def test_a_machine_without_servers_is_told_what_helps(monkeypatch):
    monkeypatch.setattr(binaries, "_installed", lambda package: None)
    monkeypatch.setattr(binaries, "_runs", lambda program: False)
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        binaries.postgres_programs()
    with pytest.raises(Unavailable, match="CELERY_BROKER_URL"):
        binaries.valkey_program()


def test_servers_of_the_machine_serve_where_there_are_no_wheels(monkeypatch):
    monkeypatch.setattr(binaries, "_installed", lambda package: None)
    program = shutil.which("true")
    monkeypatch.setattr(binaries.shutil, "which", lambda name: program if name == "redis-server" else None)
    assert str(binaries.valkey_program()) == program
