"""The pools: Plant Leadership drawn by hand, the others invented so that they are uneven as pools are."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .shape import MemberPlan, NamePlan, PersonPlan, PoolPlan, PostPlan
from .structure import KEY_POSTS, section_posts, site_posts

NOW, MID, FAR = "ready_now", "1_3_years", "4_5_years"
REASONS = (
    "Led two shifts through the last audit without a finding.",
    "Asked for by the owner of the pool after a year of acting for the holder.",
    "Came out first of five in the assessment centre in spring.",
    "Has run the budget of the unit for two years and met it.",
    "Knows the process and the people; was proposed in the talent review.",
    "Moved between three sites and is known at each of them.",
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """How one pool is to look: counted people per tier, people not counted, and what stands behind each post."""

    code: str
    name: str
    owner: str
    horizon: int
    counted: tuple[int, int, int]
    not_counted: int
    shared: int = 0
    only_uncounted: int = 0
    nobody: int = 0
    over_reason: str = ""


KEY_SKETCHES = (
    Sketch("KP-02", "Quality & Compliance", "Hiroshi Tanaka", 5, (0, 3, 2), 3, 1, 1, 0),
    Sketch("KP-03", "Process & Tooling", "Fatima El Idrissi", 5, (4, 8, 4), 3, 1, 0, 2),
    Sketch("KP-04", "Automation & Controls", "Anneliese Brandt", 3, (2, 4, 3), 4, 1, 1, 0),
    Sketch(
        "KP-05",
        "Supply Chain",
        "Lucía Fernández",
        3,
        (6, 8, 4),
        1,
        over_reason="One of the members has to be assessed again; nobody is to leave before that is done.",
    ),
    Sketch(
        "KP-06",
        "Product Development",
        "Anneliese Brandt",
        3,
        (8, 14, 6),
        2,
        1,
        over_reason="A fourth hydraulics successor is trained before the valve family gets its own specialist.",
    ),
    Sketch("KP-07", "Finance & Control", "Siobhán Gallagher", 3, (4, 6, 3), 1, 0, 0, 2),
    Sketch("KP-08", "Commercial & Accounts", "Rafael Monteiro", 3, (3, 4, 4), 3, 1, 0, 2),
)
MANAGEMENT_SKETCHES = (
    Sketch("MP-01", "Section & Team Leadership", "Ingrid Solheim", 3, (14, 22, 15), 6, 0, 0, 2),
    Sketch("MP-02", "Functional Management", "Amara Diallo", 3, (10, 11, 9), 0),
    Sketch("MP-03", "Site Services", "Ingrid Solheim", 3, (1, 4, 1), 2, 1, 0, 1),
)


def plant_leadership(today: date) -> PoolPlan:
    """The pool whose figures are known: 9 seats, named 8, counted 7, true 6."""

    def member(person: str, readiness: str, *posts: str, **more) -> MemberPlan:
        named = tuple(NamePlan(post, readiness) for post in posts)
        more.setdefault("evidence", today - timedelta(days=120))
        return MemberPlan(person, named, **more)

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    directors = ("OPS-PD-01", "OPS-PD-02", "OPS-PD-03", "OPS-PD-04")
    stale = {"evidence": ago(1100)}
    pool = PoolPlan(
        "KP-01",
        "Plant Leadership",
        "key",
        "Ingrid Solheim",
        5,
        posts=tuple(post.code for post in KEY_POSTS["KP-01"]),
        grades="M3, M4",
    )
    pool.members = [
        member("Daniel Osei", NOW, *directors, admitted=ago(1017), next_screening=ago(-79)),
        member("Aisha Rahman", NOW, "OPS-PM-10", admitted=ago(881), next_screening=ago(-16)),
        member("Katarína Horváthová", MID, "OPS-PD-01", "OPS-PD-02", admitted=ago(615), next_screening=ago(-115)),
        member("Li Na", MID, "OPS-PD-01", "OPS-PD-03", admitted=ago(615), next_screening=ago(-115)),
        member("Samuel Adeyemi", MID, "OPS-PM-10", admitted=ago(433), next_screening=ago(7)),
        member("Pilar Soto", MID, "MNT-MM-01", admitted=ago(433), next_screening=ago(-113)),
        member("Jakub Marek", FAR, "MNT-MM-01", admitted=ago(196), next_screening=ago(-169)),
        member("Mateo Vargas", FAR, "OPS-PD-01", admitted=ago(615), next_screening=ago(15), **stale),
        member(
            "Zhang Jun", MID, "OPS-PD-03", admitted=ago(881), state="on_hold", reason="On parental leave until March."
        ),
        member("Oskar Nyström", FAR, "MNT-MM-01", admitted=ago(926), next_screening=ago(-14), **stale),
        member("Nadia Haddad", MID, "HSE-HD-01", admitted=ago(532), next_screening=ago(-40), willingness="declined"),
        member("Wang Xiu", FAR, "OPS-PD-03", state="screening"),
        member("Thandiwe Nkosi", FAR, "OPS-PD-04", state="screening"),
        member("Ivana Vuković", FAR, "OPS-PM-10", state="proposed"),
    ]
    return pool


def invented_pools(
    people: list[PersonPlan], posts: tuple[PostPlan, ...], *, random: Random, today: date, taken: set[str]
) -> list[PoolPlan]:
    """The other key pools, the management pools and the reserve; nobody of `taken` stands in them."""
    titles = {post.code: post for post in posts}
    pools = [
        _pool(sketch, "key", KEY_POSTS[sketch.code], people, titles, random=random, today=today, taken=taken)
        for sketch in KEY_SKETCHES
    ]
    served = {
        "MP-01": section_posts(),
        "MP-02": tuple(post for post in posts if post.position_class == "management" and post.grade in {"E2", "M4"}),
        "MP-03": site_posts(),
    }
    pools += [
        _pool(sketch, "management", served[sketch.code], people, titles, random=random, today=today, taken=taken)
        for sketch in MANAGEMENT_SKETCHES
    ]
    pools.append(_reserve(people, titles, random=random, today=today, taken=taken))
    return pools


def _pool(
    sketch: Sketch,
    kind: str,
    served: tuple[PostPlan, ...],
    people: list[PersonPlan],
    titles: dict[str, PostPlan],
    *,
    random: Random,
    today: date,
    taken: set[str],
) -> PoolPlan:
    pool = PoolPlan(
        sketch.code,
        sketch.name,
        kind,
        sketch.owner,
        sketch.horizon,
        posts=tuple(post.code for post in served),
        grades="M2, M3, M4, S3, S4",
        over_capacity_reason=sketch.over_reason,
    )
    ready = [tier for tier, count in zip((NOW, MID, FAR), sketch.counted, strict=True) for _ in range(count)]
    chosen = _choose(len(ready) + sketch.not_counted, kind, served, people, titles, random=random, taken=taken)
    spread = _spread(sketch, served, len(ready), random=random)
    for person, tier, names in zip(chosen, ready, spread, strict=False):
        pool.members.append(_counted(person, tuple(NamePlan(post, tier) for post in names), random, today))
    lonely = [post.code for post in served][: sketch.only_uncounted] or [served[0].code]
    for index, person in enumerate(chosen[len(ready) :]):
        post = lonely[index % len(lonely)]
        pool.members.append(_not_counted(index, person, post, random, today))
    return pool


def _spread(sketch: Sketch, served: tuple[PostPlan, ...], people: int, *, random: Random) -> list[tuple[str, ...]]:
    """For each counted person the posts they are named for: some posts share people, some have nobody."""
    codes = [post.code for post in served]
    open_codes = codes[sketch.only_uncounted : len(codes) - sketch.nobody]
    group: list[str] = []
    if sketch.shared:
        group = open_codes[: 3 if len(open_codes) > 4 else 2]
    rest = [code for code in open_codes if code not in group]
    names: list[tuple[str, ...]] = [tuple(group)] * max(len(group) - 1, 0)
    seats = {post.code: post.seats for post in served}
    slots = [code for code in rest for _ in range(seats[code])] or open_codes
    while len(names) < people:
        first = slots[len(names) % len(slots)]
        more = [random.choice(rest)] if rest and random.random() < 0.25 else []
        names.append(tuple(dict.fromkeys([first, *more])))
    return names[:people]


def _choose(
    count: int,
    kind: str,
    served: tuple[PostPlan, ...],
    people: list[PersonPlan],
    titles: dict[str, PostPlan],
    *,
    random: Random,
    taken: set[str],
) -> list[str]:
    """People below the posts served, near them first, who stand in no pool yet."""
    units = {post.unit for post in served}
    codes = {post.code for post in served}
    suitable = ("M4", "M3", "M2", "S5", "S4", "S3", "S2") if kind == "key" else ("M3", "M2", "S4", "S3", "S2", "W4")
    pool = [
        person
        for person in people
        if person.name not in taken and person.post not in codes and titles[person.post].grade in suitable
    ]
    random.shuffle(pool)
    pool.sort(key=lambda person: (person.unit not in units, suitable.index(titles[person.post].grade) // 3))
    chosen = [person.name for person in pool[:count]]
    taken.update(chosen)
    return chosen


def _counted(person: str, names: tuple[NamePlan, ...], random: Random, today: date) -> MemberPlan:
    return MemberPlan(
        person,
        names,
        admitted=today - timedelta(days=random.randint(60, 1300)),
        evidence=today - timedelta(days=random.randint(20, 600)),
        next_screening=today + timedelta(days=random.randint(-20, 340)),
        willingness=random.choices(("agreed", "asked", "not_asked"), weights=(80, 12, 8))[0],
        reason=random.choice(REASONS),
    )


def _not_counted(index: int, person: str, post: str, random: Random, today: date) -> MemberPlan:
    plan = _counted(person, (NamePlan(post, (MID, FAR)[index % 2]),), random, today)
    if index % 4 == 0:
        plan.evidence = today - timedelta(days=random.randint(800, 1400))
    elif index % 4 == 1:
        plan.willingness = "declined"
    elif index % 4 == 2:
        plan.state, plan.reason = "on_hold", "Works on the roll-out of the new planning system until summer."
    else:
        plan.willingness = "not_now"
    return plan


def _reserve(
    people: list[PersonPlan], titles: dict[str, PostPlan], *, random: Random, today: date, taken: set[str]
) -> PoolPlan:
    pool = PoolPlan(
        "RP-01",
        "Graduate & Specialist Reserve",
        "reserve",
        "Amara Diallo",
        5,
        target_size=40,
        levels="Engineers and specialists in their first ten years",
        grades="S2, S3",
    )
    young = [p for p in people if p.name not in taken and titles[p.post].grade in {"S2", "S3"}]
    random.shuffle(young)
    for person in young[:33]:
        taken.add(person.name)
        pool.members.append(_counted(person.name, (), random, today))
    return pool
