#!/usr/bin/env python
"""Django's command line for Echelon."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "succession.settings")
    # The limits on a statement's time protect pages; a migration may take what it takes.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    os.environ.setdefault("LOCK_TIMEOUT_MS", "0")
    execute_from_command_line(sys.argv)
