"""Applying works on the data as it is; undoing takes all back or says what depends on it."""

import csv
import io
import threading

import pytest
from django.db import connection
from django.utils import timezone

from succession.organisation import exports, imports
from succession.organisation.history import event_model
from succession.organisation.imports import tasks
from succession.organisation.imports.applying import apply_now
from succession.organisation.imports.undoing import undo_now
from succession.organisation.models import Employee, ImportBatch, ImportRow, Job, OrgUnit, Position
from tests.factories import IncumbencyFactory, PositionFactory, UserFactory

HEAD = "Position code,Title,Unit,Reports to,Seats,Holder\n"
TWO = ("posts.csv", f"{HEAD}A,Director,Ops,XX,1,Ann Lee\nB,Manager,Ops,A,2,\n")


def test_a_plan_made_stale_is_refused_with_what_changed(planned, hr):
    batch = planned(TWO)
    PositionFactory(code="B", title="Something else")
    with pytest.raises(imports.PlanIsStale, match=r"1 rows now end otherwise \(posts.csv line 3\)"):
        apply_now(batch, actor=hr)
    batch.refresh_from_db()
    assert (batch.state, batch.counts) == ("draft", {"created": 1, "changed": 1, "unchanged": 0, "rejected": 0})
    assert not Position.objects.filter(code="A").exists()
    assert apply_now(batch, actor=hr).state == "applied"


def test_refuse_on_any_error(planned, hr):
    batch = planned(("posts.csv", f"{HEAD}A,Director,Ops,XX,1,\nA,Again,Ops,XX,1,\n"), refuse_on_error=True)
    with pytest.raises(imports.NotApplicable, match="1 rows have errors"):
        imports.apply_batch(batch, actor=hr)


def test_of_two_who_apply_one_does(planned, hr):
    batch = planned(TWO)
    imports.apply_batch(batch, actor=hr)
    with pytest.raises(imports.NotApplicable, match="already working"):
        imports.apply_batch(batch, actor=hr)
    apply_now(batch, actor=hr)
    with pytest.raises(imports.NotApplicable):
        apply_now(batch, actor=hr)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_once(planned, hr):
    batch = planned(TWO)
    ready, outcomes = threading.Barrier(2), []

    def apply():
        try:
            ready.wait()
            outcomes.append(apply_now(ImportBatch.objects.get(pk=batch.pk), actor=hr).state)
        except imports.NotApplicable:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=apply) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "refused"]
    assert Position.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_job_applies_and_undoes_with_its_actor(planned, hr):
    batch = planned(TWO)
    job = imports.apply_batch(batch, actor=hr)
    tasks.apply_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.progress) == ("done", {"import": batch.pk}, 1.0)
    row = event_model(Position).objects.filter(code="A").select_related("pgh_context").get()
    assert row.pgh_context.metadata["actor"] == hr.pk
    batch.refresh_from_db()
    job = imports.undo_batch(batch, actor=hr)
    tasks.undo_import(job.pk)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert not Position.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_right_withdrawn_before_the_work_begins_stops_it(planned, hr):
    batch = planned(TWO)
    job = imports.apply_batch(batch, actor=hr)
    hr.role_assignments.all().delete()
    tasks.apply_import(job.pk)
    assert Job.objects.get(pk=job.pk).state == "failed"
    assert not Position.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_large_files_are_planned_in_the_background(planned, hr):
    batch = planned(TWO, background=True)
    assert (batch.planned_at, batch.job.task) == (None, "organisation.plan_import")
    tasks.plan_import(batch.job.pk)
    batch.refresh_from_db()
    assert batch.created == 2


def test_undo_says_what_depends_on_it(applied, hr):
    batch = applied(TWO)
    PositionFactory(code="C", title="Below", reports_to=Position.objects.get(code="A"))
    IncumbencyFactory(position=Position.objects.get(code="B"), seat=2)
    Position.objects.filter(code="B").update(title="Chief manager")
    with pytest.raises(imports.StillNeeded) as refusal:
        undo_now(batch, actor=hr)
    assert "“Chief manager” was changed since" in str(refusal.value)
    assert "1 positions depend on it (Below)" in str(refusal.value)
    assert "1 incumbencies depend on it" in str(refusal.value)
    assert Position.objects.count() == 3


def test_undo_puts_back_what_was_changed(applied, hr):
    post = PositionFactory(code="A", title="Old title", base_seats=1)
    person = IncumbencyFactory(position=post).employee
    batch = applied(TWO)
    post.refresh_from_db()
    assert post.title == "Director"
    undo_now(batch, actor=hr)
    post.refresh_from_db()
    assert (post.title, post.reports_to) == ("Old title", None)
    assert post.incumbencies.get().employee == person
    assert post.incumbencies.get().ends_on is None
    assert set(Employee.objects.all()) == {person}
    assert set(OrgUnit.objects.all()) == {post.org_unit}


def test_undo_is_possible_for_thirty_days(applied, hr):
    batch = applied(TWO)
    ImportBatch.objects.update(
        applied_at=timezone.now() - timezone.timedelta(days=40),
        uploaded_at=timezone.now() - timezone.timedelta(days=40),
    )
    batch.refresh_from_db()
    with pytest.raises(imports.NotApplicable, match="could be undone until"):
        imports.undo_batch(batch, actor=hr)
    assert imports.forget_old_imports() == 1
    assert not batch.record_changes.exists()


TEXTS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'=kept", "plain", "{{7*7}}", "<script>alert(1)</script>"]


def test_out_and_in_again_is_equal(applied, planned):
    """Exports neutralise formulas with an apostrophe; reading takes it off again."""
    for number, text in enumerate(TEXTS):
        PositionFactory(code=f"P{number}", title=text, org_unit__name="Ops", org_unit__code=f"U{number}")
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["Position code", "Title", "Unit code"])
    for post in Position.objects.select_related("org_unit"):
        write.writerow([exports.neutralised(value) for value in (post.code, post.title, post.org_unit.code)])
    batch = planned(("out.csv", out.getvalue()))
    assert batch.counts == {"created": 0, "changed": 0, "unchanged": len(TEXTS), "rejected": 0}


def test_rejected_rows_come_back_with_their_reasons(applied):
    batch = applied(("posts.csv", f"{HEAD}A,=1+1,Ops,XX,many,\nB,Fine,Ops,XX,1,\n"))
    columns, rows = imports.rejected_rows(batch)
    assert columns == ["Position code", "Title", "Unit", "Reports to", "Seats", "Holder", "File", "Line", "Reasons"]
    assert list(rows) == [["A", "=1+1", "Ops", "XX", "many", "", "posts.csv", "2", "Seats: “many” is not a number."]]


def test_only_those_who_see_all_see_imports(planned, hr, auditor, head, committee, employee_user):
    planned(TWO)
    seen = {
        user.username: ImportBatch.objects.visible_to(user).count()
        for user in (hr, auditor, head, committee, employee_user)
    }
    assert seen == {"hr": 1, "auditor": 1, "head": 0, "committee": 0, "employee": 0}
    assert [imports.can_import(user) for user in (hr, auditor, head, UserFactory())] == [True, False, False, False]
    assert ImportRow.objects.visible_to(head).count() == 0
