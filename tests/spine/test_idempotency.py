"""A command sent twice is done once, also when both arrive at the same moment."""

import pytest

from succession.organisation import idempotency
from succession.organisation.errors import Refusal
from succession.organisation.models import Competency, IdempotentAnswer, User
from tests.factories import UserFactory
from tests.spine.threads import at_once, take_back

pytestmark = pytest.mark.django_db(transaction=True)


def make(user, key="k", *, body="a", scope="POST /x"):
    def do():
        made = Competency.objects.create(code=f"{body}{Competency.objects.count()}", name=body)
        return 201, {"id": made.pk}

    return idempotency.once(user, key, scope=scope, request=idempotency.fingerprint(body), do=do)


@pytest.fixture
def user():
    return UserFactory()


def test_twice_is_once(user):
    assert make(user) == make(user)
    assert Competency.objects.count() == 1


@pytest.mark.parametrize("number", [2, 10])
def test_at_once_is_once(number, user):
    answers = at_once(*[lambda: make(User.objects.get(pk=user.pk))] * number)
    assert Competency.objects.count() == 1
    assert answers == [(201, {"id": Competency.objects.get().pk})] * number


def test_another_body_or_another_address_is_a_conflict(user):
    make(user)
    with pytest.raises(Refusal, match="another request"):
        make(user, body="b")
    with pytest.raises(Refusal, match="another request"):
        make(user, scope="POST /y")
    assert Competency.objects.count() == 1


def test_keys_of_others_do_not_meet(user):
    make(user)
    make(UserFactory())
    assert Competency.objects.count() == 2


def test_what_failed_leaves_no_key_behind(user):
    def refuse():
        raise Refusal("no")

    for _ in range(2):
        with pytest.raises(Refusal, match="no"):
            idempotency.once(user, "k", scope="s", request="r", do=refuse)
    assert idempotency.once(user, "k", scope="s", request="r", do=lambda: (422, {"field": "bad"})) == (
        422,
        {"field": "bad"},
    )
    assert not IdempotentAnswer.objects.exists()
    assert make(user)[0] == 201


def test_a_command_taken_back_takes_its_key_with_it(user):
    take_back(lambda: make(user))
    assert (Competency.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)
