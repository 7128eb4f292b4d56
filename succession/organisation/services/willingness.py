"""Asking people in general whether they would move up, never naming a post, and taking down their answer."""

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from succession.organisation import audit, outbox
from succession.organisation.choices import Willingness
from succession.organisation.errors import Invalid, Refusal
from succession.organisation.models import User, WillingPerson
from succession.organisation.months import months_later
from succession.organisation.selectors.policies import policy_in_force

ANSWERS = (Willingness.AGREED, Willingness.NOT_NOW, Willingness.DECLINED)
Person = TypeVar("Person", bound=WillingPerson)


@transaction.atomic
def ask_willingness(person: Person, *, actor: User | None, on: date | None = None) -> Person:
    """Ask an employee or an external person. Refuses while an answer still holds."""
    on = on or timezone.localdate()
    person = _locked(person)
    if person.willingness in ANSWERS and (person.willingness_until is None or person.willingness_until >= on):
        raise Refusal(_("This person has answered, and the answer still holds."), code="answer_stands")
    return _write(
        person,
        {"willingness": Willingness.ASKED, "willingness_on": on, "willingness_until": None},
        verb="ask_willingness",
        actor=actor,
    )


@transaction.atomic
def answer_willingness(person: Person, answer: str, *, actor: User | None, on: date | None = None) -> Person:
    """Take down `agreed`, `not_now` or `declined`; it holds for as many months as the policy in force says.

    The same answer again is kept for another term. Refuses any other word.
    """
    if answer not in ANSWERS:
        raise Invalid(_("Choose one of the three answers."), field="willingness")
    on = on or timezone.localdate()
    person = _locked(person)
    until = months_later(on, policy_in_force().willingness_valid_months)
    return _write(
        person,
        {"willingness": Willingness(answer), "willingness_on": on, "willingness_until": until},
        verb="answer_willingness",
        actor=actor,
    )


def _locked(person: Person) -> Person:
    everyone = type(person)._default_manager  # noqa: SLF001 -- Django documents it
    return everyone.select_for_update(no_key=True).get(pk=person.pk)


def _write(person: Person, values: dict[str, object], *, verb: str, actor: User | None) -> Person:
    before, after = audit.changed(person, values)
    if after:
        with audit.acting(actor, verb):
            person.save(update_fields=list(after))
        audit.record(verb, person, actor=actor, before=before, after=after)
        outbox.announce("person_changed", **{str(person._meta.model_name): person.pk})
    return person
