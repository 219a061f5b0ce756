"""Windows of local wall time, as templates and contact data write them.

Weeks, holidays and what they mean on the timeline do not belong here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator

from comm_pipeline.domain.document import Rules

MINUTES_A_DAY: Final = 24 * 60

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")
#: A hyphen, or the en dash that word processors make of it.
_DASH: Final = re.compile("[-\u2013]")


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """Local wall time ``[start, end)``, in minutes from the midnight before it starts.

    ``end`` is above 1440 if the window ends on the next day. Raises ValueError if it is empty or
    longer than a day.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < MINUTES_A_DAY:
            raise ValueError('a window must start between "00:00" and "23:59"')
        if not self.start < self.end <= self.start + MINUTES_A_DAY:
            raise ValueError("a window must last between a minute and a day")

    def __str__(self) -> str:
        end = self.end if self.end <= MINUTES_A_DAY else self.end - MINUTES_A_DAY
        return f"{_as_clock(self.start)}-{_as_clock(end)}"


def parse_window(text: object) -> TimeWindow:
    """Read ``"09:00-17:00"``; an end at or before the start is on the next day.

    Raises ValueError that shows what was given and how to write it.
    """
    times = _DASH.split(text) if isinstance(text, str) else []
    if len(times) != 2:
        raise ValueError(f'{text!r:.60} is not a window; write it like "09:00-17:00"')
    return window_between(parse_clock(times[0]), parse_clock(times[1]))


def parse_clock(text: object) -> int:
    """Return the minute of the day of ``"09:00"``; ``"24:00"`` is the end of it.

    Raises ValueError that shows what was given and how to write it.
    """
    if not isinstance(text, str) or not _CLOCK.fullmatch(text.strip()):
        raise ValueError(f'{text!r:.60} is not a time of day; write it like "09:00"')
    hour, _, minute = text.strip().partition(":")
    return int(hour) * 60 + int(minute)


def window_between(start: int, end: int) -> TimeWindow:
    """Return the window between two minutes of the day. Raises ValueError if it starts at 24:00."""
    return TimeWindow(start, end if end > start else end + MINUTES_A_DAY)


def _as_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read_windows(value: object) -> tuple[TimeWindow, ...]:
    entries = () if value is None else value if isinstance(value, list | tuple) else (value,)
    return tuple(_read_window(entry) for entry in entries)


def _read_window(entry: object) -> TimeWindow:
    if isinstance(entry, TimeWindow):
        return entry
    if not isinstance(entry, Mapping):
        return parse_window(entry)
    if entry.keys() != {"start", "end"}:
        raise ValueError('write a window as {"start": "09:00", "end": "17:00"} or "09:00-17:00"')
    return window_between(parse_clock(entry["start"]), parse_clock(entry["end"]))


class StartAndEnd(Rules):
    """A window written as an object; an end at or before the start is on the next day."""

    start: str
    end: str


_Written = str | StartAndEnd
#: A time of day as its minute.
ClockTime = Annotated[int, BeforeValidator(parse_clock, json_schema_input_type=str)]
#: Windows written as one, as a list, or as null for none.
Windows = Annotated[
    tuple[TimeWindow, ...],
    BeforeValidator(_read_windows, json_schema_input_type=_Written | list[_Written] | None),
]
