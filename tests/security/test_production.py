"""What production refuses, answers and leaves out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
SECRET = "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz"
PROBE = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
client = Client(raise_request_exception=False, HTTP_HOST="echelon.example.org", HTTP_X_FORWARDED_PROTO="https")
healthy = client.get("/healthz")
asked = client.get("/accounts/login/")
plain = Client(HTTP_HOST="echelon.example.org").get("/accounts/login/")
missing = client.get("/nothing-here/")
foreign = Client(HTTP_HOST="evil.example.org", HTTP_X_FORWARDED_PROTO="https", raise_request_exception=False).get("/healthz")
print(json.dumps({
    "headers": {name.lower(): value for name, value in asked.headers.items()},
    "cookies": {name: dict(morsel.items()) for name, morsel in asked.cookies.items()},
    "status": [healthy.status_code, plain.status_code, missing.status_code, foreign.status_code],
    "where": plain.get("Location", ""),
    "missing": missing.content.decode(),
    "doors": {path: client.get(path).status_code for path in
              ["/__debug__/", "/silk/", "/demo/", "/metrics", "/admin/", "/api/docs/", "/api/schema/", "/media/x", "/.env", "/static/../manage.py"]},
    "debug": settings.DEBUG, "apps": list(settings.INSTALLED_APPS), "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
}))
"""


def environment(**more):
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "CELERY_BROKER_URL", "CACHE_URL"}
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "succession.settings",
        "ECHELON_ENV": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "echelon.example.org",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "PYTHONPATH": str(ROOT),
        **more,
    }


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_deployment_check_is_clean():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    """One process under production settings; without collected files the manifest is that of the build."""
    import json

    done = run(
        "-c",
        PROBE.replace(
            "django.setup()",
            "from django.conf import settings as s\n"
            's.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"\ndjango.setup()',
            1,
        ),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_pages_bring_the_headers_that_protect_them(probe):
    headers = probe["headers"]
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "no-store" in headers["cache-control"]
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "x-powered-by" not in headers


def test_the_policy_on_content_is_strict(probe):
    policy = probe["headers"]["content-security-policy"]
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_cookies_are_flagged(probe):
    assert probe["session"] == [True, True, "Lax"]
    assert probe["cookies"]["csrftoken"]["secure"]
    assert probe["cookies"]["csrftoken"]["samesite"] == "Lax"


def test_only_https_and_only_the_own_host_are_answered(probe):
    assert probe["status"] == [200, 301, 404, 400]
    assert probe["where"].startswith("https://echelon.example.org/")


def test_an_error_tells_nothing_of_the_machine(probe):
    for word in ("Traceback", "django", "settings", "/work", "DEBUG", "urlconf"):
        assert word not in probe["missing"]


def test_there_are_no_doors_for_developers_or_demonstrations(probe):
    doors = probe["doors"]
    assert {
        doors[path]
        for path in ("/__debug__/", "/silk/", "/demo/", "/metrics", "/media/x", "/.env", "/static/../manage.py")
    } == {404}
    assert doors["/admin/"] == 302
    assert {doors["/api/docs/"], doors["/api/schema/"]} == {401}
    assert probe["debug"] is False
    assert not {"debug_toolbar", "silk", "django_extensions", "django_browser_reload"} & set(probe["apps"])


def test_the_demonstrations_password_stands_in_its_own_package_alone():
    """No account of the demonstration exists anywhere else."""
    found = {
        path.relative_to(ROOT).as_posix()
        for app in ("succession", "candidates", "pools", "training")
        for path in (ROOT / app).rglob("*.py")
        if "echelon-demo" in path.read_text()
    }
    assert all(name.startswith(("succession/demo/", "succession/management/commands/")) for name in found), found
    assert settings.TESTING
