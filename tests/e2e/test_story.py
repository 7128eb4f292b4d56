"""From an empty installation to covered key posts, as people do it: with the mouse, the keyboard and real background tasks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.e2e.company import PASSWORD, build, user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

ROOT = Path(settings.BASE_DIR)
ORGANOGRAM = ROOT.parent / "shared" / "data" / "organogram_dclg_2017.csv"
POSTS = """Code,Title,Unit,Reports to,Holder,Holder's employee number,Seats
MD,Managing Director,Head office,,Ada Long,N1,1
PD,Plant Director,Works,MD,Bo Carver,N2,1
CD,Chief Designer,Studio,MD,Cy Dale,N3,1
AM,Assembly Manager,Works,PD,Di Evers,N4,1
QM,Quality Manager,Works,PD,Ed Frost,N5,1
DM,Design Manager,Studio,CD,Flo Grant,N6,1
BAD,,Studio,CD,Gus Hill,N7,1
"""
REASON = "Ran the works through two winters."


@pytest.fixture
def worker():
    """A real worker on the database and the queue of the test."""
    database = connection.settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "succession",
            "worker",
            "--pool",
            "solo",
            "--without-gossip",
            "--without-mingle",
        ],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"postgresql://{login}/{database['NAME']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(30)


def sign_in(page, name):
    page.goto("/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def see(page, text, *, within="body", seconds=15):
    page.locator(within).get_by_text(text).first.wait_for(timeout=seconds * 1000)


def answer(page, submit):
    """Press the dialog's button and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("#act").get_by_role("button", name=submit, exact=True).click()
    page.wait_for_load_state("networkidle")


def import_file(page, name, content, *, rows):
    page.goto("/imports/")
    page.set_input_files("input[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Read the files").click()
    apply = page.get_by_role("button", name=f"Apply {rows} rows")
    apply.wait_for(timeout=60_000)
    return apply


def test_hr_begins_with_nothing_and_ends_with_covered_posts(enter, worker):
    user("hr", role="hr_manager", full_name="Mira Sol")
    watched = enter(viewport={"width": 1440, "height": 900})
    page = watched.page
    sign_in(page, "hr")
    see(page, "Five steps to the first figure")

    page.get_by_role("link", name="Import the organisation").click()
    page.wait_for_url("**/imports/")
    apply = import_file(page, "posts.csv", POSTS.encode(), rows=6)
    see(page, "Plant Director")
    page.locator("#rows").get_by_role("link", name=re.compile("rror")).first.click()
    see(page, "BAD", within="#rows")
    apply.click()
    see(page, "What has come in", seconds=60)

    page.goto("/criticality/")
    for code in ("PD", "CD"):
        row = page.locator("tr[id^=line-]", has=page.get_by_text(code, exact=True))
        for score in row.locator("input[type=number]").all():
            score.fill("5")
        row.locator("select[name$=decided_class]").select_option("key")
        row.locator("input[name$=reason]").fill("The works stand still without it.")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep the ratings").click()
    assert page.locator("main [role=alert]").all_text_contents() == []

    page.goto("/pools/new/")
    page.fill("input[name=code]", "KP")
    page.fill("input[name=name]", "Directors")
    page.select_option("select[name=kind]", "key")
    with page.expect_navigation():
        page.get_by_role("button", name="Set up the pool").click()
    pool = page.url
    for code in ("PD", "CD"):
        page.goto(pool + "demand/")
        page.fill("input[name=position]", code)
        page.get_by_role("button", name="Add the post").click()
        see(page, code)
    for number, post in (("N4", "PD"), ("N6", "CD")):
        admit(page, pool, number, post)
    assert covered(watched) == "0", "nothing is known yet of those who were admitted"
    page.goto(pool)
    see(page, re.compile("No evidence"))

    give_evidence(page, pool, "Di Evers")
    wait_until(page, lambda: covered(watched) == "1")
    page.get_by_role("button", name="How True coverage is worked out").click()
    see(page, "The largest number of seats that can be filled at once")
    give_evidence(page, pool, "Flo Grant")
    wait_until(page, lambda: covered(watched) == "2")
    page.goto(pool)
    page.get_by_role("button", name="Recompute now").click()
    see(page, re.compile("updated"))


def covered(watched):
    """The seats that the overview calls truly covered."""
    watched.goto("/overview/")
    see(watched.page, "of 2 key seats")
    return watched.page.locator(".hero .huge").text_content()


def wait_until(page, condition, seconds=30):
    for _again in range(seconds):
        if condition():
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"waited {seconds} s in vain")


def give_evidence(page, pool, name):
    page.goto(pool)
    page.get_by_label(f"Acts for {name}").click()
    page.locator("#members .menu .mi", has_text="Evidence").locator("visible=true").click()
    page.fill("#act textarea[name=reason]", "Seen at work in the last two audits.")
    answer(page, "Save the evidence")


def admit(page, pool, number, post):
    """Propose, screen and admit someone, by the dialogs of the pool's page."""
    page.goto(pool)
    page.get_by_role("link", name="Propose people").click()
    page.fill("#act input[name=employee]", number)
    page.select_option("#act select[name=position]", label=option_of(page, post))
    page.select_option("#act select[name=readiness]", "ready_now")
    page.fill("#act textarea[name=reason]", REASON)
    answer(page, "Propose")
    for tab, act in (("proposed", "Start screening"), ("screening", "Admit")):
        page.goto(f"{pool}?tab={tab}")
        page.locator("#members summary").first.click()
        page.locator("#members .menu .mi", has_text=act).first.click()
        answer(page, act)


def option_of(page, code):
    options = page.locator("#act select[name=position] option").all_text_contents()
    return next(
        option
        for option in options
        if re.search(rf"\b{code}\b", option) or option.startswith({"PD": "Plant", "CD": "Chief"}[code])
    )


@pytest.mark.skipif(not ORGANOGRAM.exists(), reason=f"{ORGANOGRAM} is not here")
def test_a_published_organogram_comes_in_whole(enter, worker):
    watched = enter(user("hr", role="hr_manager"), viewport={"width": 1440, "height": 900})
    page = watched.page
    page.goto("/imports/")
    page.set_input_files("input[name=file]", ORGANOGRAM)
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("button", name=re.compile(r"Apply [\d,]+ rows")).click(timeout=60_000)
    see(page, "What has come in", seconds=90)
    page.goto("/positions/")
    see(page, re.compile(r"\b392\b"))


MENDED = b"""Position code,Title,Unit,Reports to,Seats,Class
A1,Works Director,Works,XX,1,key
A2,Line Manager,Works,A2,1,management
A3,Shift Manager,Works,A1,two,management
"""


@pytest.mark.parametrize("width", [1440, 390])
def test_errors_are_put_right_in_place_and_the_effect_is_told(enter, worker, width):
    watched = enter(user("hr", role="hr_manager"), viewport={"width": width, "height": 900})
    page = watched.page
    page.goto("/imports/")
    page.set_input_files("input[name=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": MENDED})
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("button", name="Without a superior").click()
    see(page, "Put right here")
    cell = page.get_by_label("Seats", exact=True)
    cell.fill("three")
    cell.press("Enter")
    see(page, "“three” is not a number.")
    assert watched.axe() == []
    assert watched.overflow() <= 0
    cell = page.get_by_label("Seats", exact=True)
    assert cell.input_value() == "three"
    cell.fill("2")
    cell.press("Enter")
    see(page, "Apply 3 rows")
    see(page, "truly covered seats of 0 → 1", within="#totals", seconds=30)
    page.get_by_text("Which posts, holders and successors").click()
    see(page, "opens as key post")
    assert watched.axe() == []
    page.locator("#rows").get_by_role("button", name="Take back").last.click()
    see(page, "Apply 2 rows")
    assert watched.faults == []


def test_two_admit_for_the_last_place_and_one_is_told(enter):
    company = build()
    other = user("other", role="hr_manager")
    rivals = fill_all_but_one_place(company)
    pages = []
    for person, membership in zip((company.hr, other), rivals, strict=True):
        page = enter(person).page
        page.goto(f"/memberships/{membership.pk}/admit/")
        pages.append(page)
    for page in pages:
        page.evaluate("setTimeout(() => document.querySelector('main form .pri').click(), 500)")
    for page in pages:
        page.wait_for_timeout(700)
        page.wait_for_load_state("networkidle")
    told = [page.get_by_text("Nothing was changed.").count() for page in pages]
    assert sorted(told) == [0, 1]
    assert sorted(state_of(rivals)) == ["active", "screening"]


def fill_all_but_one_place(company):
    """Two people in screening for the one place that is left."""
    from candidates.services import ensure_candidate
    from pools import services
    from pools.models import EchelonPool
    from pools.services import Naming
    from tests.e2e.company import post, staff

    served = post("RACE", "Racing Director", company.operations, company.hr, "key")
    pool = EchelonPool.objects.get(pk=services.create_pool(actor=company.hr, code="RACE", name="Race", kind="key").pk)
    services.serve_position(pool, served, actor=company.hr)
    members = []
    for number in range(4):
        candidate = ensure_candidate(
            staff(f"R{number}", f"Racer {number}", company.operations, company.hr), actor=company.hr
        )
        named = [Naming(served, "ready_now", REASON)]
        proposed = services.propose_member(pool, candidate, actor=company.hr, posts=named, reason=REASON)
        members.append(services.start_screening(proposed, actor=company.hr))
    for member in members[:2]:
        services.admit_member(member, actor=company.hr)
    return members[2:]


def state_of(memberships):
    for membership in memberships:
        membership.refresh_from_db()
    return [membership.state for membership in memberships]


def test_a_head_sees_the_own_area_and_nothing_of_the_own_seat(enter):
    company = build()
    watched = enter(company.head)
    page = watched.page
    watched.goto("/")
    assert "/my-area/" in page.url
    watched.goto("/positions/")
    assert page.get_by_text("Plant Director").count() > 0
    assert page.get_by_text("Finance Director").count() == 0
    watched.goto("/pools/")
    assert page.get_by_text("Plant directors").count() > 0
    assert page.get_by_text("Finance directors").count() == 0
    assert watched.goto(f"/pools/{company.finance_pool.pk}/").status == 404
    assert watched.goto(f"/pools/{company.pool.pk}/").status == 200
    assert page.get_by_role("link", name="Propose people").count() == 0


def test_an_employee_answers_and_reads_nothing_of_succession(enter):
    company = build()
    watched = enter(company.employee)
    page = watched.page
    watched.goto("/")
    assert "/me/" in page.url
    page.locator("input[name=willingness][value=agreed]").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep my answer").click()
    see(page, re.compile("last given"))
    company.plain.refresh_from_db()
    assert company.plain.willingness == "agreed"
    source = page.content()
    for word in ("Ready now", "ready_now", "Plant directors", "KP-PLANT", "successor", "1–3 years", "Led two plants"):
        assert word not in source
    for path in (f"/pools/{company.pool.pk}/", f"/people/{company.plain.pk}/", "/overview/", "/audit/"):
        assert watched.goto(path).status == 404


def test_an_auditor_reads_all_and_can_change_nothing(enter):
    company = build()
    watched = enter(company.auditor)
    page = watched.page
    paths = (
        "/overview/",
        f"/pools/{company.pool.pk}/",
        f"/positions/{company.plant.pk}/",
        f"/people/{company.person.pk}/",
    )
    for path in (*paths, "/criticality/", "/imports/", "/audit/"):
        assert watched.goto(path).status == 200
        buttons = page.locator("main form[method=post] button, main .btn.pri").all_text_contents()
        assert (path, buttons) == (path, [])
    see(page, "Mira Sol")
