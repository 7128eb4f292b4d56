"""The WSGI application of floor and product alike, telling in headers what a request cost.

Every answer says how long its thread was on the processor. Asked with `X-Count`, it also says how many statements ran and
how often the most frequent one did; only then are they counted.
"""

import os
import time
from collections import Counter
from contextlib import nullcontext

from django.core.wsgi import get_wsgi_application
from django.db import connection

if os.environ["DJANGO_SETTINGS_MODULE"] == "succession.settings":
    from succession.wsgi import application as product
else:
    product = get_wsgi_application()


def application(environ, start_response):
    statements = Counter()
    held = {}

    def count(execute, sql, params, many, context):
        statements[sql] += 1
        return execute(sql, params, many, context)

    def hold(status, headers, exc_info=None):
        held.update(status=status, headers=headers)

    begun = time.thread_time()
    with connection.execute_wrapper(count) if "HTTP_X_COUNT" in environ else nullcontext():
        answer = product(environ, hold)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    cost = [
        ("X-Processor-Ms", f"{(time.thread_time() - begun) * 1000:.3f}"),
        ("X-Statements", str(statements.total())),
        ("X-Most-Repeated", str(max(statements.values(), default=0))),
        ("X-Statement", " ".join((statements.most_common(1) or [("", 0)])[0][0].split())[:300]),
    ]
    start_response(held["status"], held["headers"] + [(name, value) for name, value in cost if value.isascii()])
    return [body]
