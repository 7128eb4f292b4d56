"""What one cell says: text, number, day or yes/no, or why it cannot be taken."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .problems import CellError

# A workbook's formula or error value, as the spool of a sheet carries it: no text of a sheet can hold these.
FORMULA = "\x00f"
ERROR_VALUE = "\x00e"
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What exports put before a cell that a spreadsheet would take for a formula is taken off again.
NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
LONGEST_CELL = 32_767
QUOTED = 60
FOREVER = 9000
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "是"})
NO = frozenset({"no", "n", "false", "0", "", "nein", "否"})
_DAY_PATTERNS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
)
_MONTH_PATTERNS = ("%b-%y", "%b %Y", "%B %Y", "%Y-%m", "%m/%Y")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?")


def shown(raw: str) -> str:
    """A cell as it is quoted in a sentence: short and without what a terminal or a log would act on."""
    text = FORBIDDEN.sub("\ufffd", raw)
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def plain(raw: str) -> str:
    """The text of a cell in one line; refuses formulas, error values and control characters."""
    if not raw:
        return ""
    if raw[0] == "\x00":
        _refuse_marked(raw)
    if len(raw) > LONGEST_CELL:
        raise CellError(
            _("The cell holds %(count)s characters; at most %(limit)s are read.")
            % {"count": f"{len(raw):,}", "limit": f"{LONGEST_CELL:,}"}
        )
    found = FORBIDDEN.search(raw)
    if found:
        raise CellError(
            _("The cell holds a control character (%(code)s) at place %(place)d.")
            % {"code": f"U+{ord(found.group()):04X}", "place": found.start() + 1},
            mend="clean",
            to=FORBIDDEN.sub("", raw),
        )
    text = raw.strip()
    if NEUTRALISED.match(text):
        text = text[1:]
    return text


def text(raw: str, limit: int) -> str:
    """One line of text of at most so many characters."""
    value = plain(raw)
    if "\n" in value or "\r" in value or "\t" in value:
        value = " ".join(value.split())
    if len(value) > limit:
        raise CellError(
            _("“%(value)s” has %(count)s characters, at most %(limit)s fit.")
            % {"value": shown(value), "count": f"{len(value):,}", "limit": f"{limit:,}"},
            mend="cut",
            to=value[:limit].rstrip(),
        )
    return value


def number(raw: str, *, least: Decimal, most: Decimal) -> Decimal | None:
    """A number between two bounds, with a point or a comma; blank is None."""
    value = plain(raw)
    if not value:
        return None
    if not _NUMBER.fullmatch(value):
        raise CellError(_("“%(value)s” is not a number.") % {"value": shown(value)})
    try:
        result = Decimal(value.replace(",", "."))
    except InvalidOperation:
        raise CellError(_("“%(value)s” is not a number.") % {"value": shown(value)}) from None
    if not least <= result <= most:
        raise CellError(
            _("%(value)s is not between %(least)s and %(most)s.")
            % {"value": shown(value), "least": least, "most": f"{most:,}"}
        )
    return result


def whole(raw: str, *, least: int, most: int) -> int | None:
    value = number(raw, least=Decimal(least), most=Decimal(most))
    if value is None:
        return None
    if value != value.to_integral_value():
        raise CellError(_("“%(value)s” is not a whole number.") % {"value": shown(raw)})
    return int(value)


def day(raw: str) -> date | None:
    """A day as 2024-02-29, 29.02.2024 or 29/02/2024 (day first); blank is None."""
    value = plain(raw)
    if not value:
        return None
    for pattern in _DAY_PATTERNS:
        match = pattern.fullmatch(value)
        if match:
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                raise CellError(_("“%(value)s” is a day that does not exist.") % {"value": shown(value)}) from None
    raise CellError(_("“%(value)s” is not a date. Write it as 2024-02-29 or 29.02.2024.") % {"value": shown(value)})


def end_day(raw: str) -> date | None:
    """As `day`; a year past 9000 says *still* and is None."""
    value = day(raw)
    return None if value is not None and value.year >= FOREVER else value


def month_end(raw: str) -> date | None:
    """The day a file speaks of: a day, or the last day of a month such as `Mar-17`."""
    value = plain(raw)
    for pattern in _MONTH_PATTERNS:
        try:
            first = datetime.strptime(value, pattern).date()  # noqa: DTZ007 -- a month has no zone
        except ValueError:
            continue
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day(value)


def yes_or_no(raw: str) -> bool:
    value = plain(raw).casefold()
    if value in YES:
        return True
    if value in NO:
        return False
    raise CellError(_("“%(value)s” is neither yes nor no.") % {"value": shown(value)})


def one_of(raw: str, choices: dict[str, str]) -> str:
    """A value of a closed list, given by its value or its word; blank is blank."""
    value = plain(raw)
    if not value:
        return ""
    key = value.casefold()
    for choice, word in choices.items():
        if key in (choice.casefold(), word.casefold()):
            return choice
    raise CellError(
        _("“%(value)s” is not in the list: %(choices)s.") % {"value": shown(value), "choices": ", ".join(choices)}
    )


def _refuse_marked(raw: str) -> None:
    if raw.startswith(FORMULA):
        raise CellError(
            _("The cell holds a formula (%(formula)s). Save the sheet with values instead.")
            % {"formula": shown(raw[len(FORMULA) :])}
        )
    if raw.startswith(ERROR_VALUE):
        raise CellError(_("The cell holds the error value %(value)s.") % {"value": shown(raw[len(ERROR_VALUE) :])})
