"""Which encoding and which delimiter a text file has."""

import codecs
import csv
import re
from pathlib import Path

from django.utils.translation import gettext as _

from .problems import UnreadableFile

BLOCK = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
HIGH = re.compile(rb"[\x80-\xff]")
# In western text letters with marks mostly stand alone; where they stand together it is another alphabet.
HIGH_RUNS = re.compile(rb"[\x80-\xff]{2,}")
FEWEST_TO_JUDGE = 6
NOT_TABLES = (
    b"%PDF",
    b"MZ",
    b"\x7fELF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
MARKUP = re.compile(rb"\s*<(?:!doctype|html|svg|\?xml|script|head|body)", re.IGNORECASE)
LINE_ENDS = re.compile(r"\r\n|\r|\n")
HEADER_SAMPLE = 262_144


def encoding_of(path: Path, name: str) -> str:
    """UTF-8 with or without mark, UTF-16 by its mark, else Windows-1252; any other is refused, not guessed."""
    with path.open("rb") as file:
        head = file.read(4096)
    _refuse_what_is_no_table(head, name)
    if head.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8"
    if _decodes(path, encoding):
        return encoding
    if encoding != "utf-8":
        raise UnreadableFile(
            _("The mark at its beginning says %(encoding)s, the rest does not follow it.") % {"encoding": encoding},
            name=name,
        )
    _refuse_other_alphabets(path, name)
    return "cp1252"


def delimiter_of(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first record into most cells."""
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        sample = file.read(HEADER_SAMPLE).lstrip()
    widths = {}
    for delimiter in DELIMITERS:
        first = next(csv.reader(LINE_ENDS.split(sample), delimiter=delimiter), [])
        widths[delimiter] = len(first)
    return max(DELIMITERS, key=lambda delimiter: widths[delimiter])


def misread_cells(path: Path, encoding: str) -> int:
    """How often text stands in the file that was decoded wrongly before it came here, such as `â€¢`."""
    found = 0
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        while block := file.read(BLOCK):
            found += block.count("â€") + block.count("Ã¼") + block.count("Ã©") + block.count("\ufffd")
    return found


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _refuse_what_is_no_table(head: bytes, name: str) -> None:
    if not head.strip():
        raise UnreadableFile(_("The file is empty."), name=name)
    if head.startswith(NOT_TABLES) or MARKUP.match(head):
        raise UnreadableFile(_("This is not a table. CSV, XLSX and ZIP files of these are read."), name=name)
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_wide and b"\0" in head.split(b"\n", 1)[0]:
        raise UnreadableFile(_("This is not a table of text: its first line holds NUL bytes."), name=name)


def _refuse_other_alphabets(path: Path, name: str) -> None:
    letters = in_runs = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if UNDEFINED_IN_CP1252.search(block):
                raise UnreadableFile(_("The text is neither UTF-8 nor Windows-1252. Save it as UTF-8."), name=name)
            letters += len(HIGH.findall(block))
            in_runs += sum(map(len, HIGH_RUNS.findall(block)))
    if letters >= FEWEST_TO_JUDGE and in_runs * 2 > letters:
        raise UnreadableFile(
            _(
                "The text is neither UTF-8 nor Windows-1252; it looks like Windows-1251 or another alphabet. Save it as UTF-8."
            ),
            name=name,
        )
