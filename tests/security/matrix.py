"""The table of who gets which answer where: written from what the site answers, kept, and compared with."""

import csv
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.security.company import ROLES, VIEWERS, Company
from tests.security.routes import Route, routes

FILE = Path(__file__).parent / "access_matrix.csv"
METHODS = ("GET", "POST")
HEAD = ("route", "method", "subject", *VIEWERS)
# A form in which nothing was filled in.
EMPTY_FORM = {"data": "csrfmiddlewaretoken=x", "content_type": "application/x-www-form-urlencoded"}
EMPTY_OBJECT = {"data": "{}", "content_type": "application/json"}
Row = tuple[str, str, str, *tuple[str, ...]]


def clients(company: Company) -> dict[str, Client]:
    found = {"anonymous": Client(raise_request_exception=False)}
    for who in ROLES:
        found[who] = Client(raise_request_exception=False)
        found[who].force_login(company.users[who])
    return found


def answer(client: Client, method: str, address: str) -> str:
    """The status, and where a redirect leads: to the sign-in, or elsewhere. What it did is taken back."""
    cache.clear()
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, address, **_body(method, address))
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code in {301, 302}:
        return "sign-in" if "/accounts/login/" in response["Location"] else "redirect"
    return str(response.status_code)


def _body(method: str, address: str) -> dict[str, str]:
    if method == "GET":
        return {}
    return EMPTY_OBJECT if address.startswith("/api/") else EMPTY_FORM


def rows_of(route: Route, company: Company, ready: dict[str, Client]) -> Iterator[Row]:
    for method in METHODS:
        for place in route.places(company):
            answers = [answer(ready[who], method, route.address(company, place, who)) for who in VIEWERS]
            yield (route.text, method, place, *answers)


def kept() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The committed table."""
    with FILE.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {(route, method, place): tuple(answers) for route, method, place, *answers in rows}


def write(company: Company) -> int:
    """Write the table anew; read every line of what changed before it is committed."""
    ready = clients(company)
    rows = [row for route in sorted(routes(), key=lambda route: route.text) for row in rows_of(route, company, ready)]
    with FILE.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        table.writerows(rows)
    return len(rows)
