"""The people whom the tour of the demonstration company meets by name."""

CAST: dict[str, tuple[str, ...]] = {
    "GRP-CE-01": ("Rosalind Thorne",),
    "OPS-CO-01": ("Ingrid Solheim",),
    "ENG-CT-01": ("Anneliese Brandt",),
    "FIN-CF-01": ("Edmund Achterberg",),
    "COM-CC-01": ("Paloma Estévez",),
    "PPL-CP-01": ("Amara Diallo",),
    "PPL-HT-01": ("Priya Raman",),
    "OPS-PD-01": ("Margaret Okafor",),
    "OPS-PD-02": ("Tomáš Novotný",),
    "OPS-PD-03": ("Chen Wei",),
    "OPS-PD-04": ("Arjun Mehta",),
    "OPS-PM-10": ("Daniel Osei", "Li Na", "Radovan Hlaváček"),
    "MNT-MM-01": ("Ewa Zielińska",),
    "HSE-HD-01": ("Kwame Boateng",),
    "QUA-HD-01": ("Hiroshi Tanaka",),
    "QUA-QM-01": ("Zhang Jun", "Orsolya Bánki"),
    "ENG-PE-01": ("Fatima El Idrissi",),
    "TOO-TM-01": ("Pavel Dvořák",),
    "MAT-CM-01": ("Olga Petrenko",),
    "AUT-HD-01": ("Johan Lindqvist",),
    "SUP-HD-01": ("Lucía Fernández",),
    "SUP-PL-01": ("Clara Lemaire",),
    "PRD-NP-01": ("Dimitra Kosta",),
    "FIN-GC-01": ("Siobhán Gallagher",),
    "COM-KA-01": ("Rafael Monteiro",),
    "TAR-SH-01": ("Aisha Rahman", "Gareth Penhallow"),
    "TAR-AS-01": ("Samuel Adeyemi",),
    "TAR-MA-01": ("Mateo Vargas",),
    "TAR-RL": ("Pilar Soto",),
    "TAR-FE": ("Oskar Nyström",),
    "TAR-TL": ("Grace Nyambura",),
    "BRN-OX": ("Katarína Horváthová",),
    "BRN-ME": ("Jakub Marek",),
    "BRN-HM": ("Nadia Haddad",),
    "BRN-LO-01": ("Petr Svoboda",),
    "BRN-SH-01": ("Ivana Vuković",),
    "SUZ-AS-01": ("Wang Xiu",),
    "PUN-OX": ("Anjali Kulkarni",),
    "PUN-HM": ("Kofi Mensah",),
    "PUN-SH-01": ("Thandiwe Nkosi",),
    "OPS-LC-01": ("Rohan Bhatt",),
    "FIN-FM-01": ("Elif Mutlu",),
    "INF-SA-01": ("Marek Kowalczyk",),
    "MAT-SP-01": ("Hồ Ngọc Anh",),
    "QUA-SQ-01": ("Mei Wong",),
    "QUA-CL-01": ("Seán O’Rourke",),
    "AUT-TL-01": ("Tariq Aziz",),
}

# Whose accounts `make demo` opens: user name -> the person, where the role is held by an employee.
ACCOUNTS: dict[str, str] = {
    "hr": "Priya Raman",
    "head": "Ingrid Solheim",
    "committee": "Amara Diallo",
    "assessor": "Rohan Bhatt",
    "employee": "Jakub Marek",
}

# Seats about to open: post, seat's holder, days until, source, note.
LEAVING: tuple[tuple[str, str, int, str, str], ...] = (
    ("COM-KA-01", "Rafael Monteiro", 76, "entered", "Gave notice"),
    ("QUA-HD-01", "Hiroshi Tanaka", 135, "entered", "Retirement"),
    ("OPS-PD-01", "Margaret Okafor", 165, "entered", "Retirement"),
    ("MAT-CM-01", "Olga Petrenko", 318, "entered", "Retirement"),
    ("OPS-PD-04", "Arjun Mehta", 441, "entered", "Retirement"),
    ("SUP-HD-01", "Lucía Fernández", 502, "entered", "Moves to another company of the group"),
)


def sort_name(name: str) -> str:
    """Family name first, for those of the cast who write it last."""
    if name in {"Chen Wei", "Li Na", "Zhang Jun", "Wang Xiu", "Hồ Ngọc Anh"}:
        return name
    given, _, family = name.partition(" ")
    return f"{family}, {given}"
