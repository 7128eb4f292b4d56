"""A small company made through the services; every text that people write passes through `words` first."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from django.utils import timezone

from candidates.services import ensure_candidate, record_evidence, register_external
from pools import services as pools
from pools.models import EchelonPool, Membership
from pools.recompute import recompute_all
from pools.services import Naming
from succession.organisation import imports
from succession.organisation.models import Employee, Incumbency, OrgUnit, Position, RoleAssignment, User
from succession.organisation.selectors.policies import policy_in_force
from succession.organisation.services import (
    competencies,
    criticality,
    employees,
    goals,
    incumbencies,
    policies,
    positions,
    requirements,
    units,
    willingness,
)

PASSWORD = "a long enough password"
SINCE = date(2022, 3, 1)


@dataclass
class Company:
    """What the tests point at."""

    hr: User
    auditor: User
    head: User
    employee: User
    operations: OrgUnit
    head_post: Position
    plant: Position
    finance: Position
    pool: EchelonPool
    finance_pool: EchelonPool
    member: Membership
    screened: Membership
    person: Employee
    plain: Employee


def user(name, *, role="", unit=None, full_name=""):
    made = User.objects.create_user(name, name=full_name or name.title(), password=PASSWORD)
    if role:
        RoleAssignment.objects.create(user=made, role=role, org_unit=unit)
    return made


def build(words=str):  # noqa: PLR0915 -- a list of what there is, in the order in which it is made
    """Two units, five posts, three pools, and people in every standing."""
    hr = user("hr", role="hr_manager", full_name=words("Mira Sol"))
    reason = words("Led two plants through their start-up.")
    root = units.create_unit(code="HO", name=words("Head office"), actor=hr)
    operations = units.create_unit(code="OPS", name=words("Operations"), actor=hr, parent=root)
    money = units.create_unit(code="FIN", name=words("Finance"), actor=hr, parent=root)
    head_post = post("HOP", words("Head of Operations"), operations, hr, "key")
    plant = post("PD1", words("Plant Director"), operations, hr, "key", reports_to=head_post)
    assembly = post("AM1", words("Assembly Manager"), operations, hr, "management", reports_to=plant)
    finance = post("FD1", words("Finance Director"), money, hr, "key")
    units.set_head_post(operations, head_post, actor=hr)
    positions.change_seats(plant, on=today() + timedelta(90), delta=1, reason=reason, actor=hr)
    profile(plant, words, hr)
    criticality.rate_criticality(
        plant, dict.fromkeys(policy_in_force().criticality_weights, 4), actor=hr, decided_class="key", reason=reason
    )

    head = user("head")
    leader = staff("E1", words("Hanna Head"), operations, hr, user=head)
    hold(head_post, leader, hr)
    worker = user("worker")
    plain = staff(
        "E2",
        words("Paul Plain"),
        operations,
        hr,
        user=worker,
        mobility=words("Anywhere by train."),
        title=words("Buyer"),
    )
    hold(assembly, plain, hr)
    goals.add_goal(plain, text=words("To lead a plant."), actor=hr)
    willingness.ask_willingness(plain, actor=hr)
    people = [staff(f"E{number}", words(f"Person {number}"), operations, hr) for number in range(3, 9)]
    director = hold(plant, people[0], hr)
    incumbencies.set_expected_leaving(director, today() + timedelta(200), actor=hr, note=words("Retires."))
    gone = hold(finance, people[5], hr)
    incumbencies.end_incumbency(gone, today(), reason=words("Went to another company."), actor=hr)

    pool = new_pool("KP-PLANT", words("Plant directors"), "key", hr, leader, plant)
    managers = new_pool("MP-OPS", words("Operations managers"), "management", hr, None, assembly)
    finance_pool = new_pool("KP-FIN", words("Finance directors"), "key", hr, None, finance)
    reserve = pools.create_pool(
        actor=hr, code="RP", name=words("Reserve"), kind="reserve", target_size=5, levels=words("Level 3")
    )
    pools.override_demand(pool, plant, 2, reason=reason, actor=hr)
    outsider = register_external(words("Olga Outside"), actor=hr, source=words("A fair."))

    def candidate(person):
        found = ensure_candidate(person, actor=hr)
        return record_evidence(found, today(), actor=hr, reason=reason)

    def propose(into, whom, served):
        named = [Naming(served, "ready_now", reason)] if served else []
        return pools.propose_member(into, whom, actor=hr, posts=named, reason=reason)

    def admit(membership):
        return pools.admit_member(pools.start_screening(membership, actor=hr, reason=reason), actor=hr)

    member = admit(propose(pool, candidate(plain), plant))
    held = admit(propose(pool, candidate(people[1]), plant))
    pools.hold_member(held, actor=hr, reason=reason)
    left = admit(propose(pool, candidate(people[2]), plant))
    pools.exit_member(left, actor=hr, exit_reason="withdrawn", reason=reason)
    screened = pools.start_screening(propose(pool, candidate(people[3]), plant), actor=hr)
    propose(pool, record_evidence(outsider, today(), actor=hr), plant)
    admit(propose(managers, candidate(people[4]), assembly))
    admit(propose(finance_pool, candidate(people[1]), finance))
    admit(propose(reserve, candidate(people[3]), None))
    draft = policies.draft_policy(actor=hr, criticality_threshold="3.40")
    policies.put_policy_in_force(draft, reason=reason, actor=hr)
    upload(words, hr)
    pools.ask_to_recompute(pool, actor=hr)
    recompute_all()
    return Company(
        hr=hr,
        auditor=user("auditor", role="auditor"),
        head=head,
        employee=worker,
        operations=operations,
        head_post=head_post,
        plant=plant,
        finance=finance,
        pool=pool,
        finance_pool=finance_pool,
        member=member,
        screened=screened,
        person=people[1],
        plain=plain,
    )


def today():
    return timezone.localdate()


def post(code, title, unit, actor, kind, **values):
    return positions.create_position(code=code, title=title, org_unit=unit, actor=actor, position_class=kind, **values)


def staff(number, name, unit, actor, **values):
    return employees.register_employee(
        number=number,
        name=name,
        actor=actor,
        org_unit=unit,
        hired_on=SINCE,
        email=f"{number}@echelon.example",
        **values,
    )


def hold(position, person, actor) -> Incumbency:
    return incumbencies.start_incumbency(position, person, from_=SINCE, actor=actor)


def new_pool(code, name, kind, actor, owner, position):
    pool = pools.create_pool(actor=actor, code=code, name=name, kind=kind, owner=owner)
    pools.serve_position(pool, position, actor=actor)
    return pool


def profile(position, words, actor):
    competency = competencies.create_competency(
        code="LEAD",
        name=words("Leading people"),
        description=words("Leads others well."),
        levels={level: words(f"Level {level}") for level in range(1, 6)},
        actor=actor,
    )
    row = requirements.RequirementRow(competency=competency.pk, level=4, weight=3, must_have=True)
    requirements.replace_requirements(position, [row], actor=actor, reason=words("As the board decided in spring."))


def upload(words, actor):
    """A draft import with a row that is new, one that changes something and one that is wrong."""
    rows = [
        ["Code", "Title", "Unit", "Seats"],
        ["NEW1", words("New post"), words("Operations"), "1"],
        ["PD1", words("Director of a plant"), words("Operations"), "1"],
        ["BAD", "", "Operations", words("many")],
    ]
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    name = words("posts").replace("/", "-")[:100] + ".csv"
    imports.create_batch([(name, BytesIO(text.encode()))], kind="organisation", actor=actor, background=False)
