"""Assessments for programs: planned, rated, handed in, final; what one may not see is not in the answer."""

from decimal import Decimal

import pytest
from django.utils import timezone

from candidates.models import Assessment, Assignment, Rating
from tests.api.conftest import program
from tests.candidates.centre import WHY, assessor, cells, draft, fill, instrument_with, ready_to_finalise, sheet_of
from tests.factories import CandidateFactory, EmployeeFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/assessments/"


def test_an_assessment_goes_its_whole_way(hr):
    candidate, instrument, rater = (
        CandidateFactory(),
        instrument_with(scale_low=Decimal(0), scale_high=Decimal(100)),
        assessor(),
    )
    body = {
        "candidate": candidate.pk,
        "instrument": instrument.pk,
        "assessed_on": timezone.localdate().isoformat(),
        "assessors": [{"assessor": rater.pk, "group": "assessors"}],
    }
    made = program(hr).post(URL, body, format="json")
    assert (made.status_code, made.json()["state"], made.json()["ratings"]) == (201, "draft", [])
    url = f"{URL}{made.json()['id']}/"
    cell = cells(Assessment.objects.get())[0]
    scores = {"ratings": [{"exercise": cell.exercise_id, "competency": cell.competency_id, "score": 62.5}]}
    assert program(rater).post(f"{url}rate/", scores, format="json").status_code == 200
    assert program(hr).post(f"{url}finalise/", {}, format="json").status_code == 409
    assert program(rater).post(f"{url}hand-in/").status_code == 200
    final = program(hr).post(f"{url}finalise/", {}, format="json").json()
    (rating,) = final["ratings"]
    assert (final["state"], final["candidate"], rating["score"], rating["level"]) == ("final", candidate.pk, 62.5, 3.5)
    assert (rating["competency"], rating["exercise"], rating["assessor"]) == (
        cell.competency_id,
        cell.exercise_id,
        rater.pk,
    )
    assert program(rater).get(url).status_code == 404


def test_what_is_final_stays_and_is_corrected_by_a_version(hr):
    assessment, client = ready_to_finalise(), program(hr)
    url = f"{URL}{assessment.pk}/"
    assert client.post(f"{url}finalise/", {}, format="json").status_code == 200
    again = client.post(f"{url}finalise/", {}, format="json")
    assert (again.status_code, str(hr) in again.json()["detail"]) == (409, True)
    assert client.post(f"{url}correct/", {"reason": "Short."}, format="json").status_code == 400
    corrected = client.post(f"{url}correct/", {"reason": WHY}, format="json")
    assert (corrected.status_code, corrected.json()["version"], corrected.json()["replaces"]) == (201, 2, assessment.pk)


def test_an_assessor_reads_their_own_ratings_alone(hr):
    assessment = draft()
    mine, other = assessor(), assessor()
    fill(sheet_of(assessment, mine), 3)
    fill(sheet_of(assessment, other), "4.125")
    answer = program(mine).get(f"{URL}{assessment.pk}/")
    assert [rating["assessor"] for rating in answer.json()["ratings"]] == [mine.pk]
    assert "4.125" not in answer.content.decode()
    assert len(program(hr).get(f"{URL}{assessment.pk}/").json()["ratings"]) == 2
    assert program(assessor()).get(URL).json()["count"] == 0
    assert program(mine).post(f"{URL}{assessment.pk}/finalise/", {}, format="json").status_code == 403
    assert Assessment.objects.get().state == "draft"


def test_a_draft_of_which_a_sheet_is_awaited_tells_no_ratings(hr):
    assessment = draft()
    fill(sheet_of(assessment, assessor()), "4.125")
    sheet_of(assessment, assessor())
    assert "4.125" not in program(hr).get(f"{URL}{assessment.pk}/").content.decode()


def test_what_disagreed_is_not_told_to_assessors(hr):
    assessment = ready_to_finalise()
    Assessment.objects.update(conclusion="The second rater was too severe.", reason=WHY)
    mine = assessment.assignments.get().assessor
    told = program(mine).get(f"{URL}{assessment.pk}/").json()
    assert (told["conclusion"], told["reason"]) == ("", "")


@pytest.mark.parametrize("act", ["rate/", "hand-in/", "finalise/", "correct/"])
def test_the_own_assessment_is_missing(act, hr):
    own = ready_to_finalise(candidate=CandidateFactory(employee=EmployeeFactory(user=hr)))
    assert program(hr).post(f"{URL}{own.pk}/{act}", {"reason": WHY}, format="json").status_code == 404
    assert Assessment.objects.get().state == "draft"


def test_only_ones_own_sheet_is_written(hr):
    assessment = draft()
    sheet_of(assessment, assessor())
    cell = cells(assessment)[0]
    scores = {"ratings": [{"exercise": cell.exercise_id, "competency": cell.competency_id, "score": 3}]}
    assert program(hr).post(f"{URL}{assessment.pk}/rate/", scores, format="json").status_code == 403
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", [0, 5.5, "x", "NaN", 1e300])
def test_a_score_off_the_scale_is_bad_input(score):
    assessment, mine = draft(), assessor()
    sheet_of(assessment, mine)
    cell = cells(assessment)[0]
    rows = [{"exercise": cell.exercise_id, "competency": cell.competency_id, "score": score}]
    assert program(mine).post(f"{URL}{assessment.pk}/rate/", {"ratings": rows}, format="json").status_code == 400
    rows = [{"exercise": 10**9, "competency": cell.competency_id, "score": 3}]
    assert program(mine).post(f"{URL}{assessment.pk}/rate/", {"ratings": rows}, format="json").status_code == 400
    assert not Rating.objects.exists()


def test_fields_that_are_not_asked_for_change_nothing(hr):
    candidate, instrument = CandidateFactory(), instrument_with()
    body = {
        "candidate": candidate.pk, "instrument": instrument.pk, "assessed_on": "2026-01-05", "state": "final",
        "finalised_by": hr.pk, "version": 7, "assessors": [{"label": "A customer", "group": "no such group"}],
    }  # fmt: skip
    client = program(hr)
    assert client.post(URL, body, format="json").status_code == 400
    assert (Assessment.objects.count(), Assignment.objects.count()) == (0, 0)
    made = client.post(URL, body | {"assessors": []}, format="json").json()
    assert (made["state"], made["version"]) == ("draft", 1)
