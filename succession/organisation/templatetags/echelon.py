"""Marks and words of the interface: icons, people, statuses, dates, numbers.

Small marks stand in long lists, so they are written here and not in template files of their own.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from succession.organisation import formats
from succession.organisation.marks import COVERAGE, READINESS, RISK, STATE, Mark, mark_of
from succession.organisation.templatetags.drawings import freshness_bar, readiness_disc, risk_mark

register = template.Library()

register.filter("day", formats.day)
register.filter("short_day", formats.short_day)
register.filter("due_day", formats.due_day)
register.filter("in_days", formats.in_days)
register.filter("clock", formats.clock)
register.filter("thousands", formats.thousands)
register.filter("level", formats.level)
register.filter("percent", formats.percent)
register.filter("signed", formats.signed)
register.filter("initials", formats.initials)


@register.filter
def or_dash(value: object) -> object:
    return formats.DASH if value is None or value == "" else value


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite: size s, xs or l."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"></use></svg>', size, static("dist/icons.svg"), name
    )


@register.simple_tag
def avatar(name: str = "", key: object = None, size: str = "", external: bool = False) -> SafeString:
    """Initials on the person's tint; without a name a dashed ring."""
    if not name:
        return format_html('<span class="av nobody {}" aria-hidden="true"></span>', size)
    return format_html(
        '<span class="av p{} {}{}" aria-hidden="true">{}</span>',
        formats.tint(name if key is None else key),
        size,
        " ext" if external else "",
        formats.initials(name),
    )


@register.simple_tag
def person(
    name: str, detail: str = "", url: str = "", key: object = None, size: str = "", external: bool = False
) -> SafeString:
    """The person chip: initials, name, one line below."""
    return format_html(
        '<span class="per">{}<span>{}{}</span></span>',
        avatar(name, key, size, external),
        format_html('<a class="nm" href="{}">{}</a>', url, name)
        if url
        else format_html('<span class="nm">{}</span>', name),
        format_html('<span class="ro">{}</span>', detail) if detail else "",
    )


@register.simple_tag
def coverage_badge(status: str, detail: str = "", url: str = "") -> SafeString:
    """Status of a pool or a post; detail is what stands behind the word, such as "3 of 3"."""
    return _chip(COVERAGE.get(status) or Mark(status), detail=detail, url=url)


@register.simple_tag
def coverage_icon(status: str) -> SafeString:
    """The icon of a coverage status alone, its word for screen readers."""
    mark = COVERAGE.get(status)
    if mark is None:
        return SafeString()
    return format_html(
        '<span title="{0}">{1}<span class="visually-hidden">{0}</span></span>', mark.word, icon(mark.icon, "s")
    )


@register.simple_tag
def shared_cover_chip(url: str = "", detail: str = "") -> SafeString:
    """Warns that 1:3 rests on shared people; opens the blocking set."""
    return _chip(STATE["shared"], detail=detail, url=url)


@register.simple_tag
def state_chip(state: str, detail: str = "", word: str = "", url: str = "", title: str = "") -> SafeString:
    """Any state of the glossary: answers, memberships, approvals, background tasks, classes of posts."""
    return _chip(mark_of(state), detail=detail, word=word, url=url, title=title)


@register.simple_tag
def chip(word: str, tone: str = "", icon: str = "", url: str = "", title: str = "") -> SafeString:
    """A chip with words of the page's own."""
    return _chip(Mark(word, tone, icon), url=url, title=title)


@register.simple_tag
def counted_mark(reason: str = "", detail: str = "") -> SafeString:
    """Counted, or the reason why not."""
    if reason:
        return _chip(mark_of(reason), detail=detail)
    mark = STATE["counted"]
    return format_html('<span class="teal b nw sm">{} {}</span>', icon(mark.icon, "s"), mark.word)


@register.simple_tag
def readiness(tier: str | None, since: date | None = None, word: str = "") -> SafeString:
    """Disc and words of a tier; the date of the decision for the pointer and for screen readers."""
    tier = tier or ""
    words = word or READINESS.get(tier, tier)
    if not since:
        return format_html('<span class="rd {}">{}{}</span>', _none(tier), readiness_disc(tier), words)
    decided = _("decided %(day)s") % {"day": formats.day(since)}
    return format_html(
        '<span class="rd {}" title="{}">{}{}<span class="visually-hidden">, {}</span></span>',
        _none(tier),
        decided,
        readiness_disc(tier),
        words,
        decided,
    )


@register.simple_tag
def risk(level: str, title: str = "") -> SafeString:
    """A human rating: shape and word; the title says who rated, when and why."""
    if not level:
        return format_html('<span class="t3">{}</span>', _("Not rated"))
    return format_html('<span class="risk" title="{}">{}{}</span>', title, risk_mark(level), RISK.get(level, level))


@register.simple_tag
def freshness(age: float | None, half_life: float) -> SafeString:
    """Age of evidence against its half-life, both in months."""
    if age is None:
        return format_html('<span class="fresh late">{}</span>', _("no evidence"))
    spoken = _("%(age)s of %(half_life)s months") % {"age": round(age), "half_life": round(half_life)}
    return format_html(
        '<span class="fresh {}" title="{}">{}<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
        "late" if age > half_life else "",
        spoken,
        freshness_bar(age, half_life),
        _("%(months)s mo") % {"months": round(age)},
        spoken,
    )


@register.simple_tag
def change(before: object, after: object, unit: str = "") -> SafeString:
    """Before → after."""
    return format_html(
        '<span class="delta">{} <span aria-hidden="true">→</span><span class="visually-hidden">{}</span> {}</span>{}',
        before,
        _("becomes"),
        after,
        format_html(' <span class="t3">{}</span>', unit) if unit else "",
    )


@register.simple_tag(takes_context=True)
def sort_header(context: template.Context, key: str, label: str, css: str = "") -> SafeString:
    """A column head that sorts by `?sort=key`, then `?sort=-key`; keeps the other filters."""
    request = context["request"]
    current = request.GET.get("sort", context.get("default_sort", ""))
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{key}" if current == key else key
    order, mark = {key: ("ascending", "chevron-up"), f"-{key}": ("descending", "chevron-down")}.get(
        current, ("none", "selector")
    )
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sortby" href="?{}">{}{}</a></th>',
        css,
        order,
        query.urlencode(),
        label,
        icon(mark, "xs"),
    )


@register.simple_tag
def choices_of(field: Any) -> list[tuple[str, str, bool]]:
    """The choices of a bound select field as (value, label, chosen), for the filter bar."""
    chosen = str(field.value() or "")
    return [(str(value), str(label), str(value) == chosen) for value, label in field.field.choices]


def _chip(mark: Mark, *, detail: str = "", word: str = "", url: str = "", title: str = "") -> SafeString:
    inside = format_html_join("", "{}", [(part,) for part in _inside(mark, word or mark.word, detail)])
    css = f"chip {mark.tone}{'' if mark.icon else ' noi'}"
    if url:
        return format_html('<a class="{}" href="{}" title="{}">{}</a>', css, url, title, inside)
    if title:
        return format_html('<span class="{}" title="{}">{}</span>', css, title, inside)
    return format_html('<span class="{}">{}</span>', css, inside)


def _inside(mark: Mark, word: object, detail: str) -> list[object]:
    parts = [icon(mark.icon)] if mark.icon else []
    return [*parts, format_html("{} {}", word, detail) if detail else word]


def _none(tier: str) -> str:
    return "none" if tier in ("", "nobody") else ""
