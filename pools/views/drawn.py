"""The rows of a pool's tables as markup: they are most of the page, so they are written here as small marks are."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.views.rows import MemberRow, SeatRow
from succession.organisation import formats
from succession.organisation.interface import chips, pictures
from succession.organisation.interface.markup import Markup, escape, made

NONE = '<span class="t3">–</span>'


def member_rows(rows: Iterable[MemberRow], *, tab: str, selectable: bool) -> Markup:
    """Members by standing, row by row."""
    anew, since, next_screening = (
        escape(_("decide the readiness anew")),
        escape(_("Since")),
        escape(_("Next screening")),
    )
    acts_for = _("Acts for %(name)s")
    drawn = []
    for row in rows:
        name = escape(row.name)
        pick = (
            f'<td class="pick fit"><input type="checkbox" data-select name="pk" value="{row.key:d}" aria-label="{name}"></td>'
            if selectable
            else ""
        )
        person = chips.person(row.name, row.title, row.url, row.employee, external=not row.employee)
        ready = chips.readiness(row.readiness, row.since) if row.readiness else NONE
        screening = f'<td class="num" data-label="{next_screening}">{_screening(row)}</td>' if tab == "in_pool" else ""
        mark = escape(row.mark) if tab == "exited" else chips.counted_mark(row.mark)
        menu = chips.acts_menu(acts_for % {"name": row.name}, row.acts, row.key) if row.acts else ""
        drawn.append(
            f'<tr>{pick}<td class="lead">{person}</td>\n<td>{ready}</td>\n<td class="t2 mono">{_posts(row, anew)}</td>\n'
            f'<td class="num t2" data-label="{since}"><span class="nw">{escape(row.day)}</span></td>\n{screening}'
            f'<td>{mark}</td>\n<td class="r fit">{menu}</td></tr>\n'
        )
    return made("".join(drawn))


def _posts(row: MemberRow, anew: Markup) -> str:
    """What they are named for, each with the way to decide how ready they are."""
    if row.proposed:
        return escape(row.proposed)
    shown = []
    for code, post, url in row.posts:
        title = escape(post)
        if url:
            to = escape(url)
            shown.append(
                f'<a class="nw" href="{to}" hx-get="{to}" hx-target="#layer" title="{title}: {anew}">{escape(code)}</a>'
            )
        else:
            shown.append(f'<span class="nw" title="{title}">{escape(code)}</span>')
    further = f' <span class="t3" title="{escape(row.further_words)}">+{row.further:d}</span>' if row.further else ""
    return f"{'<br>'.join(shown)}{further}" if shown else "–"


def _screening(row: MemberRow) -> str:
    inside = escape(row.screening)
    toned = f'<span class="{escape(row.tone)}">{inside}</span>' if row.tone else inside
    return f'<span class="nw">{toned}</span>'


def seat_rows(rows: Iterable[SeatRow], *, shared: bool) -> Markup:
    """Posts with who stands behind each seat; those that share people are set off."""
    css = ' class="bset"' if shared else ""
    return made("".join([f"<tr{css}>{_seats_of(row)}</tr>\n" for row in rows]))


def _seats_of(row: SeatRow) -> str:
    line = row.line
    slots = (
        pictures.seat_slots(row.seats)
        if row.seats
        else pictures.slot_meter(line.post.demand, line.capacity, now=line.counted, struck=line.named - line.counted)
    )
    return (
        f'<td class="lead"><a class="q" href="{escape(row.url)}">{escape(row.position.title)}</a>'
        f'<div class="xs t3">{_holders(row)}</div></td>\n<td>{slots}</td>\n'
        f'<td class="num r"><span><b class="t1 bb">{line.counted:d}</b><span class="t3">/{line.capacity:d}</span></span>'
        f' <div class="xs t3 nw">{escape(row.demand)}</div></td>\n'
        f'<td><span class="row-x g6 wrap">{_if_empty(row)}</span></td>\n'
        f'<td class="r">{chips.coverage_badge(line.status)}</td>'
    )


def _holders(row: SeatRow) -> str:
    said = [escape(row.holders)] if row.holders else []
    if row.line.vacant:
        vacant = ngettext("%(n)s vacant", "%(n)s vacant", row.line.vacant) % {"n": row.line.vacant}
        said.append(made(f'<span class="red">{escape(vacant)}</span>'))
    words = " · ".join(said)
    if row.leaves_on:
        leaves = escape(_("leaves %(day)s") % {"day": formats.short_day(row.leaves_on)})
        words += f' · <span class="red">{leaves}</span>'
    return words


def _if_empty(row: SeatRow) -> str:
    """Who would take the seats if all fell empty, and how many stay so."""
    people, open_seats = row.line.if_empty, row.line.open_seats
    css = "nw" if len(people) == 1 else "visually-hidden"
    drawn = "".join(
        [
            f"{chips.avatar(person.name, person.employee, 's', person.is_external)}"
            f'<span class="{css}">{escape(person.name)}</span>'
            for person in people
        ]
    )
    if not people and row.line.post.seats:
        nobody = escape(_("Nobody"))
        return f'<span class="row-x g6 red b">{chips.icon("circle-dashed", "s")}{nobody}</span>'
    if open_seats:
        words = ngettext("%(n)s seat open", "%(n)s seats open", open_seats) % {"n": open_seats}
        return f'{drawn}<span class="nw red b">{escape(words)}</span>'
    return drawn
