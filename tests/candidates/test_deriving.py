"""The profile kept of a candidate: derived from final assessments, when one is finalised and as evidence ages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from candidates import deriving
from candidates.evidence import as_ratings, ratings_in, read_instruments, settings_of
from candidates.models import Assessment, ProfileLevel
from candidates.profile import profile_of
from succession.organisation import outbox
from succession.organisation.models import AuditEvent, OutboxMessage
from succession.organisation.months import months_later
from tests.candidates.assessed import assess, instrument
from tests.factories import CandidateFactory, CompetencyFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST_MONTH = TODAY - timedelta(days=30)


def kept(candidate):
    return {
        row.competency_id: (row.level, row.spread, row.newest_on, row.fresh_until)
        for row in ProfileLevel.objects.filter(candidate=candidate)
    }


def test_levels_follow_the_scale_of_the_instrument():
    candidate, skill = CandidateFactory(evidence_on=None), CompetencyFactory()
    centre = instrument(scale_low=0, scale_high=10, half_life_months=12)
    assess(candidate, centre, {skill: [5, 10]}, on=LAST_MONTH)
    assert deriving.derive_profile(candidate) == 1
    stale_from = months_later(LAST_MONTH, 12) + timedelta(days=1)
    assert kept(candidate) == {skill.pk: (Decimal("4.000"), Decimal("1.000"), LAST_MONTH, stale_from)}


def test_drafts_and_corrected_versions_do_not_count():
    candidate, skill = CandidateFactory(), CompetencyFactory()
    talk = instrument()
    first = assess(candidate, talk, {skill: [2]}, on=LAST_MONTH)
    assess(candidate, talk, {skill: [5]}, on=TODAY, state="draft")
    deriving.derive_profile(candidate)
    assert [row[0] for row in kept(candidate).values()] == [2]
    assess(candidate, talk, {skill: [4]}, on=LAST_MONTH, replaces=first)
    deriving.derive_profile(candidate)
    assert [row[0] for row in kept(candidate).values()] == [4]


def test_a_second_run_changes_nothing():
    candidate = CandidateFactory()
    assess(candidate, instrument(), {CompetencyFactory(): [3, 4], CompetencyFactory(): [1, 2]}, on=LAST_MONTH)
    assert deriving.derive_profile(candidate) == 2
    before = list(ProfileLevel.objects.order_by("pk").values())
    assert deriving.derive_profile(candidate) == 0
    assert list(ProfileLevel.objects.order_by("pk").values()) == before


def test_what_rests_on_nothing_any_more_is_taken_out():
    candidate, skill = CandidateFactory(), CompetencyFactory()
    talk = instrument()
    assess(candidate, talk, {skill: [3]}, on=LAST_MONTH)
    deriving.derive_profile(candidate)
    talk.rater_groups.update(weight=0)
    assert deriving.derive_profile(candidate) == 1
    assert kept(candidate) == {}


def test_levels_move_as_evidence_ages():
    candidate, skill = CandidateFactory(), CompetencyFactory()
    assess(candidate, instrument(half_life_months=6), {skill: [5]}, on=LAST_MONTH)
    assess(candidate, instrument(half_life_months=60), {skill: [2]}, on=LAST_MONTH)
    deriving.derive_profile(candidate)
    now = kept(candidate)[skill.pk][0]
    assert deriving.derive_all(on=TODAY + timedelta(days=400)) == 1
    assert kept(candidate)[skill.pk][0] < now


def test_many_at_once_are_derived_as_each_alone():
    skills = [CompetencyFactory() for _ in range(3)]
    tools = [instrument(), instrument(scale_high=7, half_life_months=6)]
    people = [CandidateFactory() for _ in range(4)]
    for number, candidate in enumerate(people):
        for tool in tools:
            scores = {skill: [1 + (number + place) % 5, 3] for place, skill in enumerate(skills[: number + 1])}
            assess(candidate, tool, scores, on=TODAY - timedelta(days=100 * number))
    deriving.derive_profiles([candidate.pk for candidate in people])
    instruments = read_instruments()
    for candidate in people:
        rows = ratings_in(Assessment.objects.current().filter(candidate=candidate))
        alone = profile_of(as_ratings(rows, instruments)[candidate.pk], settings_of(instruments), TODAY)
        assert {pk: float(row[0]) for pk, row in kept(candidate).items()} == {
            pk: found.level for pk, found in alone.items()
        }


@pytest.mark.parametrize("people", [1, 3])
def test_deriving_costs_the_same_for_one_and_for_three(people, django_assert_num_queries):
    talk, skill = instrument(), CompetencyFactory()
    found = [CandidateFactory(evidence_on=TODAY) for _ in range(people)]
    for candidate in found:
        assess(candidate, talk, {skill: [3]}, on=LAST_MONTH)
    # Instruments, their groups; savepoint and its release, people, ratings, what is kept, delete, write, newest.
    with django_assert_num_queries(9):
        deriving.derive_profiles([candidate.pk for candidate in found])


def test_what_was_announced_is_derived_once():
    candidate, other = CandidateFactory(), CandidateFactory()
    talk, skill = instrument(), CompetencyFactory()
    for one in (candidate, other):
        assess(one, talk, {skill: [3]}, on=LAST_MONTH)
    outbox.announce("assessment_finalised", candidate=candidate.pk, assessment=1)
    assert deriving.follow() == 1
    assert (len(kept(candidate)), len(kept(other))) == (1, 0)
    outbox.announce("instrument_changed", instrument=talk.pk)
    assert deriving.follow() == 1
    assert not OutboxMessage.objects.filter(consumer=deriving.CONSUMER).exists()
    assert deriving.follow() == 0


def test_newer_evidence_is_written_down_for_the_pools():
    candidate = CandidateFactory(evidence_on=date(2020, 1, 1))
    assess(candidate, instrument(), {CompetencyFactory(): [3]}, on=LAST_MONTH)
    deriving.derive_profile(candidate)
    candidate.refresh_from_db()
    assert candidate.evidence_on == LAST_MONTH
    assert AuditEvent.objects.get(verb="record_evidence").object_id == candidate.pk
    assert OutboxMessage.objects.filter(kind="evidence_changed", payload__candidate=candidate.pk).count() == 1
    deriving.derive_profile(candidate)
    assert AuditEvent.objects.filter(verb="record_evidence").count() == 1
