"""`manage.py import_organisation FILE… --map NAME`: the same import as on screen, without its limit on bytes."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from succession.organisation import audit
from succession.organisation.choices import ImportKind
from succession.organisation.errors import Refusal
from succession.organisation.jobs import long_statements
from succession.organisation.models import ImportBatch, ImportRow, User

TOLD = 20


class Command(BaseCommand):
    help = "Reads files, shows what would become of each row, and with --apply writes them in one transaction."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--map", default="", help="the name of a mapping; without it the headings tell")
        parser.add_argument(
            "--kind", choices=ImportKind.values, default="", help="organisation unless the mapping says"
        )
        parser.add_argument("--apply", action="store_true", help="write the accepted rows")
        parser.add_argument("--refuse-on-error", action="store_true", help="write nothing if any row is rejected")
        parser.add_argument("--as-of", default="", help="the day the file speaks of, if no column tells (2026-11-22)")
        parser.add_argument(
            "--occupations", default="", help="O*NET codes or titles whose profiles are taken, with ; between"
        )
        parser.add_argument("--user", default="", help="whose name stands in the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        from succession.organisation.imports import batches, mapping  # noqa: PLC0415 -- the apps must be ready
        from succession.organisation.imports.applying import apply_now  # noqa: PLC0415 -- as above

        actor = self._actor(options["user"])
        began = time.monotonic()
        try:
            kind = options["kind"] or (
                mapping.find_mapping(options["map"]).kind if options["map"] else ImportKind.ORGANISATION
            )
            with ExitStack() as stack, long_statements(), audit.acting(actor, "import_organisation"):
                files = [(Path(name).name, stack.enter_context(self._opened(name))) for name in options["files"]]
                batch = batches.create_batch(
                    files,
                    kind=kind,
                    mapping=options["map"],
                    actor=actor,
                    options=self._given(options),
                    refuse_on_error=options["refuse_on_error"],
                    most_bytes=None,
                    background=False,
                )
                self._show(batch, time.monotonic() - began)
                if not options["apply"]:
                    self.stdout.write("Nothing was written. Add --apply to write the accepted rows.")
                    return
                if batch.refuse_on_error and batch.rejected:
                    raise CommandError(f"{batch.rejected:,} rows are rejected; nothing was written.")
                began = time.monotonic()
                apply_now(batch, actor=actor)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(self.style.SUCCESS(f"Applied in {time.monotonic() - began:.1f} s as import {batch.pk}."))

    @staticmethod
    def _opened(name: str) -> Any:
        try:
            return Path(name).open("rb")
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from error

    @staticmethod
    def _actor(username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user called {username}.")
        return user

    @staticmethod
    def _given(options: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if options["as_of"]:
            given["as_of"] = options["as_of"]
        if options["occupations"]:
            given["occupations"] = [part.strip() for part in options["occupations"].split(";") if part.strip()]
        return given

    def _show(self, batch: ImportBatch, seconds: float) -> None:
        self.stdout.write(f"Import {batch.pk}: {batch.row_count:,} rows read in {seconds:.1f} s")
        for outcome, count in batch.counts.items():
            self.stdout.write(f"  {outcome:<10} {count:>9,}")
        for name, effect in batch.effects.items():
            self.stdout.write(f"  {name.replace('_', ' ')}: {effect['count']:,}")
        for note in batch.notes:
            self.stdout.write(f"  {note}")
        rejected = ImportRow.objects.filter(batch=batch).rejected().order_by("pk")
        for row in rejected[:TOLD]:
            for error in row.errors:
                self.stdout.write(f"  {row.table} line {row.line}, {error['column'] or 'row'}: {error['message']}")
        if batch.rejected > TOLD:
            self.stdout.write(f"  and {batch.rejected - TOLD:,} more")
