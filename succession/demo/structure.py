"""Units and posts of the Tarnfield Group: four plants and the functions around them."""

from .shape import PostPlan, UnitPlan

PLANTS: tuple[tuple[str, str, float], ...] = (
    ("TAR", "Tarnfield", 1.40),
    ("BRN", "Brno", 1.05),
    ("SUZ", "Suzhou", 0.95),
    ("PUN", "Pune", 0.80),
)

UNITS: tuple[UnitPlan, ...] = (
    UnitPlan("GRP", "Tarnfield Group", None, "GRP-CE-01"),
    UnitPlan("OPS", "Operations", "GRP", "OPS-CO-01"),
    *(
        UnitPlan(code, f"{name} Plant", "OPS", f"OPS-PD-0{number}")
        for number, (code, name, _size) in enumerate(PLANTS, start=1)
    ),
    UnitPlan("HSE", "Health, Safety & Environment", "OPS", "HSE-HD-01"),
    UnitPlan("ENG", "Engineering", "GRP", "ENG-CT-01"),
    UnitPlan("PRE", "Process Engineering", "ENG", "ENG-PE-01"),
    UnitPlan("TOO", "Tooling", "PRE", "TOO-TM-01"),
    UnitPlan("MAT", "Materials", "PRE", "MAT-CM-01"),
    UnitPlan("AUT", "Automation & Controls", "ENG", "AUT-HD-01"),
    UnitPlan("PRD", "Product Development", "ENG", "PRD-HD-01"),
    UnitPlan("QUA", "Quality", "GRP", "QUA-HD-01"),
    UnitPlan("SUP", "Supply Chain", "GRP", "SUP-HD-01"),
    UnitPlan("FIN", "Finance", "GRP", "FIN-CF-01"),
    UnitPlan("COM", "Commercial", "GRP", "COM-CC-01"),
    UnitPlan("PPL", "People", "GRP", "PPL-CP-01"),
    UnitPlan("INF", "Information Technology", "GRP", "INF-HD-01"),
    UnitPlan("LEG", "Legal & Communications", "GRP", "LEG-HD-01"),
)

LEADERSHIP: tuple[PostPlan, ...] = (
    PostPlan("GRP-CE-01", "Chief Executive", "E1", "GRP", None),
    PostPlan("OPS-CO-01", "Chief Operating Officer", "E2", "OPS", "GRP-CE-01", "management"),
    PostPlan("ENG-CT-01", "Chief Technology Officer", "E2", "ENG", "GRP-CE-01", "management"),
    PostPlan("FIN-CF-01", "Chief Financial Officer", "E2", "FIN", "GRP-CE-01", "management"),
    PostPlan("COM-CC-01", "Chief Commercial Officer", "E2", "COM", "GRP-CE-01", "management"),
    PostPlan("PPL-CP-01", "Chief People Officer", "E2", "PPL", "GRP-CE-01", "management"),
    PostPlan("PPL-HT-01", "Head of Talent", "M4", "PPL", "PPL-CP-01", "management"),
    PostPlan("PPL-HR-01", "Head of Total Rewards", "M4", "PPL", "PPL-CP-01", "management"),
    PostPlan("INF-HD-01", "Head of Information Technology", "M4", "INF", "FIN-CF-01", "management"),
    PostPlan("LEG-HD-01", "General Counsel", "M4", "LEG", "GRP-CE-01", "management"),
    PostPlan("LEG-CM-01", "Head of Communications", "M4", "LEG", "LEG-HD-01", "management"),
)

OPENS = "A second line at Suzhou starts up."
CLOSES = "The two lines at Brno are led by one manager."

KEY_POSTS: dict[str, tuple[PostPlan, ...]] = {
    "KP-01": (
        *(
            PostPlan(f"OPS-PD-0{number}", f"Plant Director, {name}", "M5", code, "OPS-CO-01", "key")
            for number, (code, name, _size) in enumerate(PLANTS, start=1)
        ),
        PostPlan(
            "OPS-PM-10",
            "Production Manager",
            "M4",
            "OPS",
            "OPS-CO-01",
            "key",
            seats=3,
            changes=((227, 1, OPENS), (410, -1, CLOSES)),
        ),
        PostPlan("MNT-MM-01", "Maintenance Manager, Tarnfield", "M3", "TAR", "OPS-PD-01", "key"),
        PostPlan("HSE-HD-01", "Head of HSE", "M4", "HSE", "OPS-CO-01", "key"),
    ),
    "KP-02": (
        PostPlan("QUA-HD-01", "Head of Quality", "M5", "QUA", "GRP-CE-01", "key"),
        PostPlan("QUA-QM-01", "Quality Manager", "M3", "QUA", "QUA-HD-01", "key", seats=2),
        PostPlan("QUA-CO-01", "Head of Compliance", "M4", "QUA", "QUA-HD-01", "key"),
        PostPlan("QUA-RA-01", "Regulatory Affairs Lead", "M3", "QUA", "QUA-CO-01", "key"),
        PostPlan("QUA-ME-01", "Chief Metrologist", "S4", "QUA", "QUA-HD-01", "key"),
    ),
    "KP-03": (
        PostPlan("ENG-PE-01", "Head of Process Engineering", "M5", "PRE", "ENG-CT-01", "key"),
        PostPlan("TOO-TM-01", "Tooling Master", "S4", "TOO", "ENG-PE-01", "key", seats=2, vacant=1),
        PostPlan("MAT-CM-01", "Chief Metallurgist", "S5", "MAT", "ENG-PE-01", "key"),
        PostPlan("MAT-HT-01", "Heat Treatment Authority", "S4", "MAT", "MAT-CM-01", "key"),
        PostPlan("PRE-CP-01", "Casting Process Owner", "S4", "PRE", "ENG-PE-01", "key"),
        PostPlan("PRE-WE-01", "Welding Engineer of Record", "S4", "PRE", "ENG-PE-01", "key"),
        PostPlan(
            "PRE-PS-01",
            "Process Safety Lead",
            "S4",
            "PRE",
            "ENG-PE-01",
            "key",
            changes=((300, 1, "Brno gets a process safety lead of its own."),),
        ),
    ),
    "KP-04": (
        PostPlan("AUT-HD-01", "Head of Automation & Controls", "M5", "AUT", "ENG-CT-01", "key"),
        PostPlan("AUT-RB-01", "Robotics Lead", "S4", "AUT", "AUT-HD-01", "key", seats=2),
        PostPlan("AUT-CS-01", "Control Systems Architect", "S5", "AUT", "AUT-HD-01", "key"),
        PostPlan("AUT-FS-01", "Functional Safety Engineer", "S4", "AUT", "AUT-HD-01", "key"),
        PostPlan("AUT-CY-01", "Plant Cybersecurity Lead", "S4", "AUT", "AUT-HD-01", "key"),
    ),
    "KP-05": (
        PostPlan("SUP-HD-01", "Head of Supply Chain", "M5", "SUP", "GRP-CE-01", "key"),
        PostPlan("SUP-PL-01", "Planning Manager", "M3", "SUP", "SUP-HD-01", "key"),
        PostPlan("SUP-CA-01", "Category Manager, Castings", "M3", "SUP", "SUP-HD-01", "key"),
        PostPlan("SUP-LG-01", "Group Logistics Manager", "M4", "SUP", "SUP-HD-01", "key"),
        PostPlan("SUP-TR-01", "Trade Compliance Lead", "S4", "SUP", "SUP-HD-01", "key"),
        PostPlan("SUP-GB-01", "Group Buyer, Energy", "S4", "SUP", "SUP-HD-01", "key"),
    ),
    "KP-06": (
        PostPlan("PRD-HD-01", "Head of Product Development", "M5", "PRD", "ENG-CT-01", "key"),
        PostPlan("PRD-NP-01", "New Product Introduction Manager", "M3", "PRD", "PRD-HD-01", "key"),
        PostPlan("PRD-PU-01", "Product Owner, Pumps", "M3", "PRD", "PRD-HD-01", "key"),
        PostPlan("PRD-VA-01", "Product Owner, Valves", "M3", "PRD", "PRD-HD-01", "key"),
        PostPlan(
            "PRD-HY-01",
            "Hydraulics Specialist",
            "S5",
            "PRD",
            "PRD-HD-01",
            "key",
            changes=((420, 1, "The valve family gets a specialist of its own."),),
        ),
        PostPlan("PRD-SI-01", "Simulation Lead", "S4", "PRD", "PRD-HD-01", "key"),
        PostPlan("PRD-TS-01", "Test Centre Manager", "M3", "PRD", "PRD-HD-01", "key"),
        PostPlan("PRD-CE-01", "Certification Engineer", "S4", "PRD", "PRD-HD-01", "key"),
    ),
    "KP-07": (
        PostPlan("FIN-GC-01", "Group Controller", "M5", "FIN", "FIN-CF-01", "key"),
        PostPlan("FIN-TR-01", "Treasurer", "M4", "FIN", "FIN-CF-01", "key"),
        PostPlan("FIN-TX-01", "Head of Tax", "M4", "FIN", "FIN-CF-01", "key"),
        PostPlan("FIN-IA-01", "Head of Internal Audit", "M4", "FIN", "GRP-CE-01", "key"),
        PostPlan("FIN-PC-01", "Plant Controlling Lead", "M3", "FIN", "FIN-GC-01", "key"),
    ),
    "KP-08": (
        PostPlan("COM-KA-01", "Key Account Director, Rail", "M5", "COM", "COM-CC-01", "key"),
        PostPlan("COM-KA-02", "Key Account Director, Water", "M5", "COM", "COM-CC-01", "key"),
        PostPlan("COM-PR-01", "Head of Pricing", "M4", "COM", "COM-CC-01", "key"),
        PostPlan("COM-SV-01", "Head of Service", "M4", "COM", "COM-CC-01", "key"),
        PostPlan("COM-TE-01", "Tender Manager", "M3", "COM", "COM-CC-01", "key"),
    ),
}


def section_posts() -> tuple[PostPlan, ...]:
    """The management posts of the plants that the pool of section leaders serves: 22 seats."""
    posts: list[PostPlan] = []
    for number, (code, name, _size) in enumerate(PLANTS, start=1):
        director = f"OPS-PD-0{number}"
        vacant = 1 if code == "PUN" else 0
        posts += [
            PostPlan(f"{code}-SH-01", f"Shift Manager, {name}", "M2", code, director, "management", 2, vacant),
            PostPlan(f"{code}-AS-01", f"Assembly Manager, {name}", "M3", code, director, "management"),
            PostPlan(f"{code}-MA-01", f"Machining Manager, {name}", "M3", code, director, "management"),
            PostPlan(f"{code}-LO-01", f"Logistics Manager, {name}", "M3", code, director, "management"),
        ]
    posts += [
        PostPlan("TAR-CA-01", "Casting Manager, Tarnfield", "M3", "TAR", "OPS-PD-01", "management"),
        PostPlan("TAR-EN-01", "Energy Manager, Tarnfield", "M2", "TAR", "OPS-PD-01", "management"),
    ]
    return tuple(posts)


def site_posts() -> tuple[PostPlan, ...]:
    """Who keeps the sites running: 4 seats."""
    return tuple(
        PostPlan(f"{code}-FS-01", f"Site Services Manager, {name}", "M2", code, f"OPS-PD-0{number}", "management")
        for number, (code, name, _size) in enumerate(PLANTS, start=1)
    )


PLANT_WORK: tuple[tuple[str, str, str, int, str], ...] = (
    ("OP", "Machine Operator", "W2", 48, "MA-01"),
    ("AO", "Assembly Operator", "W2", 58, "AS-01"),
    ("FO", "Foundry Worker", "W2", 22, "MA-01"),
    ("TL", "Team Leader", "W4", 10, "SH-01"),
    ("MT", "Maintenance Technician", "W3", 11, "FS-01"),
    ("ME", "Maintenance Engineer", "S2", 4, "FS-01"),
    ("QI", "Quality Inspector", "W3", 8, "AS-01"),
    ("PT", "Process Technician", "W3", 7, "MA-01"),
    ("TO", "Toolmaker", "W4", 5, "MA-01"),
    ("EL", "Electrician", "W3", 5, "FS-01"),
    ("WH", "Warehouse Clerk", "W2", 8, "LO-01"),
    ("DR", "Forklift Driver", "W2", 8, "LO-01"),
    ("PP", "Production Planner", "S2", 3, "LO-01"),
    ("FE", "Facilities Engineer", "S3", 1, "FS-01"),
    ("OX", "Operations Excellence Lead", "M3", 1, "PD"),
    ("RL", "Reliability Lead", "S3", 1, "FS-01"),
    ("SO", "Safety Officer", "S2", 2, "PD"),
    ("HM", "HSE Manager", "M2", 1, "PD"),
    ("HP", "People Partner", "S3", 1, "PD"),
    ("PC", "Plant Accountant", "S2", 2, "PD"),
    ("AP", "Apprentice", "W1", 9, "SH-01"),
)

FUNCTION_WORK: tuple[tuple[str, str, str, str, int, str], ...] = (
    ("PRE-EN-01", "Process Engineer", "S2", "PRE", 9, "ENG-PE-01"),
    ("PRE-SE-01", "Senior Process Engineer", "S3", "PRE", 5, "ENG-PE-01"),
    ("TOO-LD-01", "Tooling Lead", "S3", "TOO", 3, "TOO-TM-01"),
    ("TOO-DE-01", "Tool Designer", "S2", "TOO", 5, "TOO-TM-01"),
    ("MAT-SP-01", "Metallurgy Specialist", "S3", "MAT", 3, "MAT-CM-01"),
    ("MAT-LA-01", "Laboratory Technician", "W4", "MAT", 4, "MAT-CM-01"),
    ("AUT-CE-01", "Controls Engineer", "S2", "AUT", 8, "AUT-HD-01"),
    ("AUT-SE-01", "Senior Controls Engineer", "S3", "AUT", 4, "AUT-HD-01"),
    ("AUT-TL-01", "Robotics Team Lead", "S3", "AUT", 2, "AUT-RB-01"),
    ("PRD-DE-01", "Design Engineer", "S2", "PRD", 12, "PRD-HD-01"),
    ("PRD-SD-01", "Senior Design Engineer", "S3", "PRD", 8, "PRD-HD-01"),
    ("PRD-TE-01", "Test Engineer", "S2", "PRD", 6, "PRD-TS-01"),
    ("PRD-PM-01", "Project Manager", "M2", "PRD", 4, "PRD-HD-01"),
    ("QUA-EN-01", "Quality Engineer", "S2", "QUA", 8, "QUA-HD-01"),
    ("QUA-CL-01", "Customer Quality Lead", "S3", "QUA", 2, "QUA-HD-01"),
    ("QUA-SQ-01", "Supplier Quality Manager", "M2", "QUA", 2, "QUA-HD-01"),
    ("QUA-AU-01", "Quality Auditor", "S2", "QUA", 3, "QUA-CO-01"),
    ("SUP-BU-01", "Buyer", "S2", "SUP", 7, "SUP-HD-01"),
    ("SUP-SB-01", "Senior Buyer", "S3", "SUP", 4, "SUP-HD-01"),
    ("SUP-PN-01", "Planner", "S2", "SUP", 6, "SUP-PL-01"),
    ("SUP-CU-01", "Customs Specialist", "S2", "SUP", 2, "SUP-TR-01"),
    ("FIN-FM-01", "Finance Manager", "M2", "FIN", 3, "FIN-GC-01"),
    ("FIN-AC-01", "Accountant", "S2", "FIN", 9, "FIN-GC-01"),
    ("FIN-AN-01", "Financial Analyst", "S2", "FIN", 5, "FIN-GC-01"),
    ("FIN-IA-02", "Internal Auditor", "S3", "FIN", 3, "FIN-IA-01"),
    ("COM-KM-01", "Key Account Manager", "M2", "COM", 6, "COM-KA-01"),
    ("COM-SE-01", "Sales Engineer", "S2", "COM", 9, "COM-CC-01"),
    ("COM-ST-01", "Service Technician", "W4", "COM", 10, "COM-SV-01"),
    ("COM-OF-01", "Offer Engineer", "S2", "COM", 5, "COM-TE-01"),
    ("COM-MK-01", "Market Analyst", "S2", "COM", 2, "COM-PR-01"),
    ("PPL-PA-01", "People Adviser", "S2", "PPL", 4, "PPL-CP-01"),
    ("PPL-LD-01", "Learning Specialist", "S3", "PPL", 3, "PPL-HT-01"),
    ("PPL-PY-01", "Payroll Specialist", "S2", "PPL", 3, "PPL-HR-01"),
    ("INF-SA-01", "Systems Administrator", "S2", "INF", 5, "INF-HD-01"),
    ("INF-DE-01", "Application Developer", "S2", "INF", 6, "INF-HD-01"),
    ("INF-SU-01", "Service Desk Analyst", "W4", "INF", 5, "INF-HD-01"),
    ("LEG-CO-01", "Counsel", "S4", "LEG", 2, "LEG-HD-01"),
    ("LEG-CA-01", "Communications Adviser", "S2", "LEG", 3, "LEG-CM-01"),
    ("HSE-AD-01", "HSE Adviser", "S3", "HSE", 2, "HSE-HD-01"),
    ("HSE-EN-01", "Environmental Engineer", "S2", "HSE", 2, "HSE-HD-01"),
    ("OPS-LC-01", "Lean Coach", "S3", "OPS", 3, "OPS-CO-01"),
)


def plant_work_posts() -> tuple[PostPlan, ...]:
    posts: list[PostPlan] = []
    for number, (code, name, size) in enumerate(PLANTS, start=1):
        for short, title, grade, seats, superior in PLANT_WORK:
            above = f"OPS-PD-0{number}" if superior == "PD" else f"{code}-{superior}"
            scaled = max(1, round(seats * size))
            posts.append(PostPlan(f"{code}-{short}", f"{title}, {name}", grade, code, above, "general", scaled))
    return tuple(posts)


def function_work_posts() -> tuple[PostPlan, ...]:
    return tuple(
        PostPlan(code, title, grade, unit, above, "general", seats)
        for code, title, grade, unit, seats, above in FUNCTION_WORK
    )


def all_posts() -> tuple[PostPlan, ...]:
    """Every post, superiors before those who report to them."""
    key = [post for posts in KEY_POSTS.values() for post in posts]
    posts = [*LEADERSHIP, *key, *section_posts(), *site_posts(), *plant_work_posts(), *function_work_posts()]
    placed: dict[str, PostPlan] = {}
    while len(placed) < len(posts):
        for post in posts:
            if post.code not in placed and (post.reports_to is None or post.reports_to in placed):
                placed[post.code] = post
    return tuple(placed.values())
