"""Competencies, what posts require of them, how critical key posts are, and what people want."""

from random import Random

from .shape import PostPlan

LEVELS = (
    "Knows the terms and works under guidance.",
    "Does ordinary cases alone and asks in good time.",
    "Handles difficult cases and is asked by colleagues.",
    "Shapes how the unit works and brings others up to it.",
    "Sets the standard for the whole group and is heard outside.",
)

COMPETENCIES: dict[str, tuple[str, str]] = {
    "OPS-STR": ("Operations strategy", "Turns the aims of the group into plans that a plant can carry out."),
    "P-AND-L": ("P&L ownership", "Answers for revenue, cost and capital of a unit."),
    "SAFETY": ("Safety leadership", "Makes safe work the first decision of every shift."),
    "PEOPLE": ("People leadership", "Leads, develops and, where needed, parts with people fairly."),
    "LEAN": ("Lean & improvement", "Finds and removes waste with the people who do the work."),
    "LABOUR": ("Labour relations", "Works with councils and unions and keeps agreements."),
    "CAPEX": ("Capital projects", "Plans, argues and delivers investments."),
    "QUALITY": ("Quality systems", "Keeps processes within what customers and law require."),
    "PROCESS": ("Process technology", "Understands the physics of the process and its limits."),
    "MATERIAL": ("Materials science", "Chooses, tests and explains materials."),
    "AUTOMATE": ("Automation", "Designs and runs control systems and robots."),
    "CYBER": ("Industrial cybersecurity", "Keeps plants running and closed to strangers."),
    "PLANNING": ("Production planning", "Balances demand, stock and capacity."),
    "SOURCING": ("Sourcing", "Builds and negotiates supply."),
    "PRODUCT": ("Product architecture", "Decides what a product family consists of."),
    "SIMULATE": ("Simulation & test", "Predicts and proves how a product behaves."),
    "CONTROL": ("Financial control", "Keeps figures true and in time."),
    "CAPITAL": ("Treasury & tax", "Secures liquidity and pays what is due, no more."),
    "CUSTOMER": ("Key customers", "Understands and develops large customers."),
    "PRICING": ("Pricing & contracts", "Prices by value and writes contracts that hold."),
    "REGULATE": ("Regulation", "Knows the rules of the trade and prepares for the next ones."),
    "CHANGE": ("Leading change", "Brings people through changes of what they do."),
}

_PLANT_DIRECTOR = (
    ("OPS-STR", 4, 5, True),
    ("P-AND-L", 4, 4, True),
    ("SAFETY", 5, 5, True),
    ("PEOPLE", 4, 4, False),
    ("LEAN", 4, 3, False),
    ("LABOUR", 3, 3, False),
    ("CAPEX", 3, 2, False),
    ("QUALITY", 3, 2, False),
)
_PRODUCTION = (
    ("PLANNING", 4, 5, True),
    ("SAFETY", 4, 4, True),
    ("LEAN", 4, 4, False),
    ("PEOPLE", 4, 4, False),
    ("QUALITY", 3, 3, False),
)
_FAMILIES: dict[str, tuple[tuple[str, int, int, bool], ...]] = {
    "OPS-PD": _PLANT_DIRECTOR,
    "OPS-PM": _PRODUCTION,
    "MNT": (("SAFETY", 4, 5, True), ("PROCESS", 3, 4, False), ("LEAN", 4, 4, False), ("PEOPLE", 3, 3, False)),
    "HSE": (("SAFETY", 5, 5, True), ("REGULATE", 4, 4, True), ("PEOPLE", 3, 3, False), ("CHANGE", 4, 3, False)),
    "QUA": (("QUALITY", 5, 5, True), ("REGULATE", 4, 4, True), ("PEOPLE", 3, 3, False), ("CUSTOMER", 3, 2, False)),
    "ENG": (("PROCESS", 5, 5, True), ("LEAN", 4, 4, True), ("CAPEX", 4, 3, False), ("PEOPLE", 3, 3, False)),
    "PRE": (("PROCESS", 5, 5, True), ("QUALITY", 4, 3, False), ("SAFETY", 4, 3, False), ("LEAN", 3, 2, False)),
    "TOO": (("PROCESS", 4, 5, True), ("MATERIAL", 4, 4, True), ("LEAN", 3, 2, False), ("PEOPLE", 3, 2, False)),
    "MAT": (("MATERIAL", 5, 5, True), ("PROCESS", 4, 4, False), ("QUALITY", 4, 3, False), ("CUSTOMER", 2, 2, False)),
    "AUT": (("AUTOMATE", 5, 5, True), ("CYBER", 3, 4, True), ("SAFETY", 4, 3, False), ("PEOPLE", 3, 2, False)),
    "SUP": (("SOURCING", 4, 5, True), ("PLANNING", 4, 4, True), ("PRICING", 3, 3, False), ("PEOPLE", 3, 3, False)),
    "PRD": (("PRODUCT", 5, 5, True), ("SIMULATE", 4, 4, False), ("CUSTOMER", 3, 3, False), ("PEOPLE", 3, 2, False)),
    "FIN": (("CONTROL", 5, 5, True), ("CAPITAL", 4, 4, False), ("REGULATE", 4, 3, True), ("PEOPLE", 3, 2, False)),
    "COM": (("CUSTOMER", 5, 5, True), ("PRICING", 4, 4, True), ("PRODUCT", 3, 3, False), ("PEOPLE", 3, 3, False)),
}
_MANAGEMENT = (("PEOPLE", 4, 5, True), ("SAFETY", 3, 3, False), ("CHANGE", 3, 3, False), ("LEAN", 3, 2, False))


def requirements_of(post: PostPlan) -> tuple[tuple[str, int, int, bool], ...]:
    """Competency, level, weight and must-have of each line of the profile; empty for general posts."""
    if post.position_class == "general":
        return ()
    for prefix in (post.code[:6], post.code[:3]):
        if prefix in _FAMILIES and post.position_class == "key":
            return _FAMILIES[prefix]
    return _MANAGEMENT


def criticality_of(post: PostPlan, random: Random) -> dict[str, int]:
    """Scores from 1 to 5 that make key posts key and leave the others below."""
    low, high = (3, 5) if post.position_class == "key" else (1, 3)
    names = (
        "business_impact",
        "replacement_difficulty",
        "outside_scarcity",
        "knowledge_held_by_few",
        "time_to_competence",
    )
    scores = {name: random.randint(low, high) for name in names}
    if post.position_class == "key":
        scores["business_impact"] = 5
        while sum(scores.values()) < 18:
            weakest = min(names, key=lambda name: scores[name])
            scores[weakest] += 1
    return scores


GOALS = (
    ("direction", "Lead a larger team within the next three years."),
    ("direction", "Stay close to the process and become the one people ask."),
    ("competency", "Learn to argue an investment in front of the board."),
    ("direction", "Work abroad for a year or two once the children are at school."),
    ("competency", "Read a balance sheet without asking Finance."),
    ("direction", "Keep the job I have and do it better every year."),
)
