"""Files become tables: a name, the headings of the columns, and rows that are read as they come."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext as _

from . import archives, encodings, workbooks
from .cells import FORBIDDEN
from .problems import UnreadableFile

MOST_COLUMNS = 500
LONGEST_HEADING = 200
SNIFFED = 1 << 20


@dataclass(slots=True)
class Row:
    """One record: the line it begins on, its cells, and what is wrong with it as a whole."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class Table:
    """A CSV file or a sheet."""

    name: str
    path: Path
    encoding: str = "utf-8"
    delimiter: str = ","
    is_spooled: bool = False
    is_inside: bool = False
    columns: list[str] = field(default_factory=list)
    misread: int = 0

    @property
    def note(self) -> str:
        """How the file was understood, in a few words."""
        if self.is_spooled:
            return _("sheet")
        names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
        return f"{self.encoding.upper().replace('-SIG', '')}, {names[self.delimiter]}"

    def rows(self) -> Iterator[Row]:
        """The records below the headings, those without any text left out."""
        records = self._records()
        next(records, None)
        width = len(self.columns)
        for count, (line, cells, spans) in enumerate(records, start=1):
            if count > settings.IMPORT_MAX_ROWS:
                raise UnreadableFile(
                    _("More than %(limit)s rows.") % {"limit": f"{settings.IMPORT_MAX_ROWS:,}"}, name=self.name
                )
            if len(cells) == width:
                yield Row(line, cells)
            else:
                yield self._fitted(line, cells, width, spans)

    def line_count(self) -> int:
        """Lines of the file, for telling how far the reading is."""
        with self.path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(SNIFFED), b""))

    def read_head(self) -> None:
        """Find the headings; refuse a table that has none or too many."""
        first = next(self._records(), None)
        if first is None:
            raise UnreadableFile(_("The file is empty."), name=self.name)
        cells = first[1]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile(
                _("%(count)s columns, at most %(limit)d are read.")
                % {"count": f"{len(cells):,}", "limit": MOST_COLUMNS},
                name=self.name,
            )
        if any(FORBIDDEN.search(cell) for cell in cells):
            raise UnreadableFile(
                _("The headings hold control characters: this is not a table of text."), name=self.name
            )
        self.columns = _distinct(cells)

    def _records(self) -> Iterator[tuple[int, list[str], bool]]:
        """(line, cells, whether the record spans several lines) for each record that is not blank."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            before = 0
            try:
                for record in reader:
                    line, cells, spans = before + 1, record, reader.line_num > before + 1
                    before = reader.line_num
                    if self.is_spooled:
                        line, cells, spans = int(record[0]), record[1:], False
                    if any(cells) and not all(cell.isspace() or not cell for cell in cells):
                        yield line, cells, spans
            except csv.Error as error:
                raise UnreadableFile(
                    _("Line %(line)d cannot be read: %(error)s.") % {"line": before + 1, "error": error}, name=self.name
                ) from None

    @staticmethod
    def _fitted(line: int, cells: list[str], width: int, spans: bool) -> Row:
        """A record with other than the head's number of cells: blanks at its end are added or taken off."""
        found = len(cells)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width or (spans and len(cells) < width):
            return Row(
                line,
                cells[:width] + [""] * (width - len(cells)),
                _(
                    "The row has %(found)d cells, the headings %(width)d; a quotation mark or a delimiter may be missing."
                )
                % {"found": found, "width": width},
            )
        return Row(line, cells + [""] * (width - len(cells)))


@contextmanager
def opened(files: Iterable[tuple[str, Path]], *, heads_only: bool = False) -> Iterator[list[Table]]:
    """The tables of some files, their spools kept for as long as the block lasts; of sheets perhaps only the headings."""
    csv.field_size_limit(max(settings.IMPORT_MAX_BYTES, SNIFFED))
    with TemporaryDirectory(prefix="import-") as folder:
        tables = [table for name, path in files for table in _tables_of(name, path, Path(folder), heads_only)]
        for table in tables:
            table.read_head()
        yield tables


def _tables_of(name: str, path: Path, folder: Path, heads_only: bool, inside: bool = False) -> Iterator[Table]:
    if path.stat().st_size == 0:
        raise UnreadableFile(_("The file is empty."), name=name)
    archives.refuse_other_workbooks(path, name)
    if not archives.is_archive(path):
        encoding = encodings.encoding_of(path, name)
        yield Table(
            name,
            path,
            encoding,
            encodings.delimiter_of(path, encoding),
            is_inside=inside,
            misread=encodings.misread_cells(path, encoding),
        )
        return
    with archives.open_archive(path, name) as archive:
        if archives.is_workbook(archive):
            archives.refuse_unfit_workbook(archive, name)
            sheets = list(workbooks.spool_sheets(path, folder, name, MOST_COLUMNS, heads_only=heads_only))
            if not sheets:
                raise UnreadableFile(_("The file is empty."), name=name)
            for sheet, spool in sheets:
                label = name if len(sheets) == 1 else f"{name} · {sheet}"
                yield Table(label, spool, is_spooled=True, is_inside=inside or len(sheets) > 1)
            return
        if inside:
            raise UnreadableFile(_("A ZIP file inside a ZIP file is not read."), name=name)
        for number, info in enumerate(archives.members(archive, name)):
            target = folder / f"member-{path.stem}-{number}"
            archives.unpack(archive, info, target, name)
            yield from _tables_of(PurePosixPath(info.filename).name[:200], target, folder, heads_only, inside=True)


def _distinct(cells: list[str]) -> list[str]:
    """Headings without margins, each once: what is blank gets a number, what repeats a count."""
    seen: dict[str, int] = {}
    columns = []
    for number, cell in enumerate(cells, start=1):
        heading = " ".join(cell.split())[:LONGEST_HEADING] or _("Column %(number)d") % {"number": number}
        seen[heading] = seen.get(heading, 0) + 1
        columns.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return columns
