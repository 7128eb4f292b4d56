"""Production refuses to start without what it needs, and says what that is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "ECHELON_ENV": "production",
    "SECRET_KEY": "a-key-of-the-length-that-production-asks-for-and-nobody-uses-5e1f",
    "ALLOWED_HOSTS": "echelon.example",
    "DATABASE_URL": "postgresql://echelon_app:x@127.0.0.1:1/echelon",
}


def check(*arguments, **changes):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("check",))],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_a_missing_setting_is_named(name):
    done = check(**{name: None})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr


def test_debug_is_refused():
    done = check(DEBUG="1")
    assert done.returncode != 0
    assert "DEBUG is on" in done.stderr


def test_production_is_what_runs_when_nothing_is_said():
    done = check(ECHELON_ENV=None, SECRET_KEY=None)
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_the_demo_does_not_start_in_production():
    done = check("demo")
    assert done.returncode != 0
    assert "not for production" in done.stderr


def test_the_database_is_not_prepared_without_passwords():
    done = check("prepare_database", MIGRATION_DATABASE_URL="postgresql://echelon_owner@127.0.0.1:1/echelon")
    assert done.returncode != 0
    assert "MIGRATION_DATABASE_URL must name the role echelon_owner and its password" in done.stderr
