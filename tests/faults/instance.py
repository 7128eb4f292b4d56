"""The broken instance as people and programs see it from outside, and its data as its server tells them."""

import json
import re
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import redis
import requests
from celery import Celery

from succession.localservers.postgres import DATABASE

FIGURES = """
    SELECT scope, kind, position_id, pool_id, unit_id, seats, planned, closing, demand, ratio, capacity, members, filled,
           ready_now, years_1_3, years_4_5, gap, surplus, names, named_people, overlap, seats_named, seats_counted,
           seats_true, seats_true_ready_now, blocking::text, status, failure
    FROM {table} WHERE {where} ORDER BY scope, kind, position_id, pool_id, unit_id"""
REASON = "Led two plants through their start-up."


class Company:
    """A small company in a running instance."""

    def __init__(self, stack):
        self.stack = stack
        made = self.inside("build()")
        self.token, self.session_key = made["token"], made["session"]
        self.pool, self.posts, self.members = made["pool"], made["posts"], made["members"]
        self.unproposed = iter(made["candidates"])

    # --- inside ---------------------------------------------------------------------------------------------------
    def inside(self, call):
        """Run a function of `tests.faults.company` in the instance; what it printed."""
        said = self.stack.manage("shell", "--no-imports", "-c", f"from tests.faults import company\ncompany.{call}")
        return json.loads(said.splitlines()[-1])

    # --- over HTTP ------------------------------------------------------------------------------------------------
    def program(self):
        """A program with HR's token."""
        client = requests.Session()
        client.trust_env = False
        client.headers["Authorization"] = f"Token {self.token}"
        return client

    def browser(self):
        """HR's browser, signed in."""
        client = requests.Session()
        client.trust_env = False
        client.cookies.set("sessionid", self.session_key)
        return client

    def api(self, path):
        return f"{self.stack.url}api/v1/{path}"

    def post(self, path, body=None):
        with self.program() as client:
            answer = client.post(self.api(path), json=body or {}, timeout=60)
        assert answer.ok, (answer.status_code, answer.text[:500])
        return answer.json()

    def page(self, path):
        with self.browser() as client:
            return client.get(self.stack.url + path, timeout=60, allow_redirects=False)

    def proposal(self):
        """The next person to be proposed, with the post they are named for."""
        return {
            "candidate": next(self.unproposed),
            "positions": [{"position": self.posts[0], "readiness": "ready_now", "reason": REASON}],
            "reason": REASON,
        }

    def propose(self):
        return self.post(f"pools/{self.pool}/memberships/", self.proposal())["id"]

    def admit(self):
        """Propose, screen and admit someone new; the membership."""
        member = self.propose()
        self.post(f"memberships/{member}/screen/", {"reason": REASON})
        self.post(f"memberships/{member}/admit/")
        return member

    def leave(self, member):
        self.post(f"memberships/{member}/exit/", {"exit_reason": "withdrawn", "reason": REASON})

    def recompute(self):
        return self.post(f"pools/{self.pool}/recompute/")["job"]

    # --- the database ---------------------------------------------------------------------------------------------
    def ask(self, statement, *values):
        """Rows of one statement, as the superuser of the server."""
        with self.stack.postgres.connect(database=DATABASE) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement, *values):
        return self.ask(statement, *values)[0][0]

    @contextmanager
    def held(self, table, mode="SHARE ROW EXCLUSIVE"):
        """Nobody else writes (or in ACCESS EXCLUSIVE mode: reads) the table meanwhile."""
        with self.stack.postgres.connect(database=DATABASE) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield
            if not connection.closed:
                # Where the server was killed meanwhile, the lock went with it.
                with suppress(psycopg2.Error):
                    connection.rollback()

    def figures(self, table="pools_coverage", where="true"):
        return self.ask(FIGURES.format(table=table, where=where))

    def job(self, job):
        state, attempts, result = self.ask("SELECT state, attempts, result FROM organisation_job WHERE id = %s", job)[0]
        return state, attempts, result

    def is_ended(self, job):
        return self.job(job)[0] not in ("queued", "running")

    def wait_for_job(self, job, seconds=90):
        wait_for(lambda: self.is_ended(job), seconds, f"job {job}", self.activity)
        return self.job(job)

    def wait_until_quiet(self, seconds=60):
        """Until nothing waits in the outbox and no job is under way."""
        wait_for(
            lambda: (
                not self.one("SELECT count(*) FROM organisation_outboxmessage")
                and not self.one("SELECT count(*) FROM organisation_job WHERE state IN ('queued', 'running')")
                and not self.one("SELECT count(*) FROM pools_coverage WHERE stale_since IS NOT NULL")
            ),
            seconds,
            "the outbox to be empty",
            self.activity,
        )

    def activity(self):
        """What the database and the queue are at, for whoever waited in vain."""
        sessions = """SELECT client_port, state, wait_event_type, wait_event, now() - state_change, left(query, 200)
                      FROM pg_stat_activity WHERE datname = current_database()"""
        jobs = "SELECT id, task, state, attempts, sent_at, message FROM organisation_job ORDER BY id DESC LIMIT 3"
        outbox = "SELECT kind, payload::text, created_at FROM organisation_outboxmessage"
        return "\n".join(str(row) for statement in (sessions, jobs, outbox) for row in self.ask(statement))

    def clean_figures(self):
        """What a clean run over empty tables computes."""
        self.ask("DELETE FROM pools_coverage")
        self.inside("compute_everything()")
        return self.figures()

    def stuck(self, seconds=30):
        """Ports of the clients that wait for a lock of a table, once there are any."""
        waiting = """SELECT client_port FROM pg_stat_activity WHERE datname = current_database()
                     AND wait_event_type = 'Lock' AND wait_event = 'relation'"""
        wait_for(lambda: self.ask(waiting), seconds, "someone to wait for the lock", self.activity)
        return [port for (port,) in self.ask(waiting)]

    @contextmanager
    def counting_computations(self):
        """Counts the transactions that write coverage, whether or not a figure changed."""
        self.ask("CREATE TABLE counted (number xid8)")
        self.ask("GRANT ALL ON counted TO PUBLIC")
        self.ask(
            "CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO counted VALUES (pg_current_xact_id()); RETURN NULL; END $$"
        )
        self.ask("CREATE TRIGGER counts AFTER INSERT ON pools_coverage FOR EACH STATEMENT EXECUTE FUNCTION count_it()")
        try:
            yield lambda: self.one("SELECT count(DISTINCT number) FROM counted")
        finally:
            self.ask("DROP TRIGGER counts ON pools_coverage")
            self.ask("DROP FUNCTION count_it")
            self.ask("DROP TABLE counted")

    # --- the worker -----------------------------------------------------------------------------------------------
    def worker_process(self, port):
        """The worker's child process that speaks from a port."""
        return next(pid for pid in descendants(self.stack.pid("worker")) if port in ports_of(pid))

    def deliver(self, task, *args):
        """Put a task on the queue as the broker would deliver it again."""
        # Named on the connection: a variable of the tests' own broker would win over the application's setting.
        with Celery() as celery, celery.connection_for_write(self.stack.environment()["CELERY_BROKER_URL"]) as broker:
            celery.send_task(task, args=args, ignore_result=True, connection=broker)

    def wait_for_deliveries(self, left=1, seconds=30):
        """Until the queue is empty and no more than so many tasks are in hand."""
        with redis.Redis.from_url(self.stack.environment()["CELERY_BROKER_URL"]) as broker:
            wait_for(
                lambda: not broker.llen("celery") and broker.hlen("unacked") <= left, seconds, "the queue to be empty"
            )


class Crowd:
    """People who use the instance all the time, each in a thread: what they were answered, and when."""

    PAGES = ("overview/", "positions/", "pools/", "people/", "positions/", "criticality/")

    def __init__(self, company, *, readers=2, writers=2, pause=0.02):
        self.company = company
        self.answers = []
        self.proposed = []
        self._pause = pause
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(readers)]
        self._threads += [threading.Thread(target=self._write) for _number in range(writers)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number):
        with self.company.browser() as client:
            while not self._over.is_set():
                number += 1
                path = self.PAGES[number % len(self.PAGES)]
                self._ask(path, client.get, self.company.stack.url + path)
                time.sleep(self._pause)

    def _write(self):
        address = self.company.api(f"pools/{self.company.pool}/memberships/")
        with self.company.program() as client:
            while not self._over.is_set():
                with self._lock:
                    proposal = self.company.proposal()
                answer = self._ask("propose", client.post, address, json=proposal)
                if answer is not None and answer.status_code == 201:
                    self.proposed.append(answer.json()["id"])
                time.sleep(self._pause * 10)

    def _ask(self, what, send, address, **given):
        began = time.monotonic()
        try:
            answer = send(address, timeout=60, **given)
        except requests.RequestException as error:
            self.answers.append((began, what, refusal_of(error)))
            return None
        self.answers.append((began, what, answer.status_code))
        return answer

    def statuses(self, since=0.0):
        """What was answered to what was asked after a moment."""
        return {status for began, _what, status in list(self.answers) if began >= since}

    def unwell(self, well=(200, 201), since=0.0):
        return [row[1:] for row in list(self.answers) if row[0] >= since and row[2] not in well]

    def lost(self):
        """Memberships that were answered for and are not there."""
        found = {pk for (pk,) in self.company.ask("SELECT id FROM pools_membership")}
        return sorted(set(self.proposed) - found)

    def doubled(self):
        return self.company.ask(
            "SELECT candidate_id, count(*) FROM pools_membership WHERE state <> 'exited' GROUP BY 1 HAVING count(*) > 1"
        )


def refusal_of(error):
    """A connection that was never taken, or an answer that broke off."""
    told = repr(error)
    if "Connection refused" in told:
        return "refused"
    return "reset" if re.search(r"reset by peer|without response|RemoteDisconnected", told) else "broken"


def wait_for(condition, seconds, what="it", tell=str):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}\n{tell()}"
        time.sleep(0.1)


def descendants(pid):
    """The processes below one."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [found for child in below for found in (int(child), *descendants(int(child)))]


def ports_of(pid):
    """The local ports of a process's connections."""
    sockets = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets.add(str(file.readlink()))
        except FileNotFoundError:
            continue
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {int(line[1].rpartition(":")[2], 16) for line in lines if f"socket:[{line[9]}]" in sockets}
