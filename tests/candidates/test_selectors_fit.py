"""Profile and fit as a reader may know them; a whole table gives the figures of each pair."""

from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.deriving import derive_profiles
from candidates.fit import fit_of
from candidates.models import Candidate, ProfileLevel
from candidates.selectors.fit import fit_for, fits_of, levels_of, requirements_of
from candidates.selectors.profile import read_profile
from succession.organisation.models import Position, Reading
from tests.api.conftest import program
from tests.candidates.assessed import assess, instrument
from tests.factories import (
    CandidateFactory,
    CompetencyFactory,
    EmployeeFactory,
    IncumbencyFactory,
    PoolPositionFactory,
    PositionFactory,
    RequirementFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST_MONTH = TODAY - timedelta(days=30)


def keep(candidate, levels):
    """A profile as it was derived once."""
    ProfileLevel.objects.bulk_create(
        ProfileLevel(
            candidate=candidate,
            competency=skill,
            level=level,
            newest_on=LAST_MONTH,
            fresh_until=TODAY + timedelta(days=100),
            computed_at=timezone.now(),
            formula_version=1,
        )
        for skill, level in levels.items()
    )


def test_a_table_gives_the_fits_of_each_pair_to_the_last_bit(hr):
    skills = [CompetencyFactory() for _ in range(5)]
    posts = [PositionFactory() for _ in range(4)]
    for number, post in enumerate(posts[:3]):
        for place, skill in enumerate(skills[number:]):
            RequirementFactory(position=post, competency=skill, level=1 + (place + number) % 5, weight=1 + place % 5)
    people = [CandidateFactory() for _ in range(4)]
    for number, candidate in enumerate(people[:3]):
        keep(
            candidate,
            {skill: f"{1 + (number * 1.237 + place * 0.913) % 4:.3f}" for place, skill in enumerate(skills[1:])},
        )
    keys = [candidate.pk for candidate in people]
    table = fits_of(Candidate.objects.filter(pk__in=keys), Position.objects.all())
    levels, asked = levels_of(hr, keys), requirements_of(hr, [post.pk for post in posts])
    for candidate in keys:
        for post in posts:
            alone = fit_of(levels.get(candidate, {}), asked.get(post.pk, []))
            assert table.of(candidate, post.pk) == alone.fit == fit_for(hr, candidate, post.pk).fit
    assert table.of(keys[0], posts[3].pk) is None
    assert table.of(10**9, posts[0].pk) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_a_table_costs_the_same_for_one_and_for_three(rows, django_assert_num_queries):
    for _ in range(rows):
        keep(CandidateFactory(), {RequirementFactory().competency: 3})
    with django_assert_num_queries(3):  # people, requirements, levels
        assert fits_of(Candidate.objects.all(), Position.objects.all()).fits.shape == (rows, rows)


def test_a_level_opens_the_evidence_behind_it(hr, django_assert_num_queries):
    candidate, skill = CandidateFactory(), CompetencyFactory(name="Safety")
    centre, talk = instrument(half_life_months=12), instrument(kind="interview", half_life_months=12)
    assess(candidate, centre, {skill: [4, 2], CompetencyFactory(name="Zeal"): [1]}, on=LAST_MONTH)
    assess(candidate, talk, {skill: [5]}, on=LAST_MONTH)
    derive_profiles([candidate.pk])
    with django_assert_num_queries(5):  # who reads; levels, ratings, instruments, their groups
        best, _last = read_profile(hr, candidate.pk, on=TODAY)
    assert (best.name, best.level, best.is_fresh(TODAY)) == ("Safety", 4.0, True)
    assert [(piece.kind, piece.level, piece.ratings, piece.share) for piece in best.evidence] == [
        ("assessment_centre", 3.0, 2, 0.5),
        ("interview", 5.0, 1, 0.5),
    ]


def test_nobody_reads_what_they_may_not_see(hr, head, unit):
    skill, post = CompetencyFactory(), PositionFactory(org_unit=unit)
    RequirementFactory(position=post, competency=skill, level=4)
    mine, strange = CandidateFactory(employee__org_unit=unit), CandidateFactory()
    own = CandidateFactory(employee=head.employee)
    for candidate in (mine, strange, own):
        keep(candidate, {skill: 3})
    assert read_profile(head, mine.pk, on=TODAY)
    for candidate in (strange, own):
        assert read_profile(head, candidate.pk, on=TODAY) == []
        assert fit_for(head, candidate.pk, post.pk).fit == 0
    seat = IncumbencyFactory(employee=head.employee, position__org_unit=unit).position
    RequirementFactory(position=seat, competency=skill)
    assert requirements_of(type(head).objects.get(pk=head.pk), [seat.pk, post.pk]).keys() == {post.pk}


def test_the_api_tells_profile_and_fit(hr):
    candidate, skill, other = CandidateFactory(), CompetencyFactory(), CompetencyFactory()
    assess(candidate, instrument(), {skill: [3]}, on=LAST_MONTH)
    derive_profiles([candidate.pk])
    post = RequirementFactory(competency=skill, level=4, weight=3, must_have=True).position
    RequirementFactory(position=post, competency=other, level=2, weight=2)
    api = program(hr)
    (row,) = api.get(f"/api/v1/candidates/{candidate.pk}/profile/").json()["competencies"]
    assert (row["competency"], row["level"], row["as_of"], row["fresh"]) == (skill.pk, 3.0, f"{LAST_MONTH}", True)
    assert [(piece["level"], piece["share"]) for piece in row["evidence"]] == [(3.0, 1.0)]
    found = api.get(f"/api/v1/candidates/{candidate.pk}/fit/?position={post.pk}").json()
    assert found["fit"] == 100 * 9 / 16
    assert [(part["competency"], part["contribution"], part["unrated"]) for part in found["parts"]] == [
        (skill.pk, 100 * 9 / 16, False),
        (other.pk, 0.0, True),
    ]
    assert found["unmet_must_haves"] == [skill.pk]
    assert Reading.objects.filter(reader=hr, object_id=candidate.pk).count() == 2
    assert api.get(f"/api/v1/candidates/{candidate.pk}/fit/").status_code == 400
    assert api.get(f"/api/v1/candidates/{candidate.pk}/fit/?position=999999").status_code == 404


def test_suggestions_stand_by_fit(hr):
    served = PoolPositionFactory()
    skill = RequirementFactory(position=served.position, level=4).competency
    people = [EmployeeFactory() for _ in range(3)]
    for person in people:
        IncumbencyFactory(employee=person, position__reports_to=served.position)
    for person, level in zip(people, ("2", "3"), strict=False):
        keep(CandidateFactory(employee=person), {skill: level})
    found = program(hr).get(f"/api/v1/positions/{served.position_id}/suggestions/").json()["suggested"]
    assert [(one["employee"], one["fit"]) for one in found] == [
        (people[1].pk, 75.0),
        (people[0].pk, 50.0),
        (people[2].pk, None),
    ]
    assert "Fit 75" in found[0]["reasons"][-1]
