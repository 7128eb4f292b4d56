"""Add up the test reports in a folder and print one closing line. A failed step without a failed test counts as one failure."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

folder, failed_steps = Path(sys.argv[1]), int(sys.argv[2])
tests = failed = skipped = 0
for report in sorted(folder.glob("*.xml")):
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 -- written by our own test runner
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
passed = tests - failed - skipped
print(f"{passed} passed, {max(failed, failed_steps)} failed, {skipped} skipped")
