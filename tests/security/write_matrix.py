"""Write the access matrix anew: `python -m tests.security.write_matrix`, then read the difference line by line."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["ECHELON_WRITE_ACCESS_MATRIX"] = "1"
    sys.exit(pytest.main(["-q", "-k", "write", "tests/security/test_access_matrix.py"]))
