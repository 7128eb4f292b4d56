"""Pages of the product beside the bare page: time, statements, bytes, growth, and eight clients at once."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.benchmarks import product
from tests.benchmarks.clock import Times
from tests.benchmarks.ground import Ground, Size
from tests.benchmarks.table import Table

MEDIAN, LIST_MEDIAN, P95 = 1.5, 2.0, 2.0
GROWTH_TIME, GROWTH_BYTES = 1.3, 1.1
CLIENTS, RATE, SLOWEST = 8, 0.6, 3.0
OVERVIEW_STATEMENTS, LIST_STATEMENTS, PROFILE_STATEMENTS, REPEATS = 10, 10, 15, 2
FLOOR = "floor"
OPENED = 8


@dataclass(frozen=True)
class Page:
    """A page, who looks at it, and what it may cost."""

    name: str
    user: str = "hr"
    url: str = ""
    subject: str = ""
    query: str = ""
    times: float = MEDIAN
    statements: int = LIST_STATEMENTS


PAGES = (
    Page("overview", statements=OVERVIEW_STATEMENTS),
    Page("pools", times=LIST_MEDIAN),
    Page("pool", subject="pool", statements=PROFILE_STATEMENTS),
    Page("position", subject="position", statements=PROFILE_STATEMENTS),
    Page("positions", times=LIST_MEDIAN),
    Page("positions, filtered", url="positions", query="?class=key", times=LIST_MEDIAN),
    Page("people", times=LIST_MEDIAN),
    Page("people, searched", url="people", query="?q=amara", times=LIST_MEDIAN),
    Page("person", subject="person", times=LIST_MEDIAN, statements=PROFILE_STATEMENTS),
    Page("candidates", times=LIST_MEDIAN),
    Page("candidate", subject="candidate", times=LIST_MEDIAN, statements=PROFILE_STATEMENTS),
    Page("map", times=LIST_MEDIAN),
    Page("criticality", times=LIST_MEDIAN),
    Page("imports", times=LIST_MEDIAN),
    Page("jobs", times=LIST_MEDIAN),
    Page("audit", times=LIST_MEDIAN),
    Page("search", query="?q=planning", times=LIST_MEDIAN),
    Page("my_area", user="head", statements=OVERVIEW_STATEMENTS),
    Page("positions of a head", url="positions", user="head", times=LIST_MEDIAN),
    Page("pools of a head", url="pools", user="head", times=LIST_MEDIAN),
    Page("me", user="employee", times=LIST_MEDIAN, statements=PROFILE_STATEMENTS),
)


@dataclass
class Place:
    """A page as it stands on one company."""

    port: int
    path: str
    cookie: str
    size: int = 0
    statements: int = 0
    repeats: int = 0
    statement: str = ""
    taken: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def times(self) -> Times:
        return Times(tuple(self.taken))

    @property
    def processor_times(self) -> Times:
        return Times(tuple(self.processor))

    def ask(self, *, count: bool = False) -> tuple[http.client.HTTPResponse, bytes, float]:
        headers = {"Cookie": self.cookie} | ({"X-Count": "1"} if count else {})
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", self.path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        duration = time.perf_counter() - begun
        connection.close()
        return answer, body, duration

    def look(self) -> int:
        """Open the page and count; several times, as each process keeps what it has once read. Gives the status."""
        answers = [self.ask(count=True) for _ in range(OPENED)]
        answer, body, _ = min(answers, key=lambda each: int(each[0].headers["X-Statements"]))
        self.size = len(body)
        self.statements = int(answer.headers["X-Statements"])
        self.repeats = int(answer.headers["X-Most-Repeated"])
        self.statement = answer.headers.get("X-Statement", "")
        return answer.status

    def take(self) -> None:
        answer, _, duration = self.ask()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{self.path} answered {answer.status}")
        self.taken.append(duration)
        self.processor.append(float(answer.headers["X-Processor-Ms"]) / 1000)


Places = dict[tuple[str, str], Place]


def measure(
    ground: Ground, sizes: tuple[Size, ...], table: Table, *, rounds: int, seconds: float, only: str = ""
) -> None:
    """Every page of the list that exists, on every size, in turn with the floor."""
    ground.collect_static()
    with ExitStack() as stack:
        ports = {size: stack.enter_context(ground.serving(size)) for size in sizes}
        floor_port = stack.enter_context(ground.serving(sizes[-1], floor=True))
        found = {size: product.look_up(ground, size, PAGES) for size in sizes}
        pages = [page for page in PAGES if only in page.name]
        places: Places = {}
        for size in sizes:
            for page in pages:
                path = found[size].paths.get(page.name)
                if path:
                    places[page.name, size.name] = Place(ports[size], path, found[size].cookies[page.user])
        floor = Place(floor_port, "/", found[sizes[-1]].plain_cookie)
        floor.look()
        there = _that_answer(pages, places, sizes, table)
        _take(floor, [places[page.name, size.name] for page in there for size in sizes], rounds)
        _tell_times(there, places, floor, sizes, table)
        _tell_statements(there, places, sizes, table)
        _tell_growth(there, places, sizes, table)
        _tell_rates(there, places, floor, sizes[-1], table, seconds)


def _that_answer(pages: list[Page], places: Places, sizes: tuple[Size, ...], table: Table) -> list[Page]:
    there = []
    for page in pages:
        stands = [places.get((page.name, size.name)) for size in sizes]
        answers = [place.look() if place else 0 for place in stands]
        if all(answer == http.client.OK for answer in answers):
            there.append(page)
        else:
            table.add(f"page {page.name}", product=f"answers {answers}", met=None)
    return there


def _take(floor: Place, places: list[Place], rounds: int) -> None:
    for _ in range(rounds):
        floor.take()
        for place in places:
            place.take()


def _tell_times(pages: list[Page], places: Places, floor: Place, sizes: tuple[Size, ...], table: Table) -> None:
    table.title(
        f"Pages at {sizes[-1]} beside the bare page ({len(floor.taken)} requests each, in turn; median / least)"
    )
    table.note(f"floor: {floor.times}, {floor.statements} statements, {floor.processor_times} on the processor")
    for page in pages:
        place = places[page.name, sizes[-1].name]
        table.add(
            f"{page.name}: median ≤ {page.times} × floor",
            floor=floor.times,
            product=place.times,
            ratio=place.times.against(floor.times),
            met=place.times.median <= page.times * floor.times.median,
        )
        slow, bare = place.times.percentile(0.95), floor.times.percentile(0.95)
        table.add(
            f"{page.name}: 95 in 100 ≤ {P95} × floor's",
            floor=f"{bare * 1000:.1f} ms",
            product=f"{slow * 1000:.1f} ms",
            ratio=f"{slow / bare:.2f}",
            met=slow <= P95 * bare,
        )
        table.note(f"on the processor {place.processor_times}: {place.processor_times.against(floor.processor_times)}")


def _tell_statements(pages: list[Page], places: Places, sizes: tuple[Size, ...], table: Table) -> None:
    table.title("SQL a page: the same number at every size, none more than twice")
    for page in pages:
        counts = [places[page.name, size.name].statements for size in sizes]
        repeats = max(places[page.name, size.name].repeats for size in sizes)
        table.add(
            f"{page.name}: ≤ {page.statements} statements, equal, repeated ≤ {REPEATS} ×",
            product=" = ".join(map(str, counts)) if len(set(counts)) == 1 else " ≠ ".join(map(str, counts)),
            ratio=f"{repeats} ×",
            met=len(set(counts)) == 1 and max(counts) <= page.statements and repeats <= REPEATS,
        )
        if repeats > REPEATS:
            table.note(next(p.statement for p in places.values() if p.repeats == repeats)[:160])


def _tell_growth(pages: list[Page], places: Places, sizes: tuple[Size, ...], table: Table) -> None:
    small, large = sizes[0], sizes[-1]
    table.title(f"Pages at {large} beside {small}")
    for page in pages:
        before, after = places[page.name, small.name], places[page.name, large.name]
        table.add(
            f"{page.name}: time ≤ {GROWTH_TIME} ×",
            floor=before.times,
            product=after.times,
            ratio=after.times.against(before.times),
            met=after.times.median <= GROWTH_TIME * before.times.median,
        )
        table.add(
            f"{page.name}: bytes ≤ {GROWTH_BYTES} ×",
            floor=before.size,
            product=after.size,
            ratio=f"{after.size / before.size:.2f}",
            met=after.size <= GROWTH_BYTES * before.size,
        )


# --- at once --------------------------------------------------------------------------------------------------------
@dataclass
class Load:
    """What some clients got in some seconds."""

    seconds: float = 0.0
    bad: int = 0
    taken: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.taken) / self.seconds if self.seconds else 0.0


def _tell_rates(
    pages: list[Page], places: Places, floor: Place, size: Size, table: Table, seconds: float, rounds: int = 3
) -> None:
    table.title(f"{CLIENTS} clients at once at {size} ({rounds} × {seconds:g} s each, in turn)")
    all_places = {FLOOR: floor} | {page.name: places[page.name, size.name] for page in pages}
    loads = {name: Load() for name in all_places}
    for _ in range(rounds):
        for name, place in all_places.items():
            _press(place, loads[name], seconds)
    bare = loads.pop(FLOOR)
    for name, load in loads.items():
        slow, slow_bare = (Times(tuple(each.taken)).percentile(0.99) for each in (load, bare))
        table.add(
            f"{name}: ≥ {RATE} × the floor's rate, all answered",
            floor=f"{bare.rate:.0f} /s",
            product=f"{load.rate:.0f} /s" + (f", {load.bad} bad" if load.bad else ""),
            ratio=f"{load.rate / bare.rate:.2f}",
            met=load.rate >= RATE * bare.rate and not load.bad,
        )
        table.add(
            f"{name}: 99 in 100 ≤ {SLOWEST:g} × floor's",
            floor=f"{slow_bare * 1000:.0f} ms",
            product=f"{slow * 1000:.0f} ms",
            ratio=f"{slow / slow_bare:.2f}",
            met=slow <= SLOWEST * slow_bare,
        )


def _press(place: Place, load: Load, seconds: float) -> None:
    end = time.perf_counter() + seconds
    lock = threading.Lock()

    def client() -> None:
        while time.perf_counter() < end:
            answer, _, duration = place.ask()
            with lock:
                load.taken.append(duration)
                load.bad += answer.status != http.client.OK

    _at_once(client)
    load.seconds += seconds


def _at_once(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
