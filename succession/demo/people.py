"""Who works for the Tarnfield Group: the cast first, everyone else invented."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random

from .cast import ACCOUNTS, CAST, LEAVING, sort_name
from .names import invent_name
from .shape import PersonPlan, PostPlan

OLD_HANDS = frozenset(["E1", "E2", "M5", "M4", "S5"])


def staff(posts: tuple[PostPlan, ...], *, random: Random, today: date) -> list[PersonPlan]:
    """Someone for every seat that is not vacant, seat after seat, in the order of the posts."""
    taken = {name for names in CAST.values() for name in names}
    user_names = {person: user for user, person in ACCOUNTS.items()}
    leaving = {(post, name): (days, note) for post, name, days, _source, note in LEAVING}
    people: list[PersonPlan] = []
    for post in posts:
        cast = CAST.get(post.code, ())
        for seat in range(post.seats - post.vacant):
            known = cast[seat] if seat < len(cast) else None
            name, sort = (known, sort_name(known)) if known else invent_name(random, taken)
            person = _someone(post, name, sort, random=random, today=today, known=bool(known))
            person.username = user_names.get(name, "")
            if (post.code, name) in leaving:
                days, note = leaving[post.code, name]
                person.leaving = (today + timedelta(days=days), note)
            people.append(person)
    return people


def _someone(post: PostPlan, name: str, sort: str, *, random: Random, today: date, known: bool) -> PersonPlan:
    years_here = random.triangular(9, 24, 15) if post.grade in OLD_HANDS else random.triangular(0.4, 26, 5)
    years_here = max(years_here, 4.0) if known else years_here
    longest = min(years_here, 9.0)
    years_in_post = random.uniform(2.1, max(2.2, longest)) if known else random.uniform(min(0.3, longest), longest)
    hired = today - timedelta(days=round(years_here * 365.25))
    since = max(hired, today - timedelta(days=round(years_in_post * 365.25)))
    age = max(years_here + random.uniform(19, 27), 18.5)
    return PersonPlan(
        name=name,
        sort_name=sort,
        post=post.code,
        unit=post.unit,
        hired_on=hired,
        in_post_since=since,
        birth_date=today - timedelta(days=round(min(age, 66.5) * 365.25)),
    )


COLUMNS = ("number", "name", "email", "unit", "hired on", "born on", "position", "position since")


def people_file(people: list[PersonPlan]) -> BytesIO:
    """Everyone as a CSV file, seat after seat."""
    text = StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for count, person in enumerate(people, start=1):
        number = f"T{count:05d}"
        mail = f"{number.lower()}@tarnfield.example"
        days = (person.hired_on, person.birth_date)
        lines.writerow([number, person.name, mail, person.unit, *days, person.post, person.in_post_since])
    return BytesIO(text.getvalue().encode())
