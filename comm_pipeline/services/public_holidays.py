"""The public holidays of countries and their subdivisions, from the library ``holidays``."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Final

import holidays
from holidays.registry import COUNTRIES

from comm_pipeline.domain.contact_hours import HolidayRules
from comm_pipeline.errors import InvalidTemplateError

_FIELD: Final = "template.global_settings.holidays"


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a place, computed year by year, and further ``dates``."""

    country: str
    subdivision: str | None = None
    dates: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (
            day in self.dates or day in _days_of(self.country, self.subdivision, day.year)
        )


def check_holiday_rules(rules: HolidayRules) -> None:
    """Raise InvalidTemplateError if no holidays are known for the rules' country or subdivision."""
    if rules.country is None:
        return
    country = find_country(rules.country)
    if country is None:
        raise InvalidTemplateError(
            f"{_FIELD}.country: no holidays are known for {rules.country!r}; "
            f"{_near(rules.country, _countries(), 'use an ISO 3166 code such as DE')}"
        )
    if rules.subdivision and find_subdivision(country, rules.subdivision) is None:
        known = _subdivisions(country)
        codes = ", ".join(sorted(set(known.values())))
        raise InvalidTemplateError(
            f"{_FIELD}.subdivision: {rules.subdivision!r} is not known in {country}; "
            f"{_near(rules.subdivision, known, f'use one of {codes}' if codes else 'leave it out')}"
        )


def find_country(name: str | None) -> str | None:
    """Return the ISO 3166 code of a country by code or English name; None if it has no holidays."""
    return _countries().get(_letters(name)) if name else None


def find_subdivision(country: str, name: str | None) -> str | None:
    """Return the code of a country's subdivision, which may be written as BY, DE-BY or by name."""
    if not name:
        return None
    letters, known = _letters(name), _subdivisions(country)
    return known.get(letters) or known.get(letters.removeprefix(country.casefold()))


@lru_cache(maxsize=4096)
def _days_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


@cache
def _countries() -> dict[str, str]:
    """Return the code of each country by the letters of its names and codes."""
    return {_letters(name): names[1] for names in COUNTRIES.values() for name in names}


@cache
def _subdivisions(country: str) -> dict[str, str]:
    """Return the code of each subdivision by the letters of its names and codes."""
    found: Any = holidays.country_holidays(country)
    names = {code: code for code in found.subdivisions} | dict(found.subdivisions_aliases)
    return {_letters(name): code for name, code in names.items()}


def _letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _near(name: str, known: dict[str, str], otherwise: str) -> str:
    codes = dict.fromkeys(known[match] for match in get_close_matches(_letters(name), known, n=3))
    return f"did you mean {' or '.join(codes)}?" if codes else otherwise
