"""Health check of the beat container: its schedule must have been written lately (it does so every three minutes)."""

import os
import sys
import time
from pathlib import Path

SILENT_AFTER_SECONDS = 600

written = [path.stat().st_mtime for path in Path(os.environ["ECHELON_VAR"], "beat").glob("schedule*")]
sys.exit(not written or time.time() - max(written) > SILENT_AFTER_SECONDS)
