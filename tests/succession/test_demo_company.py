"""The demonstration company is what the tour says it is."""

from datetime import date

import pytest

from succession.demo.company import plan_company

DAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def plan():
    return plan_company(DAY)


def test_the_same_day_and_seed_make_the_same_company(plan):
    assert plan_company(DAY) == plan


def test_about_1200_people_hold_about_210_posts(plan):
    assert 1150 < len(plan.people) < 1250
    assert 200 < len(plan.posts) < 220
    assert len({person.name for person in plan.people}) == len(plan.people)


def test_48_key_posts_have_53_seats(plan):
    key = [post for post in plan.posts if post.position_class == "key"]
    assert (len(key), sum(post.seats for post in key)) == (48, 53)


def test_pools_of_all_three_kinds_serve_each_key_and_management_post_once(plan):
    assert {pool.kind for pool in plan.pools} == {"key", "management", "reserve"}
    served = [post for pool in plan.pools for post in pool.posts]
    succession = {post.code for post in plan.posts if post.position_class != "general"}
    assert len(served) == len(set(served))
    assert set(served) == succession


def test_nobody_holds_the_post_they_are_named_for(plan):
    held = {person.name: person.post for person in plan.people}
    names = [(member.person, name.post) for pool in plan.pools for member in pool.members for name in member.posts]
    assert not [name for name in names if held[name[0]] == name[1]]


def test_there_are_stale_declined_and_held_people_and_seats_about_to_open(plan):
    members = [member for pool in plan.pools for member in pool.members]
    assert {"active", "on_hold", "screening", "proposed"} <= {member.state for member in members}
    assert {"declined", "not_now", "agreed"} <= {member.willingness for member in members}
    assert any(member.evidence and (DAY - member.evidence).days > 760 for member in members)
    assert sum(1 for person in plan.people if person.leaving) >= 5


def test_the_head_leads_management_posts_one_with_a_vacant_seat(plan):
    below = {"OPS", "TAR", "BRN", "SUZ", "PUN", "HSE"}
    posts = [post for post in plan.posts if post.unit in below and post.position_class == "management"]
    others = [post for post in posts if post.code != "OPS-CO-01"]
    assert len(others) >= 2
    assert any(post.vacant for post in others)
    assert any(not set(pool.posts) & {post.code for post in plan.posts if post.unit in below} for pool in plan.pools)
