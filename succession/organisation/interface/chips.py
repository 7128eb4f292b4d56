"""Marks and words of the interface: icons, people, statuses.

Small marks stand in long lists, so they are written here and not in template files of their own.
"""

from datetime import date
from functools import lru_cache

from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context

from succession.organisation import formats
from succession.organisation.drawings import marks as drawn
from succession.organisation.interface.markup import Markup, escape, made
from succession.organisation.marks import COVERAGE, READINESS, RISK, STATE, Mark, mark_of

ORDERS = {"": ("ascending", "chevron-up"), "-": ("descending", "chevron-down")}


@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> Markup:
    """An icon of the sprite: size s, xs or l."""
    sprite = escape(static("dist/icons.svg"))
    return made(f'<svg class="i {escape(size)}" aria-hidden="true"><use href="{sprite}#{escape(name)}"></use></svg>')


def avatar(name: str = "", key: object = None, size: str = "", external: bool = False) -> Markup:
    """Initials on the person's tint; without a name a dashed ring."""
    if not name:
        return made(f'<span class="av nobody {escape(size)}" aria-hidden="true"></span>')
    tint = formats.tint(name if key is None else key)
    css = f"av p{tint} {escape(size)}{' ext' if external else ''}"
    return made(f'<span class="{css}" aria-hidden="true">{escape(formats.initials(name))}</span>')


def person(
    name: str, detail: str = "", url: str = "", key: object = None, size: str = "", external: bool = False
) -> Markup:
    """The person chip: initials, name, one line below."""
    named = (
        f'<a class="nm" href="{escape(url)}">{escape(name)}</a>' if url else f'<span class="nm">{escape(name)}</span>'
    )
    below = f'<span class="ro">{escape(detail)}</span>' if detail else ""
    return made(f'<span class="per">{avatar(name, key, size, external)}<span>{named}{below}</span></span>')


def coverage_badge(status: str, detail: str = "", url: str = "") -> Markup:
    """Status of a pool or a post; detail is what stands behind the word, such as "3 of 3"."""
    if not detail and not url:
        return _status(status, get_language())
    return _chip(COVERAGE.get(status) or Mark(status), detail=detail, url=url)


# The same few words stand in every row of a list, so these marks are drawn once; the language is part of what is remembered.
@lru_cache(maxsize=64)
def _status(status: str, _language: str | None) -> Markup:
    return _chip(COVERAGE.get(status) or Mark(status))


def coverage_icon(status: str) -> Markup:
    """The icon of a coverage status alone, its word for screen readers."""
    mark = COVERAGE.get(status)
    if mark is None:
        return Markup()
    word = escape(mark.word)
    return made(f'<span title="{word}">{icon(mark.icon, "s")}<span class="visually-hidden">{word}</span></span>')


def shared_cover_chip(url: str = "", detail: str = "") -> Markup:
    """Warns that 1:3 rests on shared people; opens the blocking set."""
    return _chip(STATE["shared"], detail=detail, url=url)


def state_chip(state: str, detail: str = "", word: str = "", url: str = "", title: str = "") -> Markup:
    """Any state of the glossary: answers, memberships, approvals, background tasks, classes of posts."""
    if not (detail or word or url or title):
        return _state(state, get_language())
    return _chip(mark_of(state), detail=detail, word=word, url=url, title=title)


@lru_cache(maxsize=256)
def _state(state: str, _language: str | None) -> Markup:
    return _chip(mark_of(state))


def chip(word: str, tone: str = "", icon: str = "", url: str = "", title: str = "") -> Markup:
    """A chip with words of the page's own."""
    return _chip(Mark(word, tone, icon), url=url, title=title)


def counted_mark(reason: str = "", detail: str = "") -> Markup:
    """Counted, or the reason why not."""
    if reason:
        return state_chip(reason, detail)
    return _counted(get_language())


@lru_cache(maxsize=16)
def _counted(_language: str | None) -> Markup:
    mark = STATE["counted"]
    return made(f'<span class="teal b nw sm">{icon(mark.icon, "s")} {escape(mark.word)}</span>')


def readiness(tier: str | None, since: date | None = None, word: str = "") -> Markup:
    """Disc and words of a tier; the date of the decision for the pointer and for screen readers."""
    return _ready(tier or "", since, word, get_language())


@lru_cache(maxsize=2048)
def _ready(tier: str, since: date | None, word: str, _language: str | None) -> Markup:
    none = "none" if tier in ("", "nobody") else ""
    shown = f"{drawn.readiness_disc(tier)}{escape(word or READINESS.get(tier, tier))}"
    if not since:
        return made(f'<span class="rd {none}">{shown}</span>')
    decided = escape(_("decided %(day)s") % {"day": formats.day(since)})
    return made(
        f'<span class="rd {none}" title="{decided}">{shown}<span class="visually-hidden">, {decided}</span></span>'
    )


def risk(level: str, title: str = "") -> Markup:
    """A human rating: shape and word; the title says who rated, when and why."""
    if not level:
        return made(f'<span class="t3">{escape(_("Not rated"))}</span>')
    word = escape(RISK.get(level, level))
    return made(f'<span class="risk" title="{escape(title)}">{drawn.risk_mark(level)}{word}</span>')


def freshness(age: float | None, half_life: float) -> Markup:
    """Age of evidence against its half-life, both in months."""
    if age is None:
        return made(f'<span class="fresh late">{escape(_("no evidence"))}</span>')
    spoken = escape(_("%(age)s of %(half_life)s months") % {"age": round(age), "half_life": round(half_life)})
    months = escape(_("%(months)s mo") % {"months": round(age)})
    return made(
        f'<span class="fresh {"late" if age > half_life else ""}" title="{spoken}">'
        f'{drawn.freshness_bar(age, half_life)}<span aria-hidden="true">{months}</span>'
        f'<span class="visually-hidden">{spoken}</span></span>'
    )


def change(before: object, after: object, unit: str = "") -> Markup:
    """Before → after."""
    becomes = escape(_("becomes"))
    counted_in = f' <span class="t3">{escape(unit)}</span>' if unit else ""
    return made(
        f'<span class="delta">{escape(before)} <span aria-hidden="true">→</span>'
        f'<span class="visually-hidden">{becomes}</span> {escape(after)}</span>{counted_in}'
    )


def acts_menu(label: str, acts: tuple[tuple[str, str], ...], key: int) -> Markup:
    """The acts of a row, as (words, address with `%d` for its key); each is asked for in a dialog, or on a page of its own."""
    return made(
        f'<details class="menu-box"><summary class="btn sm ghost" aria-label="{escape(label)}">{icon("dots", "s")}</summary>'
        f'<div class="menu">{_entries(acts) % ((key,) * 2 * len(acts))}</div></details>'
    )


@lru_cache(maxsize=256)
def _entries(acts: tuple[tuple[str, str], ...]) -> str:
    """Rows offer the same acts again and again; only their key differs."""
    entries = [(escape(url), str(escape(words)).replace("%", "%%")) for words, url in acts]
    return "".join(
        f'<a class="mi" href="{url}" hx-get="{url}" hx-target="#layer">{words}</a>' for url, words in entries
    )


@pass_context
def sort_header(context: Context, key: str, label: str, css: str = "") -> Markup:
    """A column head that sorts by `?sort=key`, then `?sort=-key`; keeps the other filters."""
    request = context["request"]
    current = request.GET.get("sort", context.get("default_sort") or "")
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{key}" if current == key else key
    order, mark = ORDERS[current.removesuffix(key)] if current in (key, f"-{key}") else ("none", "selector")
    link = f'<a class="sortby" href="?{escape(query.urlencode())}">{escape(label)}{icon(mark, "xs")}</a>'
    return made(f'<th scope="col" class="{escape(css)}" aria-sort="{order}">{link}</th>')


def _chip(mark: Mark, *, detail: str = "", word: str = "", url: str = "", title: str = "") -> Markup:
    drawing = icon(mark.icon) if mark.icon else ""
    words = f"{escape(word or mark.word)} {escape(detail)}" if detail else escape(word or mark.word)
    css = f"chip {escape(mark.tone)}{'' if mark.icon else ' noi'}"
    said = f' title="{escape(title)}"' if title or url else ""
    if url:
        return made(f'<a class="{css}" href="{escape(url)}"{said}>{drawing}{words}</a>')
    return made(f'<span class="{css}"{said}>{drawing}{words}</span>')


MARKS = (
    icon,
    avatar,
    person,
    coverage_badge,
    coverage_icon,
    shared_cover_chip,
    state_chip,
    chip,
    counted_mark,
    readiness,
    risk,
    freshness,
    change,
    acts_menu,
    sort_header,
)
