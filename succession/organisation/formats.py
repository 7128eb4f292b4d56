"""Numbers, dates and names as they are written on screen."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zlib import crc32

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

DASH = "–"
MINUS = "−"
THIN = "\u202f"
WEEKDAY_WITHIN_DAYS = 14
YEAR_LEFT_OUT_WITHIN_DAYS = 183
TINTS = 8


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day(value: date | datetime | None) -> str:
    """16 Nov 2026, or 2026年11月16日."""
    return _dated(value, "j M Y", "Y年n月j日")


def short_day(value: date | datetime | None) -> str:
    """As `day`, the year left out within six months; for lists."""
    if value is None:
        return DASH
    the_day = _day_of(value)
    if abs((the_day - _today()).days) > YEAR_LEFT_OUT_WITHIN_DAYS:
        return day(the_day)
    return _dated(the_day, "j M", "n月j日")


def due_day(value: date | datetime | None) -> str:
    """Thu 19 Nov within a fortnight, else as `short_day`."""
    if value is None or abs((_day_of(value) - _today()).days) > WEEKDAY_WITHIN_DAYS:
        return short_day(value)
    return _dated(value, "D j M", "n月j日 D")


def in_days(value: date | datetime | None) -> str:
    """How far away a day is, to stand beside it."""
    if value is None:
        return ""
    days = (_day_of(value) - _today()).days
    if days == 0:
        return gettext("today")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": thousands(days)}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": thousands(-days)}


def clock(value: datetime | None) -> str:
    """10:42 in the reader's zone."""
    if not value:
        return DASH
    local = timezone.localtime(value)
    return f"{local.hour:02}:{local.minute:02}"


def thousands(value: float | None) -> str:
    """3,120; unknown is a dash."""
    return DASH if value is None else f"{value:,}".replace("-", MINUS)


def level(value: float | None) -> str:
    """4.2: levels and needs have one place."""
    return DASH if value is None else f"{value:.1f}".replace("-", MINUS)


def percent(value: float | None) -> str:
    """64 % with a thin no-break space; none in Chinese."""
    return DASH if value is None else f"{value:.0f}{'' if in_chinese() else THIN}%".replace("-", MINUS)


def signed(value: float | None) -> str:
    """+2, −1, 0."""
    if value is None:
        return DASH
    return f"+{thousands(value)}" if value > 0 else thousands(value)


def initials(name: str) -> str:
    """First and last initial; of a Chinese name its last character."""
    parts = name.split()
    if not parts:
        return "?"
    if _is_han(parts[-1][-1]):
        return parts[-1][-1]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def tint(key: object) -> int:
    """One of eight tints, the same for the same person on every page."""
    return crc32(str(key).encode()) % TINTS + 1


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _day_of(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _today() -> date:
    """Asked for in every row of a list: worked out once a minute."""
    return _day_in(timezone.now().replace(second=0, microsecond=0), timezone.get_current_timezone())


@lru_cache(maxsize=16)
def _day_in(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _dated(value: date | datetime | None, latin: str, chinese: str) -> str:
    if value is None:
        return DASH
    language = get_language()
    return _written(_day_of(value), chinese if (language or "").startswith("zh") else latin, language)


@lru_cache(maxsize=4096)
def _written(value: date, pattern: str, language: str | None) -> str:
    """The same days stand in every row of a list; `language` is part of what is remembered."""
    return date_format(value, pattern)
