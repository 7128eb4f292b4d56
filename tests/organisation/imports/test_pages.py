"""The pages of the import: who sees them, what they say, the whole way by forms."""

import io

import pytest
from django.urls import reverse

from succession.organisation import imports
from succession.organisation.imports import tasks
from succession.organisation.models import ImportBatch, ImportMapping, Position

POSTS = "Position code,Title,Unit,Reports to,Seats\nA,<b>Director</b>,Ops,XX,1\nB,Manager,Ops,A,many\n"


def upload(client, text=POSTS, *, name="posts.csv", **more):
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    file.name = name
    return client.post(reverse("imports"), {"file": file, "kind": "organisation"} | more)


@pytest.fixture
def at_hr(client, hr):
    client.force_login(hr)
    return client


def test_the_whole_way_by_forms(at_hr, transactional_db):
    answer = upload(at_hr)
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("import", args=[batch.pk])
    page = at_hr.get(answer.url).content.decode()
    assert "Apply 1 row<" in page
    assert "“many” is not a number." in page
    assert "&lt;b&gt;Director" in page
    assert "<b>Director" not in page
    at_hr.post(reverse("import_apply", args=[batch.pk]))
    batch.refresh_from_db()
    tasks.apply_import(batch.job.pk)
    assert Position.objects.get().code == "A"
    assert "Undo the whole import" in at_hr.get(answer.url).content.decode()
    at_hr.post(reverse("import_undo", args=[batch.pk]))
    batch.refresh_from_db()
    tasks.undo_import(batch.job.pk)
    assert not Position.objects.exists()


def test_columns_are_chosen_by_hand_and_remembered(at_hr):
    answer = upload(at_hr, "Nr;Bez;Abt\nA1;Leiter;Werk\n")
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("import_columns", args=[batch.pk])
    assert "no column is known for" in at_hr.get(answer.url).content.decode()
    given = {"t0-code": "Nr", "t0-title": "Bez", "t0-unit": "Abt", "absent": "keep", "save_as": "werk", "plan": "1"}
    assert at_hr.post(answer.url, given | {"t0-unit": ""}).status_code == 422
    at_hr.post(answer.url, given)
    batch.refresh_from_db()
    assert (batch.created, batch.mapping, batch.error) == (1, "werk", "")
    assert ImportMapping.objects.get().tables == {"posts": {"code": "Nr", "title": "Bez", "unit": "Abt"}}
    upload(at_hr, "Nr;Bez;Abt\nA2;Leiter;Werk\n")
    again = ImportBatch.objects.first()
    assert (again.created, again.mapping) == (1, "werk")


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"\xd0\xcf\x11\xe0old"])
def test_a_bad_file_is_said_at_the_form(at_hr, content):
    answer = upload(at_hr, content)
    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


def test_too_large_a_file_is_not_even_kept(at_hr, settings):
    settings.IMPORT_MAX_BYTES = 1000
    answer = upload(at_hr, "x" * 2_000_000)
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()


def test_errors_are_downloaded_with_reasons(at_hr, planned):
    batch = planned(("posts.csv", POSTS))
    answer = at_hr.get(reverse("import_rejected", args=[batch.pk]))
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("B,Manager,Ops,A,many,posts.csv,3,")


PAGES = ("import", "import_columns", "import_rejected", "import_job")


@pytest.mark.parametrize("name", ["head", "committee", "employee_user", "administrator"])
def test_to_others_there_is_nothing(client, planned, request, name):
    batch = planned(("posts.csv", POSTS))
    client.force_login(request.getfixturevalue(name))
    assert client.get(reverse("imports")).status_code == 404
    assert [client.get(reverse(page, args=[batch.pk])).status_code for page in PAGES] == [404] * 4
    assert client.post(reverse("import_apply", args=[batch.pk])).status_code == 404
    assert upload(client).status_code == 404


def test_auditors_look_and_change_nothing(client, auditor, planned):
    batch = planned(("posts.csv", POSTS))
    client.force_login(auditor)
    page = client.get(reverse("import", args=[batch.pk]))
    assert page.status_code == 200
    assert "Apply" not in page.content.decode().split("<main")[1].split("<ol")[0]
    assert client.post(reverse("import_apply", args=[batch.pk])).status_code == 403
    assert upload(client).status_code == 403
    assert ImportBatch.objects.get().job is None


def test_the_page_asks_as_often_for_one_row_as_for_many(at_hr, planned, django_assert_max_num_queries):
    small = planned(("posts.csv", POSTS))
    large = planned(("posts.csv", POSTS + "".join(f"C{n},T,Ops,A,1\n" for n in range(200))))
    for batch in (small, large):
        with django_assert_max_num_queries(15):
            assert at_hr.get(reverse("import", args=[batch.pk])).status_code == 200
    assert imports.title_of(small) == "posts.csv"
