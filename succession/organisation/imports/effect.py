"""What applying an import would do to coverage, as it is told to one reader.

Who stands behind a post is confidential towards those it is about: lines on the reader's own seat, and on the reader, are left out
for all but auditors; figures of the whole are the same for all who read them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from succession.organisation.access import access_of
from succession.organisation.choices import ImportState, PositionClass
from succession.organisation.models import ImportBatch, ImportForecast, User

FIGURES: dict[str, str | Promise] = {
    "seats": gettext_lazy("Seats"),
    "planned": gettext_lazy("Seats about to open"),
    "closing": gettext_lazy("Seats about to close"),
    "named": gettext_lazy("Seats with names"),
    "counted": gettext_lazy("Seats with names that count"),
    "true": gettext_lazy("Truly covered seats"),
    "ready_now": gettext_lazy("Truly covered by people ready now"),
}
HEADS: dict[str, str | Promise] = {
    "posts": gettext_lazy("Key and management posts"),
    "holders": gettext_lazy("Their holders"),
    "successors": gettext_lazy("Their successors"),
}
WORDS: dict[str, str | Promise] = {
    "moves": gettext_lazy("moves to %(to)s"),
    "leaves": gettext_lazy("leaves the post"),
    "comes": gettext_lazy("takes the post"),
    "appointed": gettext_lazy("is appointed to it, so no longer a successor"),
    "left": gettext_lazy("leaves, so no longer counts"),
    "post": gettext_lazy("no longer counts: the post would have no seat in its pool"),
    "other": gettext_lazy("no longer counts"),
    "counts": gettext_lazy("counts anew"),
}


def effect_of(batch: ImportBatch, forecast: ImportForecast | None, user: User) -> dict[str, Any]:
    """The effect for the page: `state` is told, waiting, problem or nothing."""
    if forecast is None or batch.planned_at is None or forecast.digest != batch.digest:
        return {"state": "nothing"}
    if forecast.problem:
        return {"state": "problem", "problem": forecast.problem}
    if forecast.figures is None:
        return {"state": "waiting" if batch.state == ImportState.DRAFT else "nothing"}
    figures = forecast.figures["figures"]
    is_done = batch.state in (ImportState.APPLIED, ImportState.UNDONE)
    head = _("Coverage as it was foretold") if is_done else _("What it would do to coverage")
    kinds = [_kind(kind, figures[kind]) for kind in (PositionClass.KEY, PositionClass.MANAGEMENT)]
    kinds[0]["label"] = _("%(head)s: key posts") % {"head": head}
    lists = [_list(name, forecast.figures[name], user) for name in HEADS]
    return {
        "state": "told",
        "kinds": kinds,
        "lists": [each for each in lists if each["count"]],
        "changes": any(kind["rows"] for kind in kinds) or any(each["count"] for each in lists),
    }


def _kind(kind: PositionClass, sides: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """The headline of a class, and the figures that change."""
    before, after = sides["before"], sides["after"]
    rows = [
        {"label": label, "before": before[name], "after": after[name]}
        for name, label in FIGURES.items()
        if before[name] != after[name]
    ]
    of_seats = _("of %(seats)s") % {"seats": before["seats"]}
    if before["seats"] != after["seats"]:
        of_seats = _("of %(before)s → %(after)s") % {"before": before["seats"], "after": after["seats"]}
    return {
        "label": _("Management posts"),
        "word": _("Key posts") if kind == PositionClass.KEY else _("Management posts"),
        "before": before["true"],
        "after": after["true"],
        "unit": _("truly covered seats %(of)s") % {"of": of_seats},
        "tone": "red" if after["true"] < before["true"] else "teal" if after["true"] > before["true"] else "",
        "rows": rows,
    }


def _list(name: str, told: Mapping[str, Any], user: User) -> dict[str, Any]:
    rows = [row for row in told["rows"] if name == "posts" or not _is_of(user, row)]
    left_out = len(told["rows"]) - len(rows)
    count = told["count"] - left_out
    words = _posts(rows) if name == "posts" else _people(rows)
    return {"label": HEADS[name], "count": count, "rows": list(words), "more": count - len(rows)}


def _is_of(user: User, row: Mapping[str, Any]) -> bool:
    """Whether the line is about the reader, or the seat they sit on."""
    access = access_of(user)
    if access.is_auditor:
        return False
    is_self = row["person"] is not None and row["person"] == access.employee_id
    return is_self or row["post"] in access.own_position_ids


def _posts(rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        kind = PositionClass(row["kind"]).label
        words = {
            "opened": _("opens as %(kind)s") % {"kind": kind.lower()},
            "closed": _("no longer counted"),
            "class": _("becomes %(kind)s") % {"kind": kind.lower()},
            "changed": "",
        }[row["what"]]
        yield _line(row) | {
            "words": words,
            "before": row["before"],
            "after": row["after"],
            "later": row["later"],
        }


def _people(rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        word = str(WORDS[row["what"]])
        yield _line(row) | {"name": row["name"], "words": word % {"to": row["to"]} if "to" in row else word}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    url = reverse("position", args=[row["post"]]) if row["post"] else ""
    return {"code": row["code"], "title": row["title"], "url": url}
