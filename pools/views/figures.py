"""A pool's figures as one sum, each with how it was worked out."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from pools.choices import PoolKind
from pools.models import EchelonPool
from pools.selectors.demand import Equation
from pools.selectors.figures import Figures
from succession.organisation import formats
from succession.organisation.interface.addresses import address


class Formula(NamedTuple):
    """How a figure was worked out, as the small f beside it tells."""

    id: str
    name: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    version: int
    computed_at: datetime | None
    stale: bool
    url: str = ""


class Term(NamedTuple):
    """One figure of the sum, as the equation bar draws it."""

    label: str
    value: str
    op: str = ""
    unit: str = ""
    url: str = ""
    tone: str = ""
    apart: bool = False
    push: bool = False
    formula: Formula | None = None


def equation_terms(pool: EchelonPool, figures: Figures, equation: Equation | None) -> tuple[Term, ...]:
    """Seats + planned − closing = demand × ratio = capacity, then who fills it. `equation`: as it stands this moment."""
    counted = [
        Term(
            apart=True,
            push=True,
            label=_("Counted people"),
            value=formats.thousands(figures.filled),
            unit=_("of %(n)s in the pool") % {"n": formats.thousands(figures.members)},
            formula=_formula(
                figures,
                "counted",
                _("Counted people"),
                _("People in the pool who are active, have not declined, and whose evidence is fresh."),
                [
                    (_("In the pool"), figures.members),
                    (_("Ready now"), figures.ready_now),
                    (_("1–3 years"), figures.years_1_3),
                    (_("4–5 years"), figures.years_4_5),
                ],
            ),
        ),
        Term(
            apart=True,
            label=_("Short") if not figures.surplus else _("Above"),
            value=formats.thousands(figures.gap or figures.surplus),
            tone="orange" if figures.gap else "violet" if figures.surplus else "teal",
        ),
    ]
    if pool.kind == PoolKind.RESERVE:
        return Term(label=_("Target"), value=formats.thousands(figures.capacity), unit=_("people")), *counted
    return *_demand(pool, figures, equation), *counted, *_true(figures)


def _demand(pool: EchelonPool, figures: Figures, equation: Equation | None) -> list[Term]:
    source = equation or figures
    overridden = equation.overridden if equation else 0
    demand_url = address("pool_demand", pool.pk)
    return [
        Term(label=_("Seats today"), value=formats.thousands(source.seats), url=demand_url),
        Term(op="+", label=_("Planned"), value=formats.thousands(source.planned), url=demand_url),
        Term(op="−", label=_("Closing"), value=formats.thousands(source.closing), url=demand_url),
        Term(
            op="≠" if overridden else "=",
            label=_("Demand, set by hand") if overridden else _("Total demand"),
            value=formats.thousands(source.demand),
            url=demand_url,
        ),
        Term(op="×", label=_("Ratio"), value=f"{source.ratio.normalize():f}" if source.ratio else formats.DASH),
        Term(
            op="=",
            label=_("Capacity"),
            value=formats.thousands(source.capacity),
            unit=_("slots"),
        ),
    ]


def _true(figures: Figures) -> list[Term]:
    overlap = formats.level(float(figures.overlap)) if figures.overlap is not None else formats.DASH
    return [
        Term(
            apart=True,
            label=_("Truly covered"),
            value=formats.thousands(figures.seats_true),
            unit=_("of %(n)s seats") % {"n": formats.thousands(figures.seats)},
            formula=_formula(
                figures,
                "true",
                _("Truly covered"),
                _(
                    "The largest number of seats that can be filled at once, each by a different counted person named for its post."
                ),
                [
                    (_("Seats today"), figures.seats),
                    (_("Seats with someone named"), figures.seats_named),
                    (_("Seats with someone counted"), figures.seats_counted),
                    (_("Truly covered"), figures.seats_true),
                    (_("Of these ready now"), figures.seats_true_ready_now),
                ],
            ),
        ),
        Term(apart=True, label=_("Overlap"), value=overlap, unit=_("names per person")),
    ]


def _formula(figures: Figures, key: str, name: str, formula: str, inputs: list[tuple[str, int]]) -> Formula:
    return Formula(
        id=f"pool-{key}",
        name=name,
        formula=formula,
        inputs=tuple((label, formats.thousands(value)) for label, value in inputs),
        version=figures.formula_version,
        computed_at=figures.computed_at,
        stale=figures.stale,
    )
