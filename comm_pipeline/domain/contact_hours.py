"""Rules of templates about when people may be written to, read from the shapes authors write.

The models here are only what is written; ``contact_calendar`` says what it means on the timeline.
Whether a country or subdivision has known holidays is asked in ``services.public_holidays``.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, model_validator

from comm_pipeline.domain.document import Document, Rules
from comm_pipeline.domain.time_windows import (
    MINUTES_A_DAY,
    ClockTime,
    TimeWindow,
    Windows,
    window_between,
)
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.domain.weekdays import WEEKDAYS, Weekday, weekday_number

__all__ = ["BusinessHours", "Contact", "ContactTimes", "HolidayRules", "TimeWindow"]

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_date(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError('is not a date; write it like "2026-12-24"')


def _read_list(value: object) -> object:
    return _of_type(value, list | tuple, "must be a list, in square brackets")


def _of_type(value: Any, types: Any, fix: str) -> Any:
    """Return the value. Raises ValueError, which pydantic collects, if it is of no such type."""
    if isinstance(value, types):
        return value
    raise ValueError(fix)


def _read_place(value: object) -> str | None:
    """Return the code of a country or subdivision in capitals; blank is none."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 80:
        raise ValueError('must be a text such as "DE"')
    return value.strip().upper() or None


_ZoneName = Annotated[StrictStr, AfterValidator(lambda name: zone_named(name).key)]
_Weekdays = Annotated[
    tuple[Weekday, ...], BeforeValidator(_read_list, json_schema_input_type=list[str])
]
_Day = Annotated[date, BeforeValidator(_read_date)]
_Days = Annotated[tuple[_Day, ...], BeforeValidator(_read_list, json_schema_input_type=list[date])]
_Place = Annotated[str | None, BeforeValidator(_read_place, json_schema_input_type=str | None)]
_OneWeekday = Field(
    default=(),
    description="The windows that start on this weekday, instead of start and end; null or an "
    "empty list: closed. A window that ends at or before its start ends on the next day.",
    examples=[["09:00-12:00", "13:00-17:00"]],
)


class BusinessHours(Rules):
    """When business is done, week by week, in local time.

    ``days``, ``start`` and ``end`` hold for every weekday that is not given by itself; a weekday
    given as null or ``[]`` is closed. ``timezone`` is that of the campaign, for recipients whose
    own is not known, or for all if ``use_recipient_timezone`` is false.
    """

    timezone: _ZoneName = Field(
        default="UTC",
        description="The campaign's time zone, by its IANA name.",
        examples=["Europe/Berlin"],
    )
    use_recipient_timezone: bool = Field(
        default=True,
        description="Whether a recipient's own time zone (contact_info.timezone, else that of "
        "their phone number) goes before the campaign's.",
        examples=[False],
    )
    days: _Weekdays = Field(
        default=(0, 1, 2, 3, 4),
        description="The weekdays on which start and end hold; without it Monday to Friday.",
        examples=[["monday", "tuesday", "friday"]],
        json_schema_extra={"default": list(WEEKDAYS[:5])},
    )
    start: ClockTime | None = Field(
        default=None,
        description="Local time at which the days open.",
        examples=["09:00"],
    )
    end: ClockTime | None = Field(
        default=None,
        description='Local time at which the days close, up to "24:00"; at or before start it is '
        "on the next day.",
        examples=["17:00"],
    )
    monday: Windows = _OneWeekday
    tuesday: Windows = _OneWeekday
    wednesday: Windows = _OneWeekday
    thursday: Windows = _OneWeekday
    friday: Windows = _OneWeekday
    saturday: Windows = _OneWeekday
    sunday: Windows = _OneWeekday

    @model_validator(mode="before")
    @classmethod
    def _known_spellings(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        _of_type(value, Mapping, 'must be an object, e.g. {"start": "09:00", "end": "17:00"}')
        fields = [(_field_name(key), entry) for key, entry in value.items()]
        if len(dict(fields)) < len(fields):
            raise ValueError("a weekday stands twice, in full and in short; write it once")
        return _without_recipient_as_zone(dict(fields))

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if (self.start is None) != (self.end is None):
            given, missing = ("start", "end") if self.end is None else ("end", "start")
            raise ValueError(f'{missing}: is missing beside {given}; add it, e.g. "17:00"')
        if "days" in self.model_fields_set and self.start is None:
            raise ValueError('days: needs start and end beside it, e.g. "09:00" and "17:00"')
        if self.start == MINUTES_A_DAY:
            raise ValueError('start: must be before "24:00"; write "00:00"')
        if not any(self.windows.values()):
            raise ValueError(
                "has no window, so nothing could ever be sent; give start and end, or the windows "
                'of a weekday, e.g. "monday": ["09:00-17:00"]'
            )
        return self

    @cached_property
    def windows(self) -> Mapping[int, tuple[TimeWindow, ...]]:
        """The windows that start on each weekday (0: Monday)."""
        return {number: self._windows_of(number, name) for number, name in enumerate(WEEKDAYS)}

    def _windows_of(self, number: int, name: str) -> tuple[TimeWindow, ...]:
        if name in self.model_fields_set:
            given: tuple[TimeWindow, ...] = getattr(self, name)
            return given
        if number not in self.days or self.start is None or self.end is None:
            return ()
        return (window_between(self.start, self.end),)


def _field_name(key: object) -> object:
    """Return the field for a weekday in any case, in full or in short; other keys stay."""
    number = weekday_number(key)
    return key if number is None else WEEKDAYS[number]


def _without_recipient_as_zone(fields: dict[object, Any]) -> dict[object, Any]:
    """Read ``"timezone": "recipient"`` as what it says: the recipient's own."""
    if fields.get("timezone") != "recipient":
        return fields
    if fields.get("use_recipient_timezone", True) is not True:
        raise ValueError(
            'timezone: "recipient" contradicts use_recipient_timezone; name the campaign\'s zone, '
            "e.g. Europe/Berlin"
        )
    return {key: value for key, value in fields.items() if key != "timezone"}


class HolidayRules(Rules):
    """Days on which nobody is written to: those of a country, and ``dates`` for everybody.

    A recipient's own country goes before ``country`` if ``use_recipient_country``.
    """

    country: _Place = Field(
        default=None,
        description="The country whose public holidays count: ISO 3166 code or English name.",
        examples=["DE"],
    )
    subdivision: _Place = Field(
        default=None,
        description="The part of the country whose own holidays count too.",
        examples=["BY"],
    )
    dates: _Days = Field(
        default=(),
        description="Further days, for everybody.",
        examples=[["2026-12-24"]],
    )
    use_recipient_country: bool = Field(
        default=True,
        description="Whether contact_info.country and .subdivision (or .state, .region) go before "
        "country and subdivision, where their holidays are known.",
        examples=[False],
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"country": value}
        fix = 'must be a country or an object, e.g. "DE" or {"country": "DE"}'
        return _of_type(value, Mapping | cls, fix)

    @model_validator(mode="after")
    def _closes_something(self) -> Self:
        if self.subdivision and not self.country:
            raise ValueError('country: is missing beside subdivision; add it, e.g. "DE"')
        if not (self.country or self.dates or self.use_recipient_country):
            raise ValueError('country: give one, or dates, e.g. "country": "DE"')
        return self


class ContactTimes(Rules):
    """When people like to be written to, in local time: a preference among the open hours.

    ``learn`` takes the hours with the campaign's most answers instead of ``windows``, once there
    are enough. A moment outside is taken if none inside comes within ``max_wait_hours``.
    """

    windows: Windows = Field(
        default=(),
        description="The times to prefer, on every weekday.",
        examples=[["10:00-12:00"]],
    )
    learn: bool = Field(
        default=True,
        description="Whether the hours in which this campaign's recipients answer most go before "
        "windows, once there are enough answers.",
        examples=[False],
    )
    max_wait_hours: float = Field(
        default=24.0,
        ge=0,
        le=24 * 366,
        description="Hours to wait for a preferred time; if none comes, any open time will do.",
        examples=[48],
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str | list | tuple):
            return {"windows": value}
        fix = 'must be a list of windows, e.g. ["10:00-12:00"], or an object'
        return _of_type(value, Mapping | cls, fix)


class Contact(Document):
    """What a conversation keeps of its recipient for the calendar and for channels by phone.

    ``time_zone_source`` says where ``time_zone`` comes from. ``preferred`` holds windows of local
    time as ``"HH:MM-HH:MM"``; ``phone`` is in the international form, e.g. +4930123456.
    ``email`` is kept here only of somebody who is known by their phone number.
    """

    time_zone: str | None = None
    time_zone_source: Literal["contact_info", "phone", "campaign"] | None = None
    country: str | None = None
    subdivision: str | None = None
    preferred: tuple[str, ...] = ()
    phone: str | None = None
    email: str | None = None
