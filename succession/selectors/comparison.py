"""Some candidates side by side for one post: who is stronger in what, whether it lasts, what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from candidates.fit import Fit, FitPart, Required, fit_of
from candidates.selectors.fit import levels_of, requirements_of
from candidates.stability import Lift, Place, PutAbove, ranking_stability, what_would_put_above
from succession.organisation import formats
from succession.organisation.models import Competency, Position, User

from .candidate import CandidateRead, Named, read_candidates

AT_MOST = 5
TELLING = 0.005  # a place met more rarely is not told


@dataclass(frozen=True)
class Compared:
    """One candidate of the comparison."""

    who: CandidateRead
    fit: Fit
    place: Place
    order: str

    def part(self, competency: int) -> FitPart:
        return next(part for part in self.fit.parts if part.competency == competency)

    def named_for(self, position: int) -> Named | None:
        return next((each for each in self.who.named if each.position == position), None)

    def also(self, position: int) -> list[str]:
        """Other posts they are named for."""
        return [each.title for each in self.who.named if each.position != position]

    @property
    def places(self) -> list[tuple[int, float]]:
        """The places they take when weights move, most frequent first, with their shares."""
        told = [(place, share) for place, share in self.place.shares.items() if share >= TELLING]
        return sorted(told, key=lambda each: -each[1])


@dataclass(frozen=True)
class Line:
    """A required competency over all who are compared."""

    required: Required
    name: str
    best: frozenset[int]


@dataclass(frozen=True)
class Comparison:
    """`people` by fit, best first; `lines` must-haves first, then by weight."""

    people: list[Compared]
    lines: list[Line]
    best: frozenset[int]


def compare(user: User, position: Position, keys: list[int], *, on: date) -> Comparison:
    """Candidates the reader may see, for a post whose succession they may read. Four statements."""
    read = read_candidates(user, list(dict.fromkeys(keys))[:AT_MOST], on=on)
    asked = requirements_of(user, [position.pk]).get(position.pk, [])
    levels = levels_of(user, [each.pk for each in read])
    names = dict(Competency.objects.filter(pk__in=[one.competency for one in asked]).values_list("pk", "name"))
    fits = {each.pk: fit_of(levels.get(each.pk, {}), asked) for each in read}
    read.sort(key=lambda each: (-(fits[each.pk].fit or 0), each.name, each.pk))
    places = ranking_stability([levels.get(each.pk, {}) for each in read], asked) if asked and read else []
    people: list[Compared] = []
    for each, place in zip(read, places, strict=False):
        above = people[-1].who if people else None
        order = _order(levels, each, above, asked, names) if above else ""
        people.append(Compared(each, fits[each.pk], place, order))
    lines = [Line(one, names[one.competency], _strongest(people, one)) for one in _in_order(asked)]
    return Comparison(people, lines, _at_the_top({each.who.pk: each.fit.fit or 0 for each in people}))


def _in_order(asked: list[Required]) -> list[Required]:
    return sorted(asked, key=lambda one: (not one.must_have, -float(one.weight), one.competency))


def _strongest(people: list[Compared], one: Required) -> frozenset[int]:
    return _at_the_top({each.who.pk: each.part(one.competency).level or 0 for each in people})


def _at_the_top(values: Mapping[int, float]) -> frozenset[int]:
    """Who leads; nobody where all stand alike."""
    if len(set(values.values())) < 2:  # noqa: PLR2004 -- two that differ
        return frozenset()
    top = max(values.values())
    return frozenset(pk for pk, value in values.items() if value == top)


def _order(
    levels: Mapping[int, Mapping[int, float]],
    lower: CandidateRead,
    upper: CandidateRead,
    asked: list[Required],
    names: Mapping[int, str],
) -> str:
    """What would put someone above the one who stands just above them, in words."""
    found = what_would_put_above(levels.get(lower.pk, {}), levels.get(upper.pk, {}), asked)
    return _in_words(found, upper.name, names)


def _in_words(found: PutAbove, upper: str, names: Mapping[int, str]) -> str:
    told = {"upper": upper}
    if found.is_above:
        return ""
    if found.alone:
        return _("Passes %(upper)s with %(lift)s") % (told | {"lift": _lifted(found.alone[0], names)})
    if found.by_must_haves:
        return _("Passes %(upper)s once all must-haves are met") % told
    if found.fewest:
        lifts = ", ".join(_lifted(lift, names) for lift in found.fewest)
        return _("Passes %(upper)s with %(lifts)s") % (told | {"lifts": lifts})
    if found.weights:
        other = found.weights[0]
        return _("Stands level with %(upper)s if %(competency)s weighs %(needed)s instead of %(weight)s") % (
            told
            | {
                "competency": names[other.competency],
                "needed": formats.level(other.needed),
                "weight": f"{other.weight:g}",
            }
        )
    return _("Stays below %(upper)s even with everything met") % told


def _lifted(lift: Lift, names: Mapping[int, str]) -> str:
    return _("%(competency)s at %(level)s") % {"competency": names[lift.competency], "level": formats.level(lift.to)}
