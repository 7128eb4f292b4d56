"""Who holds which seat, from when until when, and when they are expected to leave."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from succession.organisation import audit, outbox
from succession.organisation.choices import LeavingSource
from succession.organisation.constraints import explained
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import Employee, Incumbency, Position, User
from succession.organisation.reasons import require_reason
from succession.organisation.selectors.policies import policy_in_force

from .employees import move_to_unit
from .values import require_length


@explained()
@transaction.atomic
def start_incumbency(
    position: Position,
    employee: Employee | None,
    *,
    from_: date,
    actor: User | None,
    seat: int | None = None,
    acting: bool = False,
    concurrent: bool = False,
    reason: str = "",
) -> Incumbency:
    """Put someone on a seat from a day on: the lowest free one unless a seat is named; no employee = undisclosed holder.

    The post's row is locked first: of two people for the last free seat, the second is refused. Refuses a closed post, a
    seat that is not authorised or not free from that day on, someone who has left, and a second permanent post unless
    `concurrent`. Whoever takes a permanent post belongs to its unit from then on.
    """
    position = Position.objects.select_for_update(no_key=True).get(pk=position.pk)
    employee = Employee.objects.select_for_update(no_key=True).get(pk=employee.pk) if employee else None
    _refuse_closed(position, from_)
    if employee:
        _refuse_absent(employee, from_)
    seat = _seat(position, seat, from_, acting=acting)
    with audit.acting(actor, "start_incumbency", reason=reason):
        incumbency = Incumbency.objects.create(
            position=position, seat=seat, employee=employee, starts_on=from_, acting=acting, concurrent=concurrent
        )
        if employee and not acting and not concurrent and from_ <= timezone.localdate():
            move_to_unit(employee, position.org_unit, from_)
    after = {
        "incumbency": incumbency.pk,
        "employee": employee.pk if employee else None,
        "seat": seat,
        "from": from_,
        "acting": acting,
    }
    audit.record("start_incumbency", position, actor=actor, after=after, reason=reason)
    _announce(incumbency)
    return incumbency


@explained()
@transaction.atomic
def end_incumbency(incumbency: Incumbency, on: date, *, reason: str, actor: User | None) -> Incumbency:
    """End a holding: `on` is the first day on which the seat is free. Needs a reason.

    An end that lies ahead may be moved; one that has come stands. Refuses an end before the beginning.
    """
    reason = require_length(require_reason(reason), field="reason", longest=300)
    incumbency = Incumbency.objects.select_for_update(no_key=True).get(pk=incumbency.pk)
    if incumbency.ends_on and incumbency.ends_on <= timezone.localdate():
        raise Refusal(_("This holding has already ended."), code="incumbency_ended")
    if on < incumbency.starts_on:
        raise Invalid(_("The end lies before the beginning."), field="on")
    before, after = audit.changed(incumbency, {"ends_on": on, "end_reason": reason})
    with audit.acting(actor, "end_incumbency", reason=reason):
        incumbency.save(update_fields=["ends_on", "end_reason"])
    _record("end_incumbency", incumbency, before, after, actor=actor, reason=reason)
    _announce(incumbency)
    return incumbency


@explained()
@transaction.atomic
def set_expected_leaving(
    incumbency: Incumbency,
    on: date | None,
    *,
    actor: User | None,
    source: str = LeavingSource.ENTERED,
    note: str = "",
) -> Incumbency:
    """Write down when a holder is expected to leave, and how that is known; no day takes it back.

    Derived from age only where the policy in force names an age. Refuses a day before the holding begins, and a holding
    that has ended.
    """
    incumbency = Incumbency.objects.select_for_update(no_key=True).get(pk=incumbency.pk)
    if incumbency.ends_on and incumbency.ends_on <= timezone.localdate():
        raise Refusal(_("This holding has already ended."), code="incumbency_ended")
    if on is not None and on < incumbency.starts_on:
        raise Invalid(_("The day of leaving lies before the beginning."), field="on")
    if on is not None and source not in LeavingSource.values:
        raise Invalid(_("Choose where the date comes from."), field="source")
    if source == LeavingSource.DERIVED_FROM_AGE and policy_in_force().retirement_age is None:
        raise Refusal(_("The policy does not allow deriving a date of leaving from age."), code="age_is_not_used")
    values = {
        "expected_leaving_on": on,
        "expected_leaving_source": source if on else "",
        "expected_leaving_note": require_length(note.strip(), field="note", longest=200) if on else "",
    }
    before, after = audit.changed(incumbency, values)
    if after:
        with audit.acting(actor, "set_expected_leaving"):
            incumbency.save(update_fields=list(after))
        _record("set_expected_leaving", incumbency, before, after, actor=actor)
        _announce(incumbency)
    return incumbency


@transaction.atomic
def derive_leaving_from_age(*, actor: User | None) -> int:
    """Give every disclosed holder without a date the day they reach the policy's age; says how many were changed.

    Entered and imported dates stand. Refuses where the policy names no age.
    """
    age = policy_in_force().retirement_age
    if age is None:
        raise Refusal(_("The policy does not allow deriving a date of leaving from age."), code="age_is_not_used")
    today = timezone.localdate()
    holdings = list(
        Incumbency.objects.held_on(today)
        .permanent()
        .filter(Q(expected_leaving_on__isnull=True) | Q(expected_leaving_source=LeavingSource.DERIVED_FROM_AGE))
        .filter(employee__birth_date__isnull=False)
        .select_related("employee")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    changed = []
    for holding in holdings:
        born = holding.employee.birth_date if holding.employee else None
        on = _birthday(born, age) if born else None
        if on and on > today and on != holding.expected_leaving_on:
            holding.expected_leaving_on, holding.expected_leaving_source = on, LeavingSource.DERIVED_FROM_AGE
            changed.append(holding)
    with audit.acting(actor, "derive_leaving_from_age"):
        Incumbency.objects.bulk_update(changed, ["expected_leaving_on", "expected_leaving_source"], batch_size=500)
    days = {str(holding.pk): holding.expected_leaving_on for holding in changed}
    audit.record("derive_leaving_from_age", None, actor=actor, after={"incumbencies": days, "age": age})
    outbox.announce_many("incumbency_changed", [_payload(holding) for holding in changed])
    return len(changed)


def _seat(position: Position, seat: int | None, from_: date, *, acting: bool) -> int:
    """The named seat if it is authorised, else the lowest without a holder from that day on."""
    seats: int = Position.objects.with_seats(from_).values_list("seats", flat=True).get(pk=position.pk)  # type: ignore[misc]
    if seat is not None:
        if not 1 <= seat <= seats:
            raise Refusal(_no_such_seat(seats), code="no_such_seat")
        return seat
    taken = set(
        Incumbency.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=from_), position=position, acting=acting)
        .exclude(starts_on=F("ends_on"))
        .values_list("seat", flat=True)
    )
    free = next((number for number in range(1, seats + 1) if number not in taken), None)
    if free is None:
        raise Refusal(_no_such_seat(seats) if not seats else _("Every seat of this post is held."), code="no_free_seat")
    return free


def _no_such_seat(seats: int) -> str:
    if seats == 0:
        return _("This post has no seat on that day.")
    return ngettext("This post has %(n)d seat on that day.", "This post has %(n)d seats on that day.", seats) % {
        "n": seats
    }


def _refuse_closed(position: Position, on: date) -> None:
    if position.closed_on and position.closed_on <= on:
        raise Refusal(_("This post is closed."), code="position_closed")


def _refuse_absent(employee: Employee, on: date) -> None:
    if employee.left_on and employee.left_on <= on:
        raise Refusal(_("This person no longer works here on that day."), code="employee_left")


def _birthday(born: date, age: int) -> date:
    """The day someone reaches an age; born on 29 February: 1 March in common years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _record(
    verb: str, incumbency: Incumbency, before: dict, after: dict, *, actor: User | None, reason: str = ""
) -> None:
    which = {"incumbency": incumbency.pk, "employee": incumbency.employee_id, "seat": incumbency.seat}
    audit.record(verb, incumbency.position, actor=actor, before=which | before, after=which | after, reason=reason)


def _payload(incumbency: Incumbency) -> dict[str, int | None]:
    return {"position": incumbency.position_id, "employee": incumbency.employee_id}


def _announce(incumbency: Incumbency) -> None:
    outbox.announce("incumbency_changed", **_payload(incumbency))
