"""What the project says about itself stays true: locks, dependencies, targets, the direction of imports."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# The ground floor stands in the roof's folder without being part of it.
NOT_ROOF = {"organisation"}


def lines_of(path):
    return [line.split("#")[0].strip() for line in path.read_text().splitlines()]


def pins_of(path):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_there_is_a_lock_for_each_list():
    assert [path.stem for path in LOCKS] == ["base", "build", "demo", "servers", "test", "uv"]
    assert [path.stem for path in sorted((ROOT / "requirements").glob("*.in"))] == [path.stem for path in LOCKS]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_host_and_no_path(lock):
    assert re.findall(r"\S*(?:://|file:|\s@ |--index|--find-links|(?<![\w.])/\w+/)\S*", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_everything_in_a_lock_is_pinned_and_hashed(lock):
    entries = re.split(r"\n(?=[a-z0-9])", "\n".join(line for line in lines_of(lock) if line))
    assert [
        entry for entry in entries if not re.match(r"[a-z0-9._-]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry, re.DOTALL)
    ] == []


def test_the_locks_agree_with_each_other():
    seen = {}
    for lock in LOCKS:
        for name, version in pins_of(lock).items():
            assert seen.setdefault(name, version) == version, name


def test_the_front_end_lock_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_the_project_states_its_direct_dependencies():
    listed = {line for line in lines_of(ROOT / "requirements" / "base.in") if line}
    assert set(PROJECT["project"]["dependencies"]) == listed


def test_the_version_is_said_once_and_the_same():
    from django.conf import settings

    assert PROJECT["project"]["version"] == settings.VERSION


def test_every_module_of_the_roof_is_forbidden_to_the_floors():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    forbidden = next(contract for contract in contracts if "roof" in contract["name"])["forbidden_modules"]
    modules = {
        path.stem
        for path in (ROOT / "succession").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert {f"succession.{module}" for module in modules - NOT_ROOF} == set(forbidden)


@pytest.mark.parametrize("target", ["demo", "test", "e2e", "faults", "lint", "bench", "lock", "help"])
def test_make_knows_its_targets(target):
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {target} ", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("reports", "failed_steps", "line"),
    [
        ({"a": (3, 1, 0, 1), "b": (2, 0, 0, 0)}, 1, "3 passed, 1 failed, 1 skipped"),
        ({"a": (2, 0, 0, 0)}, 1, "2 passed, 1 failed, 0 skipped"),
        ({"a": (2, 0, 0, 0)}, 0, "2 passed, 0 failed, 0 skipped"),
        ({}, 2, "0 passed, 2 failed, 0 skipped"),
    ],
)
def test_the_closing_line_counts_every_report_and_every_failed_step(tmp_path, reports, failed_steps, line):
    for name, (tests, failures, errors, skipped) in reports.items():
        (tmp_path / f"{name}.xml").write_text(
            f'<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"/></testsuites>'
        )
    count = [sys.executable, ".ci/count.py", str(tmp_path), str(failed_steps)]
    assert subprocess.run(count, cwd=ROOT, capture_output=True, text=True, check=True).stdout == line + "\n"
