"""The whole plan of the demonstration company, the same for the same day and seed."""

from datetime import date
from random import Random

from .echelons import invented_pools, plant_leadership
from .people import staff
from .shape import CompanyPlan
from .structure import UNITS, all_posts

SEED = 20261116
# They show what one step would do and who is eligible, so they stay outside the invented pools.
ELIGIBLE = frozenset({"Kofi Mensah", "Anjali Kulkarni", "Grace Nyambura", "Petr Svoboda"})


def plan_company(today: date, seed: int = SEED) -> CompanyPlan:
    random = Random(seed)
    posts = all_posts()
    people = staff(posts, random=random, today=today)
    first = plant_leadership(today)
    holders = {person.name for person in people if person.post.startswith(("GRP-CE", "OPS-PD"))}
    taken = holders | ELIGIBLE | {member.person for member in first.members}
    pools = [first, *invented_pools(people, posts, random=random, today=today, taken=taken)]
    return CompanyPlan("Tarnfield Group", UNITS, posts, people, pools)
