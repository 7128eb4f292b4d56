"""The administration: who enters, what stands in the trail, and that succession content stays shut."""

import pytest
from django.contrib import admin
from django.urls import reverse

from succession.organisation.models import ApiToken, AuditEvent, OrgUnit, OutboxMessage, RoleAssignment, User
from succession.organisation.tokens import issue_token
from tests.factories import (
    CandidateFactory,
    EmployeeFactory,
    MembershipFactory,
    OrgUnitFactory,
    PositionFactory,
    RoleAssignmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CONTENT = ["candidates_candidate", "pools_echelonpool", "pools_membership", "organisation_criticalityrating"]
REFERENCE = [
    "organisation_user", "organisation_roleassignment", "organisation_orgunit", "organisation_position",
    "organisation_competency", "organisation_policy", "organisation_employee",
]  # fmt: skip


def statuses(client, user, names):
    client.force_login(user)
    return {client.get(reverse(f"admin:{name}_changelist")).status_code for name in names}


def test_every_page_of_the_administration_is_in_one_of_the_two_lists():
    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    ours = {name for name in names if name.split("_")[0] in ("organisation", "candidates", "pools", "training")}
    assert ours == set(CONTENT) | set(REFERENCE)


def test_administrators_keep_reference_data_and_see_no_succession(client, administrator):
    MembershipFactory()
    assert statuses(client, administrator, REFERENCE) == {200}
    assert statuses(client, administrator, CONTENT) == {403}
    assert b"Membership" not in client.get(reverse("admin:index")).content


@pytest.mark.parametrize("role", ["hr_manager", "auditor"])
def test_staff_with_hr_or_auditor_read_succession_and_change_nothing(client, role):
    user = RoleAssignmentFactory(role=role, user__is_staff=True).user
    member = MembershipFactory()
    assert statuses(client, user, CONTENT) == {200}
    assert statuses(client, user, REFERENCE) == {403}
    page = client.get(reverse("admin:pools_membership_change", args=[member.pk]))
    assert page.status_code == 200
    assert b"_save" not in page.content
    assert client.post(reverse("admin:pools_membership_change", args=[member.pk]), {}).status_code == 403
    assert client.get(reverse("admin:pools_membership_add")).status_code == 403


def test_hr_staff_do_not_see_their_own_candidacy(client):
    user = RoleAssignmentFactory(role="hr_manager", user__is_staff=True).user
    own = CandidateFactory(employee=EmployeeFactory(user=user, name="Own Candidacy"))
    client.force_login(user)
    assert b"Own Candidacy" not in client.get(reverse("admin:candidates_candidate_changelist")).content
    assert client.get(reverse("admin:candidates_candidate_change", args=[own.pk])).status_code == 302


@pytest.mark.parametrize("fixture", ["hr", "auditor", "committee", "head", "employee_user"])
def test_who_is_no_staff_is_asked_to_sign_in(client, fixture, request):
    client.force_login(request.getfixturevalue(fixture))
    response = client.get(reverse("admin:index"))
    assert (response.status_code, "login" in response["Location"]) == (302, True)


def test_superuser_powers_and_permissions_cannot_be_given(client, administrator):
    user = UserFactory()
    client.force_login(administrator)
    client.post(reverse("admin:organisation_user_change", args=[user.pk]), user_form(user) | {"is_superuser": "on"})
    user.refresh_from_db()
    assert not user.is_superuser


def user_form(user, **values):
    inline = {
        "role_assignments-TOTAL_FORMS": "1",
        "role_assignments-INITIAL_FORMS": "0",
        "role_assignments-0-role": "",
        "role_assignments-0-org_unit": "",
    }
    return (
        {"username": user.username, "name": user.name, "email": "", "language": "", "is_active": "on"} | inline | values
    )


def test_a_role_given_with_the_account_stands_in_the_trail(client, administrator):
    user, unit = UserFactory(), OrgUnitFactory()
    client.force_login(administrator)
    response = client.post(
        reverse("admin:organisation_user_change", args=[user.pk]),
        user_form(
            user,
            name="Renamed",
            **{"role_assignments-0-role": "department_head", "role_assignments-0-org_unit": unit.pk},
        ),
    )
    assert response.status_code == 302
    assert RoleAssignment.objects.get(user=user).org_unit == unit
    events = [(event.object_id, event.actor, event.after) for event in AuditEvent.objects.order_by("pk")]
    assert events == [
        (user.pk, administrator, {"name": "Renamed"}),
        (user.pk, administrator, {"role": "department_head", "org_unit": unit.pk}),
    ]


def test_a_new_password_ends_the_tokens_and_is_not_written_down(client, administrator):
    user = UserFactory()
    issue_token(user)
    client.force_login(administrator)
    response = client.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"password1": "a-long-new-secret-9", "password2": "a-long-new-secret-9", "usable_password": "true"},
    )
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password("a-long-new-secret-9")
    assert not ApiToken.objects.exists()
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["reset_password", "issue_token"]
    assert "a-long-new-secret-9" not in str(list(AuditEvent.objects.values()))


def test_a_changed_unit_is_recorded_and_announced(client, administrator):
    unit = OrgUnitFactory(name="Old")
    client.force_login(administrator)
    client.post(
        reverse("admin:organisation_orgunit_change", args=[unit.pk]),
        {"code": unit.code, "name": "New", "parent": "", "head_position": "", "closed_on": ""},
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.before, event.after) == ("administer_change", {"name": "Old"}, {"name": "New"})
    assert OutboxMessage.objects.get().payload == {"unit": unit.pk}


def test_a_circle_is_refused_in_words(client, administrator):
    top = OrgUnitFactory()
    low = OrgUnitFactory(parent=top)
    client.force_login(administrator)
    response = client.post(
        reverse("admin:organisation_orgunit_change", args=[top.pk]),
        {"code": top.code, "name": top.name, "parent": low.pk, "head_position": "", "closed_on": ""},
        follow=True,
    )
    assert "This unit would stand above itself." in response.content.decode()
    assert OrgUnit.objects.get(pk=top.pk).parent is None
    assert not AuditEvent.objects.exists()


def test_the_class_of_a_post_is_not_changed_here(client, administrator):
    post = PositionFactory(position_class="general")
    client.force_login(administrator)
    client.post(
        reverse("admin:organisation_position_change", args=[post.pk]),
        {
            "code": post.code, "title": "Renamed", "org_unit": post.org_unit_id, "base_seats": "2",
            "position_class": "key", "seat_changes-TOTAL_FORMS": "0", "seat_changes-INITIAL_FORMS": "0",
        },
    )  # fmt: skip
    post.refresh_from_db()
    assert (post.title, post.base_seats, post.position_class) == ("Renamed", 2, "general")
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"position_changed", "seats_changed"}


def test_accounts_are_disabled_and_not_deleted(client, administrator):
    user = UserFactory()
    client.force_login(administrator)
    assert client.post(reverse("admin:organisation_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_units_are_found_while_typing(client, administrator):
    OrgUnitFactory(name="Foundry")
    client.force_login(administrator)
    found = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "organisation", "model_name": "roleassignment", "field_name": "org_unit", "term": "found"},
    )
    assert [row["text"] for row in found.json()["results"]] == ["Foundry"]
