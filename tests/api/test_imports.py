"""Imports by programs: the dry run, its rows, applied and undone."""

from io import BytesIO

import pytest
from rest_framework.test import APIClient

from succession.organisation.models import AuditEvent, Employee, ImportBatch
from tests.api.conftest import program
from tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
PEOPLE = b"number,name,hired on\n1,Ada,2020-01-01\n2,Grace,30.02.2024\n"


def upload(client, content=PEOPLE, *, name="people.csv", kind="employees", **more):
    file = BytesIO(content)
    file.name = name
    return client.post("/api/v1/imports/", {"file": file, "kind": kind} | more, format="multipart")


def run(client, path):
    """Ask for the work, do it as the worker would, and read the job."""
    from succession.organisation.imports import tasks
    from succession.organisation.models import Job

    answer = client.post(f"/api/v1/{path}")
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(pk=answer.json()["job"])
    {"organisation.apply_import": tasks.apply_import, "organisation.undo_import": tasks.undo_import}[job.task](job.pk)
    return client.get(f"/api/v1/jobs/{job.pk}/").json()


def test_the_way_of_an_import(api):
    made = upload(api)
    assert made.status_code == 201, made.content
    batch = made.json()
    assert (batch["kind"], batch["state"]) == ("employees", "draft")
    assert batch["counts"] == {"created": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    assert not Employee.objects.exists()
    rows = api.get(f"/api/v1/imports/{batch['id']}/rows/").json()
    assert [(row["line"], row["outcome"]) for row in rows["results"]] == [(2, "created"), (3, "rejected")]
    (fault,) = rows["results"][1]["errors"]
    assert set(fault) == {"column", "message"}
    assert api.get(f"/api/v1/imports/{batch['id']}/rows/?outcome=rejected").json()["count"] == 1


@pytest.mark.django_db(transaction=True)
def test_applied_and_undone(api):
    batch = upload(api, PEOPLE[: PEOPLE.index(b"2,Grace")]).json()
    path = f"imports/{batch['id']}"
    job = run(api, f"{path}/apply/")
    assert (job["state"], job["result"], job["kind"]) == ("done", {"import": batch["id"]}, "apply_import")
    assert api.get(f"/api/v1/{path}/").json()["state"] == "applied"
    assert Employee.objects.get().name == "Ada"
    assert api.post(f"/api/v1/{path}/apply/").status_code == 409
    assert run(api, f"{path}/undo/")["state"] == "done"
    assert not Employee.objects.exists()
    assert {"import_uploaded", "import_applied", "import_undone"} <= set(
        AuditEvent.objects.values_list("verb", flat=True)
    )


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "people.csv", "employees"),
        (b"\x00\x01\x02" * 50, "people.csv", "employees"),
        (b"PK\x03\x04 no archive", "people.xlsx", "employees"),
        (PEOPLE, "people.csv", "shoes"),
        (b"a,b\n1,2\n", "people.csv", "employees"),
        (b"MZ\x90\x00", "people.exe", "employees"),
    ],
    ids=["empty", "binary", "broken archive", "unknown kind", "unknown columns", "program"],
)
def test_what_cannot_be_read_is_bad_input_and_leaves_nothing(content, name, kind, api):
    answer = upload(api, content, name=name, kind=kind)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"]
    assert not ImportBatch.objects.exists()


def test_a_body_without_files_is_bad_input(api):
    assert api.post("/api/v1/imports/", {"kind": "employees"}, format="multipart").status_code == 400
    assert api.post("/api/v1/imports/", {"kind": "employees"}, format="json").status_code == 415


def test_too_much_is_refused_before_it_is_read(api, settings):
    settings.IMPORT_MAX_BYTES = -(1024**2)
    assert upload(api).status_code == 400


def test_an_upload_sent_twice_is_one_import(hr):
    client = program(hr)
    client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY="k1")
    first, second = upload(client), upload(client)
    assert first.json() == second.json()
    assert ImportBatch.objects.count() == 1
    assert upload(client, PEOPLE + b"3,Lin,2020-01-01\n").status_code == 409


def test_imports_are_hrs_alone(api, auditor, head, employee_user, administrator, committee):
    batch = upload(api).json()["id"]
    for user in (head, employee_user, administrator, committee):
        other = program(user)
        assert upload(other).status_code == 403
        for path in (f"imports/{batch}/", f"imports/{batch}/rows/"):
            assert other.get(f"/api/v1/{path}").status_code == 404
        assert other.post(f"/api/v1/imports/{batch}/apply/").status_code == 404
    reader = program(auditor)
    assert reader.get(f"/api/v1/imports/{batch}/").status_code == 200
    assert reader.post(f"/api/v1/imports/{batch}/apply/").status_code == 403
    assert upload(reader).status_code == 403
    assert APIClient().get(f"/api/v1/imports/{batch}/").status_code == 401
    assert ImportBatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rights_are_asked_for_again_when_the_work_begins(hr):
    client = program(hr)
    batch = upload(client, PEOPLE[: PEOPLE.index(b"2,Grace")]).json()
    job = client.post(f"/api/v1/imports/{batch['id']}/apply/").json()["job"]
    hr.role_assignments.all().delete()
    from succession.organisation.imports import tasks

    tasks.apply_import(job)
    assert client.get(f"/api/v1/jobs/{job}/").json()["state"] == "failed"
    assert not Employee.objects.exists()


def test_people_who_are_here_already_are_changed_not_doubled(api):
    EmployeeFactory(number="1", name="Old")
    assert upload(api).json()["counts"]["changed"] == 1


def test_occupations_are_chosen(api):
    head = "O*NET-SOC Code,Title,Element ID,Element Name,Scale ID,Data Value"
    lines = [
        f"{code},{title},2.A.1.b,Active Listening,{scale},{value}"
        for code, title in (("11-1011.00", "Chief Executives"), ("11-3031.00", "Financial Managers"))
        for scale, value in (("IM", "4.1"), ("LV", "4.7"))
    ]
    content = "\n".join([head, *lines]).encode()
    made = upload(api, content, name="skills.csv", kind="requirements", occupations=["11-3031.00"])
    assert made.status_code == 201, made.content
    assert ImportBatch.objects.get().options["occupations"] == ["11-3031.00"]
    assert made.json()["effects"]["posts_created_for_occupations"]["count"] == 1
