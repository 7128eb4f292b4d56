"""Reporting lines of a file together with those that stand: who is above whom, and which rows would make a circle."""

from collections.abc import Iterator

from succession.organisation.models import Position

ROOT = ""


class Lines:
    """Superiors by code. `stated` is what the file says of its live posts; `None` there says nothing."""

    def __init__(self) -> None:
        self.pk_of: dict[str, int] = {}
        self.closed: set[str] = set()
        self._standing: dict[str, str] = {}
        self.stated: dict[str, str | None] = {}
        self.lost: set[str] = set()
        self.newest = 0
        self._load()

    def _load(self) -> None:
        code_of: dict[int, str] = {}
        above: list[tuple[str, int]] = []
        for pk, code, superior, closed_on in (
            Position.objects.order_by().values_list("pk", "code", "reports_to_id", "closed_on").iterator(5000)
        ):
            self.pk_of[code] = pk
            code_of[pk] = code
            if superior is not None:
                above.append((code, superior))
            if closed_on is not None:
                self.closed.add(code)
        self.newest = max(self.pk_of.values(), default=0)
        self._standing = {code: code_of[superior] for code, superior in above}

    def resolved(self, code: str) -> str:
        """The superior that a stated code comes to, ROOT when there is none to be had."""
        if code in self.stated or (code in self.pk_of and code not in self.closed and code not in self.lost):
            return code
        return ROOT

    def above(self, code: str) -> str:
        """The superior of a post once the file is applied."""
        stated = self.stated.get(code)
        if stated is None:
            return self._standing.get(code, ROOT)
        if stated == ROOT:
            return ROOT
        return self.resolved(stated) or self._standing.get(code, ROOT)

    def circles(self) -> Iterator[list[str]]:
        """Posts that would stand above themselves, circle by circle."""
        done: set[str] = set()
        for start in list(self.stated):
            path: list[str] = []
            on_path: set[str] = set()
            code = start
            while code != ROOT and code not in done and code not in on_path:
                path.append(code)
                on_path.add(code)
                code = self.above(code)
            if code in on_path:
                yield path[path.index(code) :]
            done.update(path)

    def drop_circles(self) -> dict[str, list[str]]:
        """Take the rows that make circles out; returns each with its circle. What stands already makes none."""
        dropped: dict[str, list[str]] = {}
        while found := list(self.circles()):
            for circle in found:
                for code in circle:
                    if self.stated.pop(code, None) is not None:
                        dropped[code] = circle
        return dropped
