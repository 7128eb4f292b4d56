"""Become another program that the kernel stops when the launcher dies.

Called as `python -I -S _die_with_parent.py SIGNAL LAUNCHER_PID UID GID PROGRAM ARGUMENTS…`; UID and GID are -1 to stay who we are.
A killed launcher would otherwise leave servers behind that answer the next start's readiness probe.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    stop_signal, launcher, uid, gid = (int(value) for value in sys.argv[1:5])
    program = sys.argv[5:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After the change of user: a change of credentials clears the setting.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
    if os.getppid() != launcher:
        sys.exit("the launcher is gone")
    os.execvp(program[0], program)  # noqa: S606 -- the launcher's own list of arguments, no shell


main()
