"""Competencies and what posts require.

O*NET states for each occupation and skill a level from 0 to 7 and an importance from 1 to 5. Ours: level
1 + level x 4 / 7, rounded, so that 0 is 1 and 7 is 5; weight = importance, rounded; what is a must-have people decide.
All skills become competencies. The option `occupations` (codes or titles) chooses whose profiles are taken: they become
the requirement profiles of the open posts of the same code or title; for an occupation without such a post one without
seats is made in the unit `unit`. Without the option, those occupations are taken for which a post stands.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from succession.organisation.imports.work import Work

from .competencies import Competencies
from .profiles import Profiles, plain_rows
from .skills import SkillsImport


def scaled_level(value: Decimal) -> int:
    """0 to 7 becomes 1 to 5, half up."""
    return int((1 + value * 4 / 7).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def scaled_weight(importance: Decimal) -> int:
    """1 to 5 stays 1 to 5, half up."""
    return min(max(int(importance.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 1), 5)


def run(work: Work) -> None:
    competencies = Competencies(work)
    profiles = Profiles(work, competencies)
    if work.has("skills"):
        work.notes.append(
            _(
                "O*NET levels 0–7 become 1 + level × 4 ÷ 7, rounded; importance 1–5 becomes the weight, rounded. Must-haves are left to you."
            )
        )
        SkillsImport(work, competencies, profiles, level=scaled_level, weight=scaled_weight).run()
    if work.has("requirements"):
        plain_rows(work, competencies, profiles)
