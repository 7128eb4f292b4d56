"""A transactional test empties the tables; what migrations put there is back for the next one."""

import pytest

from succession.organisation.models import Policy


def state():
    return list(Policy.objects.values_list("version", "state"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_the_first_policy_is_there_in_every_transactional_test(round_):
    assert state() == [(1, "in_force")]
    Policy.objects.create(version=2, reason="a draft of a test that leaves it behind")
