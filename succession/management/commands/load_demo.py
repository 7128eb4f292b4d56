"""Load the demonstration company, once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from succession.demo import loader
from succession.organisation.jobs import long_statements


class Command(BaseCommand):
    help = "Load the demonstration company into an empty database. Only in the demonstration and in tests."

    def handle(self, **options):
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("The demonstration company is loaded by `make demo` only.")
        if loader.is_loaded():
            self.stdout.write("The demonstration company is there already.")
            return
        with long_statements():
            loader.Loader(timezone.localdate()).load()
        self.stdout.write("The demonstration company is loaded.")
