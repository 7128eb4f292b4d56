"""PostgreSQL refuses to run as root; machines and CI often are root."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from succession.localservers.processes import Identity, Unavailable


def identity_for(program: Path, data_folder: Path) -> Identity:
    """Who runs the server: we, the owner of its data, a plain user of the system, or a nobody of our own making.

    Nothing that is not ours changes its owner or mode, and no user is created.
    """
    if os.geteuid() != 0:
        return Identity()
    for user in _plain_users(data_folder):
        if _reaches(user, program) and _reaches(user, data_folder.parent):
            return Identity(uid=user.pw_uid, gid=user.pw_gid)
    prefix = _namespace_of_nobody()
    if prefix is None:
        raise Unavailable(
            f"PostgreSQL refuses to run as root, and no other user can reach {data_folder.parent}."
            " Run as a plain user, or keep the project in a folder that others may enter."
        )
    return Identity(prefix=prefix)


def _plain_users(data_folder: Path) -> list[pwd.struct_passwd]:
    if (data_folder / "PG_VERSION").exists():
        owner = data_folder.stat().st_uid
        return [pwd.getpwuid(owner)] if owner else []
    found = []
    for name in ("postgres", "nobody"):
        try:
            found.append(pwd.getpwnam(name))
        except KeyError:
            continue
    return found


def _reaches(user: pwd.struct_passwd, path: Path) -> bool:
    """Asks the kernel, who knows more than the mode bits."""
    return (
        subprocess.run(
            ["/bin/sh", "-c", 'test -x "$0"', str(path)],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            check=False,
        ).returncode
        == 0
    )


def _namespace_of_nobody() -> tuple[str, ...] | None:
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    prefix = (unshare, "--user", "--map-user=nobody", f"--map-group={group}", "--")
    works = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    return prefix if works else None
