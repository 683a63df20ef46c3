"""Days, months and durations as the reader's country names them."""

from datetime import date, timedelta
from functools import cache
from typing import Final

# The months of Algeria and Tunisia are not those of Libya: جويلية, أوت against يوليو, أغسطس.
ARABIC_LOCALES: Final = {"dz": "ar_DZ", "ly": "ar_LY", "tn": "ar_TN"}
LOCALES: Final = {"fr": "fr", "en": "en_GB"}
SIGNS: Final = {"ar": ("س", "د", "ث"), "fr": ("h", "min", "s"), "en": ("h", "min", "s")}
NO_BREAK_SPACE: Final = "\u00a0"


def locale_of(language: str, country: str) -> str:
    """Name the locale whose months a reader of `country` (dz, ly, tn) expects in `language`."""
    return ARABIC_LOCALES[country] if language == "ar" else LOCALES[language]


@cache
def month_names(locale: str) -> tuple[str, ...]:
    """Give the twelve month names of a locale, January first."""
    from babel.dates import get_month_names  # 40 ms and 5 MB: only for those who write a month in words

    names = get_month_names("wide", locale=locale)
    return tuple(str(names[month]) for month in range(1, 13))


def month(number: int, language: str, country: str) -> str:
    """Name a month, 1 to 12."""
    return month_names(locale_of(language, country))[number - 1]


def month_on_both_sides(number: int, countries: tuple[str, str]) -> str:
    """Name a month in Arabic for a paper of two countries: `فيفري/فبراير`; one name where they agree."""
    return "/".join(dict.fromkeys(month(number, "ar", country) for country in countries))


def day_in_words(day: date, language: str, country: str) -> str:
    """Write a day with its month in words, for sentences; tables take ISO."""
    return f"{day.day} {month(day.month, language, country)} {day.year:04d}"


def hours_minutes(duration: timedelta) -> str:
    """Write a duration as `00:49`, in whole minutes; hours run past 24."""
    minutes = _whole_seconds(duration) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def duration_in_words(duration: timedelta, language: str) -> str:
    """Write a duration with its units: `1 س 48 د`, `1 h 48 min`; below a minute in seconds, above two days in days."""
    seconds = _whole_seconds(duration)
    if seconds >= 48 * 3600:
        return days_in_words(seconds // 86400, language)
    hour_sign, minute_sign, second_sign = SIGNS[language]
    if seconds < 60:
        return f"{seconds}{NO_BREAK_SPACE}{second_sign}"
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, hour_sign), (minutes, minute_sign)]
    return " ".join(f"{count}{NO_BREAK_SPACE}{sign}" for count, sign in parts if count)


def days_in_words(count: int, language: str) -> str:
    """Write a number of days, with the noun in the form that the number asks for."""
    if language == "ar":
        return _arabic_days(count)
    one, many = {"fr": ("jour", "jours"), "en": ("day", "days")}[language]
    is_one = count == 1 or (language == "fr" and count == 0)
    return f"{count}{NO_BREAK_SPACE}{one if is_one else many}"


def _arabic_days(count: int) -> str:
    if count in (1, 2):
        return {1: "يوم واحد", 2: "يومان"}[count]
    last_two = count % 100
    noun = "أيام" if 3 <= last_two <= 10 else "يوماً" if last_two >= 11 else "يوم"
    return f"{count}{NO_BREAK_SPACE}{noun}"


def _whole_seconds(duration: timedelta) -> int:
    if duration < timedelta(0):
        raise ValueError("a duration is not negative")
    return duration // timedelta(seconds=1)
