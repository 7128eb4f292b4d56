"""Loads the demonstration company through the product's own services, all of it or nothing."""

from datetime import date, timedelta
from random import Random

from django.db import transaction

from candidates.models import Candidate
from pools.models import EchelonPool
from succession.organisation.choices import ImportKind, Role
from succession.organisation.imports import create_batch
from succession.organisation.imports.applying import apply_now
from succession.organisation.models import Competency, Employee, Incumbency, OrgUnit, Position, User
from succession.organisation.services import (
    competencies,
    criticality,
    employees,
    goals,
    incumbencies,
    positions,
    requirements,
    roles,
    units,
)

from .assessments import load_assessments
from .cast import ACCOUNTS
from .company import SEED, plan_company
from .members import load_pools
from .people import people_file
from .shape import CompanyPlan, PostPlan
from .standards import COMPETENCIES, GOALS, LEVELS, criticality_of, requirements_of

PASSWORD = "echelon-demo"  # noqa: S105 -- the demonstration's accounts are open to who runs it, and exist nowhere else
WHY = "Set up with the demonstration company."
ROLES: dict[str, str] = {
    "hr": Role.HR_MANAGER,
    "committee": Role.COMMITTEE_MEMBER,
    "assessor": Role.ASSESSOR,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}


class Loader:
    """Walks through the plan once and remembers what became of each line."""

    def __init__(self, today: date, seed: int = SEED) -> None:
        self.today = today
        self.random = Random(seed)
        self.plan: CompanyPlan = plan_company(today, seed)
        self.units: dict[str, OrgUnit] = {}
        self.posts: dict[str, Position] = {}
        self.people: dict[str, Employee] = {}
        self.candidates: dict[str, Candidate] = {}
        self.pools: dict[str, EchelonPool] = {}
        self.hr: User | None = None

    @transaction.atomic
    def load(self) -> None:
        self._load_units()
        self._load_posts()
        self._load_people()
        self._load_accounts()
        self._load_heads()
        self._load_standards()
        self._load_criticality()
        self._load_goals()
        load_pools(self)
        load_assessments(self)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _load_units(self) -> None:
        for unit in self.plan.units:
            self.units[unit.code] = units.create_unit(
                code=unit.code, name=unit.name, parent=self.units.get(unit.parent or ""), actor=None, reason=WHY
            )

    def _load_posts(self) -> None:
        for post in self.plan.posts:
            position = positions.create_position(
                code=post.code,
                title=post.title,
                grade=post.grade,
                org_unit=self.units[post.unit],
                reports_to=self.posts.get(post.reports_to or ""),
                position_class="general" if post.position_class == "key" else post.position_class,
                seats=post.seats,
                actor=None,
                reason=WHY,
            )
            self.posts[post.code] = position
            for days, delta, reason in post.changes:
                positions.change_seats(
                    position, on=self.today + timedelta(days=days), delta=delta, reason=reason, actor=None
                )

    def _load_people(self) -> None:
        """Twelve hundred people come as they would anywhere: by a file."""
        file = people_file(self.plan.people)
        batch = create_batch(
            [("people.csv", file)], kind=ImportKind.EMPLOYEES, actor=None, background=False, refuse_on_error=True
        )
        apply_now(batch, actor=None)
        self.people = {employee.name: employee for employee in Employee.objects.all()}
        for person in self.plan.people:
            employee = self.people[person.name]
            if employee.sort_name != person.sort_name:
                employees.change_employee(employee, sort_name=person.sort_name, actor=None, reason=WHY)
            if person.leaving:
                on, note = person.leaving
                held = employee.incumbencies.get(position=self.posts[person.post])
                incumbencies.set_expected_leaving(held, on, source="entered", note=note, actor=None)

    def _load_accounts(self) -> None:
        for username in (*ACCOUNTS, "auditor", "admin"):
            person = self.people.get(ACCOUNTS.get(username, ""))
            name = person.name if person else {"auditor": "Hélène Fournier", "admin": "Administrator"}[username]
            user = User.objects.create_user(
                username=username,
                email=f"{username}@tarnfield.example",
                password=PASSWORD,
                name=name,
                is_staff=username == "admin",
            )
            if person:
                employees.change_employee(person, user=user, actor=None, reason=WHY)
                person.refresh_from_db()
            if username in ROLES:
                roles.assign_role(user, ROLES[username], actor=None, reason=WHY)
        self.hr = User.objects.get(username="hr")

    def _load_heads(self) -> None:
        for unit in self.plan.units:
            if unit.head:
                units.set_head_post(self.units[unit.code], self.posts[unit.head], actor=self.hr, reason=WHY)

    def _load_standards(self) -> None:
        known: dict[str, Competency] = {}
        levels = dict(enumerate(LEVELS, start=1))
        for code, (name, description) in COMPETENCIES.items():
            known[code] = competencies.create_competency(
                code=code, name=name, description=description, levels=levels, actor=self.hr
            )
        for post in self.plan.posts:
            rows = [
                requirements.RequirementRow(known[code].pk, level, weight, must)
                for code, level, weight, must in requirements_of(post)
            ]
            if rows:
                requirements.replace_requirements(self.posts[post.code], rows, actor=self.hr, reason=WHY)

    def _load_criticality(self) -> None:
        rated = [post for post in self.plan.posts if post.position_class in {"key", "management"}]
        criticality.rate_criticalities([self._rating(post) for post in rated], actor=self.hr)
        for post in rated:
            self.posts[post.code].refresh_from_db()

    def _rating(self, post: PostPlan) -> criticality.Rating:
        reason = "Scored in the yearly review of posts with the heads of the units."
        return criticality.Rating(self.posts[post.code], criticality_of(post, self.random), post.position_class, reason)

    def _load_goals(self) -> None:
        for person in self.random.sample(self.plan.people, 140):
            kind, text = self.random.choice(GOALS)
            importance = self.random.randint(2, 5)
            goals.add_goal(self.people[person.name], text=text, kind=kind, importance=importance, actor=None)


def is_loaded() -> bool:
    return EchelonPool.objects.filter(code="KP-01").exists() and Incumbency.objects.exists()
