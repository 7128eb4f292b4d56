"""`make demo`: everything for real on this machine, with the demo company in it."""

import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from succession.localservers.processes import Unavailable
from succession.localservers.stack import Stack

ACCOUNTS = (
    ("hr", "HR manager: everything about succession"),
    ("head", "head of a department: its posts and people"),
    ("committee", "member of the talent committee"),
    ("assessor", "assesses the people assigned"),
    ("employee", "own goals and willingness"),
    ("auditor", "reads everything, changes nothing"),
    ("admin", "users, roles, reference data; no succession content"),
)
PASSWORD = "echelon-demo"  # noqa: S105 -- a demo's, printed on its screen


class Command(BaseCommand):
    help = "Starts PostgreSQL, Valkey, web, worker and beat with the demo company, and stops them on Ctrl-C."
    # The database the checks would ask is not there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="wipe the demo's data first")

    def handle(self, *args: Any, port: int, reset: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is not for production: set ECHELON_ENV=demo.")
        self.began = time.monotonic()
        self.stopping = threading.Event()
        self.is_ready = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._interrupted)
        stack = Stack(
            Path(os.environ.get("ECHELON_VAR", settings.BASE_DIR / "var")),
            port=port,
            database_url=os.environ.get("DATABASE_URL", ""),
            broker_url=os.environ.get("CELERY_BROKER_URL", ""),
            say=self.say,
        )
        try:
            stack.start(reset=reset)
            self.is_ready = True
            self._show_the_way(stack)
            self._watch(stack)
        except Unavailable as reason:
            raise CommandError(str(reason)) from reason
        except KeyboardInterrupt:
            self.say("interrupted")
        finally:
            stack.stop()
            self.say("everything is stopped")

    def say(self, line: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:5.1f} s  {line}")
        self.stdout.flush()

    def _watch(self, stack: Stack) -> None:
        while not self.stopping.wait(0.5):
            stack.check()
        self.say("stopping")

    def _show_the_way(self, stack: Stack) -> None:
        self.say("ready")
        lines = ["", f"  Echelon    {stack.url}", f"  Password   {PASSWORD}", ""]
        lines += [f"  {name:<10} {what}" for name, what in ACCOUNTS]
        lines += ["", f"  Logs in {stack.var / 'log'}; Ctrl-C stops everything; RESET=1 begins anew.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        """Before it is ready the start is broken off; a second signal while stopping changes nothing."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if not self.is_ready:
            raise KeyboardInterrupt
