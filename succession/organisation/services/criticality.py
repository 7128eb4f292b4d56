"""Rating how critical posts are, and deciding which are key posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from succession.organisation import audit, outbox
from succession.organisation.choices import CriticalityFactor, PositionClass
from succession.organisation.criticality import InvalidScores, criticality
from succession.organisation.errors import Invalid, NeedsReason
from succession.organisation.models import CriticalityRating, Policy, Position, User
from succession.organisation.reasons import require_reason
from succession.organisation.selectors.policies import policy_in_force

PROBLEMS = {
    "unknown_factor": gettext_lazy("%(factor)s is not a factor."),
    "missing_score": gettext_lazy("%(factor)s has no score."),
    "not_a_level": gettext_lazy("%(factor)s is scored from 1 to 5."),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What scores say about a post: the score, what each factor adds to it, and the class it is proposed for."""

    score: Decimal
    shares: dict[str, float]
    position_class: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One line of the bulk screen: a post, its scores, the class decided (none: as proposed) and why."""

    position: Position
    scores: Mapping[str, int]
    decided_class: str | None = None
    reason: str = ""


class RowsRefused(Invalid):
    """Some lines of a bulk act cannot be: nothing was changed. `rows` has a sentence for each, by the post's id."""

    code = "rows_refused"

    def __init__(self, rows: Mapping[int, str]) -> None:
        super().__init__(_("Nothing was changed: some lines need your attention."))
        self.rows = dict(rows)


def propose_class(position: Position, scores: Mapping[str, int], policy: Policy) -> Proposal:
    """Weigh the scores under a policy: at or above its threshold key, else management where others report to the post.

    Refuses scores that are missing, not from 1 to 5, or for no factor of ours.
    """
    try:
        result = criticality(scores, policy.criticality_weights, policy.criticality_threshold)
    except InvalidScores as error:
        raise Invalid(_sentence(error), field="scores") from error
    shares = {factor: float(share) for factor, share in result.shares.items()}
    if result.is_proposed_key:
        return Proposal(result.score, shares, PositionClass.KEY)
    leads = position.reports.filter(closed_on__isnull=True).exists()
    return Proposal(result.score, shares, PositionClass.MANAGEMENT if leads else PositionClass.GENERAL)


@transaction.atomic
def rate_criticality(
    position: Position,
    scores: Mapping[str, int],
    *,
    actor: User | None,
    decided_class: str | None = None,
    reason: str = "",
) -> CriticalityRating:
    """Score a post and decide its class, as proposed unless told otherwise; each rating is a new version.

    The post's row is locked first. A class other than the proposed one needs a reason. Refuses scores that make none.
    """
    return _rate(Rating(position, scores, decided_class, reason), policy_in_force(), actor=actor)


@transaction.atomic
def rate_criticalities(ratings: Iterable[Rating], *, actor: User | None) -> list[CriticalityRating]:
    """Rate several posts, all or none. Refuses with a sentence for each line that cannot be."""
    policy = policy_in_force()
    done, refused = [], {}
    for rating in sorted(ratings, key=lambda rating: rating.position.pk):
        try:
            done.append(_rate(rating, policy, actor=actor))
        except Invalid as refusal:
            refused[rating.position.pk] = str(refusal)
    if refused:
        raise RowsRefused(refused)
    return done


def _rate(rating: Rating, policy: Policy, *, actor: User | None) -> CriticalityRating:
    position = Position.objects.select_for_update(no_key=True).get(pk=rating.position.pk)
    proposal = propose_class(position, rating.scores, policy)
    decided = rating.decided_class or proposal.position_class
    reason = _reason(rating.reason, differs=decided != proposal.position_class)
    if decided not in PositionClass.values:
        raise Invalid(_("Choose key, management or general."), field="decided_class")
    last = position.criticality_ratings.order_by("-version").first()
    with audit.acting(actor, "rate_criticality", reason=reason):
        row = CriticalityRating.objects.create(
            position=position,
            version=last.version + 1 if last else 1,
            scores=dict(rating.scores),
            score=proposal.score,
            policy=policy,
            proposed_class=proposal.position_class,
            decided_class=decided,
            reason=reason,
            rated_by=actor,
        )
        before, after = audit.changed(position, {"criticality": proposal.score, "position_class": decided})
        if after:
            position.save(update_fields=list(after))
    audit.record(
        "rate_criticality",
        position,
        actor=actor,
        before=before | {"scores": last.scores if last else None},
        after=after | {"scores": row.scores, "proposed_class": row.proposed_class, "version": row.version},
        reason=reason,
    )
    outbox.announce("position_changed", position=position.pk)
    return row


def _reason(text: str, *, differs: bool) -> str:
    if differs:
        try:
            return require_reason(text)
        except NeedsReason as refusal:
            raise Invalid(
                _("A class other than the proposed one needs a reason of at least 20 characters."), field="reason"
            ) from refusal
    return text.strip()


def _sentence(error: InvalidScores) -> str:
    factors = dict(CriticalityFactor.choices)
    factor, code = min(error.problems.items())
    problem = PROBLEMS.get(code)
    if problem is None:
        return _("The weights of the policy in force make no score.")
    return problem % {"factor": factors.get(factor, factor)}
