"""Every address of the site, and the records that may stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.company import MISSING, Company

# The kind of record by the beginning of a route; the first that fits.
KINDS = [
    ("people/<pk>", "person"),
    ("candidates/<pk>", "candidate"),
    ("me/goals/<pk>", "goal"),
    ("jobs/<pk>", "job"),
    ("imports/<pk>", "import"),
    ("criticality/propose/<pk>", "position"),
    ("positions/<pk>", "position"),
    ("map/branches/<pk>", "position"),
    ("map/posts/<pk>", "position"),
    ("pools/<pk>", "pool"),
    ("memberships/<pk>", "membership"),
    ("instruments/<pk>", "instrument"),
    ("assessments/<pk>", "assessment"),
    ("sheets/<pk>", "sheet"),
    ("api/v1/org-units/<pk>", "unit"),
    ("api/v1/employees/<pk>", "person"),
    ("api/v1/positions/<pk>", "position"),
    ("api/v1/incumbencies/<pk>", "incumbency"),
    ("api/v1/competencies/<pk>", "competency"),
    ("api/v1/candidates/<pk>", "candidate"),
    ("api/v1/instruments/<pk>", "instrument"),
    ("api/v1/assessments/<pk>", "assessment"),
    ("api/v1/pools/<pk>", "pool"),
    ("api/v1/pools/<pool>", "pool"),
    ("api/v1/memberships/<pk>", "membership"),
    ("api/v1/imports/<pk>", "import"),
    ("api/v1/imports/<batch>", "import"),
    ("api/v1/jobs/<pk>", "job"),
    ("api/v1/audit/<pk>", "audit event"),
    ("api/v1/me/goals/<pk>", "goal"),
    ("admin/candidates/candidate/<object_id>", "candidate"),
    ("admin/pools/echelonpool/<object_id>", "pool"),
    ("admin/pools/membership/<object_id>", "membership"),
    ("admin/organisation/employee/<object_id>", "person"),
    ("admin/organisation/position/<object_id>", "position"),
]
# A second record in the route, which goes with the first.
SECOND = {
    "position_pk": "position",
    "holder_pk": "incumbency",
    "change_pk": "seat change",
    "name_pk": "name",
    "job_pk": "job",
    "sheet_pk": "sheet",
    "cell_pk": "cell",
}
# Words in a route that are no records; a route is tried with each.
WORDS = {
    "overview/cards/<card>/": ("card", ["risk"]),
    "my-area/cards/<card>/": ("card", ["risk"]),
    "pools/<pk>/members/<act>/": ("act", ["hold"]),
    "memberships/<pk>/<act>/": ("act", ["hold"]),
}
FIXED = {
    "version": "1",
    "key": "nothing",
    "uidb36": "1",
    "url": "nothing",
    "content_type_id": "1",
    "object_id": str(MISSING),
    "id": str(MISSING),
    "app_label": "organisation",
    "kind": "organisation",
    "name": "nothing",
    "filename": "nothing",
}
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """A route as people read it (`pools/<pk>/`), and what is put in its gaps."""

    text: str

    @property
    def gaps(self) -> list[str]:
        return _CONVERTER.findall(self.text)

    @property
    def kind(self) -> str | None:
        return next((kind for beginning, kind in KINDS if self.text.startswith(beginning)), None)

    def places(self, company: Company) -> list[str]:
        if not self.gaps:
            return [""]
        return company.places(self.kind) if self.kind else ["fixed"]

    def address(self, company: Company, place: str, who: str, *, second: str = "") -> str:
        """The route with everything filled in; a second record stands where the first does, or where `second` says."""
        values = dict(FIXED)
        for gap in self.gaps:
            if gap in SECOND:
                values[gap] = str(_second(company, SECOND[gap], second or place, who))
            elif self.kind and gap in {"pk", "pool", "batch", "object_id"}:
                values[gap] = str(company.at(self.kind, place, who))
        for beginning, (gap, words) in WORDS.items():
            if self.text == beginning:
                values[gap] = words[0]
        unknown = set(self.gaps) - set(values)
        if unknown:
            raise LookupError(f"Say in {__name__} what stands for {sorted(unknown)} in {self.text}")
        return "/" + _CONVERTER.sub(lambda found: values[found.group(1)], self.text)


def _second(company: Company, kind: str, place: str, who: str) -> int:
    places = company.places(kind)
    return company.at(kind, place if place in places else places[0], who)


def routes() -> list[Route]:
    """All routes of the resolver, once each."""
    texts = dict.fromkeys(_readable(text) for text in _walk(get_resolver().url_patterns))
    return [Route(text) for text in texts]


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text)
        else:
            yield text


def _readable(text: str) -> str:
    """Regular expressions and converters as plain gaps: `^pools/(?P<pk>[0-9]+)/$` is `pools/<pk>/`."""
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text)
    text = re.sub(r"<[^:<>]+:(\w+)>", r"<\1>", text)
    return text.replace("^", "").replace("$", "")
