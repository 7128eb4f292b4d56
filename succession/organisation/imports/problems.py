"""What an import refuses as a whole, and what it refuses in one cell."""

from django.utils.translation import gettext as _

from succession.organisation.errors import Invalid, Refusal


class UnreadableFile(Invalid):
    """A file that is not a table, or larger than is read."""

    code = "unreadable_file"

    def __init__(self, message: str, *, name: str = "") -> None:
        super().__init__(f"{name}: {message}" if name else message, field="file")


class UnmappedColumns(Invalid):
    """Columns that must be known are not: which, is in the sentence."""

    code = "unmapped_columns"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="mapping")


class NotApplicable(Refusal):
    """The import is not in a state in which it could be applied."""

    code = "not_applicable"


class PlanIsStale(Refusal):
    """The data changed since the dry run; a new one was made."""

    code = "plan_is_stale"


class StillNeeded(Refusal):
    """The import cannot be undone: something later depends on it."""

    code = "still_needed"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(_("This import can no longer be undone: %(what)s.") % {"what": "; ".join(reasons)})
        self.reasons = reasons


class CellError(Exception):
    """One cell that cannot be taken; the text is a sentence for the reader of the row.

    Where one value is the obvious one, `mend` says of what kind it is (see `repairs`) and `to` what it is.
    """

    def __init__(self, message: str, *, mend: str = "", to: str = "") -> None:
        super().__init__(message)
        self.mend, self.to = mend, to


class BadCells(Invalid):
    """Values entered for cells that cannot be taken either: by cell, each with its sentence."""

    code = "bad_cells"

    def __init__(self, by_cell: dict[str, str]) -> None:
        super().__init__(" ".join(by_cell.values()), field="cells")
        self.by_cell = by_cell
