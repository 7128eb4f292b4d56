"""The components, drawn on one sheet: complete, accessible by words, and fit for a strict content policy."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from succession.organisation import formats
from tests.organisation.sheet import sheet

ROOT = Path(__file__).parents[2]
COMPONENTS = sorted(
    path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates/components").rglob("*.html")
)
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates").as_posix()
    for path in (ROOT / "templates").rglob("*.html")
    if "borrowed" not in path.parts
)


class Markup(HTMLParser):
    """Attributes and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.attributes = set()
        self.ids = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]


def render(text, **context):
    request = RequestFactory().get("/list/?kind=key&sort=title&page=3")
    return engines["pages"].from_string(text).render(context, request)


@pytest.fixture(scope="module")
def page():
    return render((ROOT / "tests/organisation/sheet.html").read_text(), **sheet())


def test_no_component_needs_an_inline_style_or_handler(page):
    attributes = Markup(page).attributes
    assert "style" not in attributes
    assert [name for name in attributes if name.startswith(("on", "hx-on"))] == []
    assert "javascript:" not in page


def test_ids_are_unique(page):
    ids = Markup(page).ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_says_what_it_expects_and_is_listed(name):
    first = (ROOT / "templates" / name).read_text().splitlines()[0]
    assert first.startswith("{#")
    if "/frame/" not in name:
        assert f"{Path(name).stem}" in re.findall(r"\w+", (ROOT / "templates/components/INDEX.md").read_text())


def test_names_of_people_are_text_not_markup():
    chip = render("{{ ui.person(name, detail) }}", name='<img src=x> "Ö"', detail="<i>")
    assert "<img" not in chip
    assert "<i>" not in chip
    assert "&lt;img src=x&gt;" in chip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Katarína Horváthová", "KH"),
        ("Cher", "C"),
        ("Ana Maria de Souza", "AS"),
        ("李娜", "娜"),
        ("", "?"),
        ("欧阳 修", "修"),
    ],
)
def test_initials(name, expected):
    assert formats.initials(name) == expected


def test_a_person_keeps_the_tint():
    assert formats.tint(4471) == formats.tint("4471")
    assert {formats.tint(number) for number in range(200)} == set(range(1, 9))


def test_coverage_is_icon_word_and_tint():
    badge = render('{{ ui.coverage_badge("thin", "7 of 27") }}')
    assert "chip orange" in badge
    assert "#alert-triangle" in badge
    assert "Thin 7 of 27" in badge


def test_the_slot_meter_speaks():
    assert 'aria-label="7 of 27 slots filled, 9 seats, 4 not counted"' in render(
        "{{ ui.slot_meter(9, 27, now=2, mid=4, far=1, struck=4) }}"
    )


def test_a_state_outside_the_glossary_is_shown_as_it_is():
    assert render('{{ ui.state_chip("odd") }}') == '<span class="chip  noi">odd</span>'


def test_a_sorted_column_turns_and_keeps_the_filters():
    head = render('{{ ui.sort_header("title", "Title") }}{{ ui.sort_header("grade", "Grade") }}')
    assert head.count("aria-sort") == 2
    assert 'aria-sort="ascending"><a class="sortby" href="?kind=key&amp;sort=-title">' in head
    assert 'aria-sort="none"><a class="sortby" href="?kind=key&amp;sort=grade">' in head


def test_the_reason_dialog_of_a_destructive_act_starts_on_cancel():
    dialog = '{{ ui.part("reason_dialog", id="x", title="T", action="/", submit="Exit", destructive=destructive) }}'
    assert re.search(r"<textarea[^>]*autofocus", render(dialog, destructive=True)) is None
    assert re.search(r"<button[^>]*data-closes\s+autofocus", render(dialog, destructive=True))
    assert re.search(r"<textarea[^>]*autofocus", render(dialog, destructive=False))


@pytest.mark.parametrize(
    ("state", "polls"), [("queued", True), ("running", True), ("done", False), ("failed", False), ("cancelled", False)]
)
def test_a_job_is_asked_about_until_it_ends(state, polls):
    job = {"pk": 7, "label": "Import", "state": state, "done": 3, "total": 4, "message": "", "error": ""}
    shown = render('{{ ui.part("job_progress", job=job, url="/jobs/7/") }}', job=job)
    assert ("hx-trigger" in shown) is polls


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (64.15, "en", "64\u202f%"),
        (64.15, "zh-hans", "64%"),
        (None, "en", "–"),
        (-3, "en", "−3\u202f%"),
    ],
)
def test_percent(value, language, expected):
    with translation.override(language):
        assert formats.percent(value) == expected


def test_numbers():
    assert formats.thousands(3120) == "3,120"
    assert formats.thousands(-2) == "−2"
    assert formats.thousands(0) == "0"
    assert formats.level(4.25) == "4.2"
    assert [formats.signed(value) for value in (2, 0, -1, None)] == ["+2", "0", "−1", "–"]


def test_days():
    assert formats.day(date(2026, 11, 16)) == "16 Nov 2026"
    assert formats.day(datetime(2026, 11, 16, 12, tzinfo=UTC)) == "16 Nov 2026"
    assert formats.day(None) == "–"
    with translation.override("zh-hans"):
        assert formats.day(date(2026, 11, 16)) == "2026年11月16日"


def test_near_days_are_written_shorter():
    today = timezone.localdate()
    assert re.fullmatch(r"\w{3} \d{1,2} \w{3,4}", formats.due_day(today + timedelta(days=3)))
    assert re.fullmatch(r"\d{1,2} \w{3,4}", formats.due_day(today + timedelta(days=30)))
    assert re.fullmatch(r"\d{1,2} \w{3,4} \d{4}", formats.due_day(today + timedelta(days=300)))
    assert [formats.in_days(today + timedelta(days=days)) for days in (0, 1, 18, -2)] == [
        "today",
        "in 1 day",
        "in 18 days",
        "2 days ago",
    ]


def test_the_ladder_tells_its_three_figures():
    shown = render('{{ ui.part("ladder", seats=53, named=44, counted=40, different=34) }}')
    assert re.findall(r"\d+", re.sub(r"<svg.*?</svg>|<[^>]+>", "", shown, flags=re.DOTALL)) == ["44", "40", "34"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_takes_a_constant_for_a_value(name):
    """`true` and the like are the language's own: a value of that name would never be shown."""
    shown = re.findall(r"\{\{\s*(true|false|none)\b", (ROOT / "templates" / name).read_text())
    given = re.findall(r"[(,]\s*(true|false|none)=", (ROOT / "templates" / name).read_text())
    assert shown + given == []
