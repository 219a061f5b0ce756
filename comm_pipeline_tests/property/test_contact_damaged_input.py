"""Damaged rules and contact data are refused in words, whatever the damage."""

import random
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from pydantic import ValidationError

from comm_pipeline.domain.contact_hours import BusinessHours, Contact, ContactTimes, HolidayRules
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.contact_details import contact_of

#: Four kinds of documents, so 10,000 in all.
DAMAGED_OF_A_KIND: Final = 2_500
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)

HOURS: Final[dict[str, Any]] = {
    "timezone": "Europe/Berlin",
    "use_recipient_timezone": True,
    "days": ["monday", "tue"],
    "start": "09:00",
    "end": "17:00",
    "Fri": ["09:00-12:00", {"start": "13:00", "end": "17:00"}],
    "saturday": None,
}
HOLIDAYS: Final[dict[str, Any]] = {
    "country": "DE",
    "subdivision": "BY",
    "dates": ["2026-12-24"],
    "use_recipient_country": True,
}
TIMES: Final[dict[str, Any]] = {"windows": ["10:00-12:00"], "learn": True, "max_wait_hours": 24}
CONTACT: Final[dict[str, Any]] = {
    "timezone": "Europe/Berlin",
    "phone": "+4930123456",
    "phones": ["+12125551234"],
    "country": "DE",
    "state": "BY",
    "preferred_contact_times": ["09:00-11:00"],
}
JUNK: Final = (
    None, True, 0, -1, 10**40, 1.5, float("nan"), float("inf"), "", " ", "-", ":", "24:00", "99:99",
    "00:00-00:00", "24:00-24:00", "\x00", "\ud800", "\u0660\u0669:00-17:00", "../../etc/passwd",
    "right/UTC", "A" * 10_000, "+" + "9" * 300, "+49" * 80, b"\xff", [], {}, [[]], [None], {1: 2},
    {"start": 1}, {"start": "09:00", "end": None}, ["09:00-17:00"] * 300,
    datetime.max.replace(tzinfo=UTC),
)  # fmt: skip


def damaged(document: dict[str, Any], chance: random.Random) -> Any:
    """Return a copy with one to three damages: junk, a missing or foreign field, cut-up text."""
    copy: Any = deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        if not isinstance(copy, dict) or chance.random() < 0.03:
            return chance.choice(JUNK)
        damage(copy, chance)
    return copy


def damage(document: dict[str, Any], chance: random.Random) -> None:
    key = chance.choice([*document, "Monday", "junk"])
    value = document.get(key)
    match chance.randrange(4):
        case 0 if isinstance(value, str):
            document[key] = scrambled(value, chance)
        case 1 if isinstance(value, list) and value:
            value[chance.randrange(len(value))] = chance.choice(JUNK)
        case 2:
            document.pop(key, None)
        case _:
            document[key] = chance.choice(JUNK)


def scrambled(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice("0:-– \x00é9Z") + text[at + chance.randrange(2) :]  # noqa: RUF001


def hours(document: Any) -> None:
    CalendarBook(BusinessHours.model_validate(document), None, None).of(Contact()).next_open(NOW)


def holidays(document: Any) -> None:
    CalendarBook(None, HolidayRules.model_validate(document), None).of(Contact()).next_open(NOW)


def times(document: Any) -> None:
    CalendarBook(None, None, ContactTimes.model_validate(document)).of(Contact()).best_moment(NOW)


def contact(document: Any) -> None:
    if isinstance(document, dict):
        book = CalendarBook(BusinessHours.model_validate(HOURS), None, ContactTimes())
        book.of(contact_of(document, Template(), NOW)).best_moment(NOW)


class Template:
    business_hours = None


@pytest.mark.parametrize(
    ("read", "document"),
    [(hours, HOURS), (holidays, HOLIDAYS), (times, TIMES), (contact, CONTACT)],
    ids=["business_hours", "holidays", "optimal_contact_times", "contact_info"],
)
def test_damage_is_told_in_words(read: Callable[[Any], None], document: dict[str, Any]) -> None:
    read(document)
    chance = random.Random(f"damage of {read.__name__}")
    answers = [answer(read, damaged(document, chance)) for _ in range(DAMAGED_OF_A_KIND)]
    refused = [words for words in answers if words is not None]
    assert DAMAGED_OF_A_KIND / 20 < len(refused) < DAMAGED_OF_A_KIND
    assert all(0 < len(finding) < 500 for words in refused for finding in words.split("; "))


def answer(read: Callable[[Any], None], document: Any) -> str | None:
    """Return in which words a document is refused, or None if it is not."""
    try:
        read(document)
    except ValidationError as error:
        return explain_validation_error(error)
    except InvalidInputError as error:
        return str(error)
    return None
