"""The figures of the component sheet: every component in the states that matter."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator

from succession.navigation import Group, Line
from succession.organisation.interface.pictures import SlotShown

MOMENT = datetime(2026, 11, 16, 7, 40, tzinfo=UTC)
PEOPLE = [
    "Daniel Osei", "Aisha Rahman", "Katarína Horváthová", "Li Na", "Samuel Adeyemi", "Pilar Soto", "Jakub Marek",
    "Mateo Vargas", "Zhang Jun", "Oskar Nyström", "Nadia Haddad", "Ingrid Solheim",
]  # fmt: skip


class Example(forms.Form):
    title = forms.CharField(max_length=10, help_text="As on the organisation chart")
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    answer = forms.ChoiceField(
        choices=[("agreed", "Yes, I am willing"), ("not_now", "Not now")], widget=forms.RadioSelect
    )
    refuse = forms.BooleanField(required=False, label="Refuse the whole file on any error")


class Filters(forms.Form):
    q = forms.CharField(required=False, label="Find")
    kind = forms.ChoiceField(
        required=False, choices=[("", "All"), ("key", "Key"), ("reserve", "Reserve")], label="Kind"
    )


def _node(title, status, holder, **slots):
    return {
        "title": title,
        "url": "#",
        "holder": holder,
        "status": status,
        "slots": {"seats": 1, "capacity": 3, **slots},
    }


def _item(label, icon, **more):
    return Line(label, icon, f"/{icon}/", **more)


RAIL = (
    Group("", (_item("Overview", "layout-dashboard", key="O"), _item("Approvals", "inbox", count=7, hot=True, key="A"), _item("Reviews & meetings", "calendar-event"))),
    Group("Organisation", (_item("Organisation map", "sitemap", key="M"), _item("Positions", "briefcase", current=True))),
    Group("Echelon", (_item("Pools", "stairs-up", key="P"), _item("Candidates", "users", key="C"), _item("Vacancies", "door-exit", count=4, key="V"))),
    Group("Governance", (_item("Audit trail", "history"), _item("Import & export", "upload"))),
)  # fmt: skip

FRAME = {
    "rail": RAIL,
    "bottom_bar": [RAIL[0].entries[0], RAIL[0].entries[1], RAIL[2].entries[1], Line("More", "menu-2")],
    "viewer": {"name": "Priya Raman", "role_label": "HR manager"},
    "organisation_name": "Tarnfield Group",
    "tools": dict.fromkeys(["search", "as_of", "jobs", "notifications", "help", "theme", "account", "sign_out"], "/x/"),
    "jobs_running": 1,
    "notifications_unread": 2,
    "crumbs": [
        {"label": "Positions", "url": "/positions/"},
        {"label": "Operations", "url": "/o/"},
        {"label": "Plant Director, Tarnfield"},
    ],
}


def sheet():
    form = Example({"title": "A title that is too long", "answer": "agreed"})
    form.is_valid()
    return {
        **FRAME,
        "day": date(2026, 11, 30),
        "moment": MOMENT,
        "inputs": [("Seats", 53), ("Counted names", 107), ("Different people", 34)],
        "menu": [{"label": "Print", "url": "#", "icon": "printer"}, {"label": "Close", "opens": "why"}],
        "tabs": [{"label": "Succession plan", "url": "#", "current": True}, {"label": "Requirement profile", "url": "#", "count": 8}, {"label": "History", "url": "#"}],
        "steps": [{"label": "Upload", "note": "UTF-8", "done": True}, {"label": "Columns", "note": "10 of 11", "done": True}, {"label": "Dry run", "note": "nothing written yet", "current": True}, {"label": "Apply", "note": "all or nothing"}],
        "terms": [
            {"label": "Seats today", "value": 9},
            {"op": "+", "label": "Planned", "value": 1},
            {"op": "−", "label": "Closing", "value": 1},
            {"op": "=", "label": "Total demand", "value": 9, "url": "#"},
            {"op": "×", "label": "Ratio", "value": 3},
            {"op": "=", "label": "Capacity", "value": 27, "unit": "slots"},
            {"label": "Counted people", "value": 7, "unit": "of 11 in the pool", "apart": True, "push": True, "formula": {"id": "filled", "name": "Counted people", "formula": "active, willing, evidence fresh", "version": 3, "computed_at": MOMENT, "stale": True}},
            {"label": "Short of 1:3", "value": 20, "tone": "orange", "apart": True},
            {"label": "Truly covered", "value": 6, "unit": "of 9 seats", "apart": True},
        ],
        "seats": [
            [SlotShown("now", "#", "Daniel Osei", "DO"), SlotShown("mid", "#", "Katarína Horváthová", "KH", elsewhere=True), SlotShown("empty", "#")],
            [SlotShown("far", "", "Jakub Marek", "JM"), SlotShown("struck", "", "Zhang Jun", "ZJ", "on hold"), SlotShown("over", "", "Pilar Soto", "PS"), SlotShown("now", "", "Aisha Rahman", "AR", elsewhere=True), SlotShown("empty")],
        ],
        "cells": [{"state": state, "label": "Plant Director, seat 1", "url": "#"} for state in ("covered", "covered", "shared", "not_counted", "nobody")],
        "states": ["draft", "submitted", "approved", "returned", "rejected", "stale", "declined", "on_hold", "not_asked", "asked", "agreed", "not_now", "proposed", "screening", "active", "exited", "queued", "running", "done", "failed", "cancelled", "key", "management", "general"],
        "requirements": [
            {"weight": 5, "required": 4, "level": 3.2, "must": True},
            {"weight": 4, "required": 4, "level": 2.6, "must": True},
            {"weight": 4, "required": 4, "level": 3.6},
            {"weight": 3, "required": 4, "level": 4.4},
            {"weight": 2, "required": 3, "level": None},
        ],
        "ratings": [("centre", 3.5), ("feedback", 3.1), ("review", 3.0), ("interview", 2.4)],
        "trend": [5, 5, 6, 6, 7, 8, 8, 7, 8, 8, 7, 7],
        "parts": [(12, "line"), (19, "far"), (41, "mid"), (12, "now")],
        "people": PEOPLE,
        "job": {"pk": 1, "label": "Working out 84 plans", "state": "running", "done": 52, "total": 84, "message": "52 done, about 40 s left"},
        "job_failed": {"pk": 2, "label": "Importing plan.xlsx", "state": "failed", "done": 3, "total": 84, "error": "The worker was stopped."},
        "options": [{"label": "In the pool", "url": "#", "count": 11, "current": True}, {"label": "Screening", "url": "#", "count": 2}, {"label": "Left", "url": "#", "count": 0}],
        "acts": [{"label": "Screen", "name": "act", "value": "screen"}, {"label": "Exit…", "opens": "why"}],
        "columns": [{"key": "person", "label": "Person"}, {"key": "readiness", "label": "Readiness"}, {"label": "Next screening"}, {"label": "Counted"}, {"key": "fit", "label": "Fit", "css": "r"}],
        "members": [("Daniel Osei", "Production Manager, Tarnfield", "ready_now", ""), ("Samuel Adeyemi", "Assembly Manager", "1_3_years", ""), ("Mateo Vargas", "Machining Manager", "4_5_years", "stale"), ("Nadia Haddad", "HSE Manager, Brno", None, "declined")],
        "page": Paginator(range(1234), 50).page(3),
        "nodes": [_node("Chief Operating Officer", "building", "Ingrid Solheim", now=1, mid=1) | {"fold_label": "−"}, _node("Plant Director, Tarnfield", "full", "Margaret Okafor", now=1, mid=2) | {"risk": "high", "risk_words": "Apr 2027"}, _node("Customer Quality Lead", "empty", "", struck=1), {"title": "Assembly Manager", "url": "#", "holder": "Samuel Adeyemi", "fold_label": "+5"}],
        "import_rows": [
            {"number": 17, "record": "Position · MNT-MM-07", "outcome": "rejected", "sentence": "Reports to MNT-HD-9, which does not exist", "repairs": [{"key": "17-0", "column": "Reports to", "value": "MNT-HD-9", "most": 2000, "button": "Use MNT-HD-09"}]},
            {"number": 4, "record": "Position · OPS-PD-04", "outcome": "created", "sentence": "1 seat"},
            {"number": 9, "record": "Position · OPS-PM-10", "outcome": "changed", "changes": [{"field": "Seats", "old": "3", "new": "4"}]},
            {"number": 10, "record": "Position · OPS-PM-11", "outcome": "unchanged"},
            {"number": None, "record": "Position · OPS-PM-12", "outcome": "absent", "sentence": "stays as it is"},
        ],
        "consequences": [{"label": "Tarnfield, counted", "before": 3, "after": 4, "unit": "of 3"}, {"label": "Truly covered seats", "before": 6, "after": 6, "unit": "of 9", "note": "no gain"}],
        "ticks": [(0, "Nov 2026"), (0.25, "Feb"), (0.5, "May"), (0.75, "Aug")],
        "spans": [{"start": 0, "end": 0.2, "label": "Gordon Blyth"}, {"start": 0.2, "end": 0.24, "fill": "orange"}, {"start": 0.24, "end": 0.92, "label": "Margaret Okafor", "fill": "now"}, {"start": 0.92, "end": 1, "expected": True}],
        "events": [(0.4, "Plan v1"), (0.9, "v9 endorsed")],
        "form": form,
        "filters": Filters({"kind": "key"}),
    }  # fmt: skip
