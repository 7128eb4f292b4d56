"""A form sent twice, or ten times at once, makes one thing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from succession.organisation.models import AuditEvent, CareerGoal
from succession.organisation.once import new_token

GOAL = {"text": "Lead a plant", "importance": 5}


@pytest.mark.django_db
def test_a_form_sent_twice_makes_one_goal_and_answers_twice(client, employee_user):
    client.force_login(employee_user)
    sent = GOAL | {"once": new_token()}
    answers = [client.post("/me/goals/", sent) for _ in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/me/")}
    assert CareerGoal.objects.count() == 1


@pytest.mark.django_db
def test_corrected_content_is_another_request(client, employee_user):
    client.force_login(employee_user)
    token = new_token()
    assert client.post("/me/goals/", {"text": "", "importance": 5, "once": token}).status_code == 422
    client.post("/me/goals/", GOAL | {"once": token})
    client.post("/me/goals/", GOAL | {"once": token, "text": "Lead two"})
    client.post("/me/goals/", GOAL | {"once": new_token()})
    assert sorted(CareerGoal.objects.values_list("text", flat=True)) == ["Lead a plant", "Lead a plant", "Lead two"]


@pytest.mark.django_db
def test_another_person_may_use_the_same_token(client, employee_user, head):
    token = new_token()
    for user in (employee_user, head):
        client.force_login(user)
        client.post("/me/goals/", GOAL | {"once": token})
    assert CareerGoal.objects.count() == 2


@pytest.mark.django_db
def test_the_form_carries_a_token_and_keeps_it_over_errors(client, employee_user):
    client.force_login(employee_user)
    assert 'name="once" value="' in client.get("/me/").content.decode()
    token = new_token()
    page = client.post("/me/goals/", {"text": "", "importance": 5, "once": token}).content.decode()
    assert f'name="once" value="{token}"' in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [2, 10])
def test_sent_at_the_same_moment_it_is_done_once(times, employee_user):
    sent = GOAL | {"once": new_token()}

    def send(_):
        try:
            client = Client()
            client.force_login(employee_user)
            answer = client.post("/me/goals/", sent)
            return answer.status_code, answer.headers.get("Location")
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as crowd:
        answers = set(crowd.map(send, range(times)))
    assert answers == {(302, "/me/")}
    assert CareerGoal.objects.count() == 1
    assert AuditEvent.objects.filter(verb="add_goal").count() == 1
