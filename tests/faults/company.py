"""A small company, made inside the instance that is to be broken: `manage.py shell -c` runs these functions there."""

import io
import json

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from candidates.models import Candidate
from pools import services
from pools.models import EchelonPool, MembershipPost
from pools.recompute import recompute_all
from succession.organisation import imports, outbox, tokens
from succession.organisation.models import Employee, OrgUnit, Position, RoleAssignment, User

POSTS, SEATS, PEOPLE, MEMBERS = 4, 2, 1000, 12
PASSWORD = "a long enough password"
REASON = "Led two plants through their start-up."


def build() -> None:
    """One unit, one pool over four posts, twelve members named for posts, and many who may still be proposed."""
    hr = _hr()
    unit = OrgUnit.objects.create(code="OPS", name="Operations")
    posts = [
        Position.objects.create(
            code=f"P{number}", title=f"Plant Director {number}", org_unit=unit, position_class="key", base_seats=SEATS
        )
        for number in range(POSTS)
    ]
    pool = services.create_pool(actor=hr, code="KP", name="Plant directors", kind="key")
    services.serve_positions(pool, posts, actor=hr)
    candidates = _people(unit)
    members = [
        _admit(pool, candidate, posts[number % POSTS], hr) for number, candidate in enumerate(candidates[:MEMBERS])
    ]
    recompute_all()
    print(
        json.dumps(
            {
                "token": tokens.issue_token(hr),
                "session": _session(hr),
                "pool": pool.pk,
                "posts": [post.pk for post in posts],
                "candidates": [candidate.pk for candidate in candidates[MEMBERS:]],
                "members": [member.pk for member in members],
            }
        )
    )


def apply_import(text: str) -> None:
    """Plan a file and ask for it to be applied."""
    hr = User.objects.get(username="hr")
    batch = imports.create_batch(
        [("posts.csv", io.BytesIO(text.encode()))], kind="organisation", actor=hr, background=False
    )
    job = imports.apply_batch(batch, actor=hr)
    print(json.dumps({"batch": batch.pk, "job": job.pk, "counts": batch.counts}))


def burst(transactions: int, changes: int) -> None:
    """Transactions one after the other, each of so many changes, as fast as they can be written."""
    active = MembershipPost.objects.filter(membership__state="active")
    pool = EchelonPool.objects.get(code="KP").pk
    began = timezone.now()
    for number in range(transactions):
        with transaction.atomic():
            active.update(readiness="1_3_years" if number % 2 else "ready_now")
            outbox.announce_many("membership_changed", [{"pool": pool}] * changes)
    print(json.dumps({"seconds": (timezone.now() - began).total_seconds()}))


def compute_everything() -> None:
    print(json.dumps({"changed": recompute_all()}))


def _hr() -> User:
    hr = User.objects.create_user("hr", name="Mira Sol", password=PASSWORD)
    RoleAssignment.objects.create(user=hr, role="hr_manager")
    return hr


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _people(unit: OrgUnit) -> list[Candidate]:
    today = timezone.localdate()
    people = Employee.objects.bulk_create(
        Employee(number=f"E{number}", name=f"Person {number}", sort_name=f"Person {number}", org_unit=unit)
        for number in range(PEOPLE)
    )
    return Candidate.objects.bulk_create(Candidate(employee=person, evidence_on=today) for person in people)


def _admit(pool, candidate, post, actor):
    named = [services.Naming(post, "ready_now", REASON)]
    member = services.propose_member(pool, candidate, actor=actor, posts=named, reason=REASON)
    services.start_screening(member, actor=actor)
    return services.admit_member(member, actor=actor)
