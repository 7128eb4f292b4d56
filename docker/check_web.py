"""Health check of the web container: asks /healthz under a host name that the application allows."""

import os
import sys
import urllib.error
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
request = urllib.request.Request(
    "http://127.0.0.1:8000/healthz", headers={"Host": host if host != "*" else "localhost"}
)
try:
    with urllib.request.urlopen(request, timeout=5) as answer:
        sys.exit(answer.status != 200)
except urllib.error.URLError as error:
    sys.exit(str(error))
