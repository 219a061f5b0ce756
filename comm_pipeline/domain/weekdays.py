"""Weekdays as authors write them: English names in full or of three letters, in any case."""

from typing import Annotated, Final

from pydantic import BeforeValidator

#: Names by number, as ``datetime.weekday`` counts them.
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NUMBER_OF: Final = {name: number for number, day in enumerate(WEEKDAYS) for name in (day, day[:3])}


def weekday_number(name: object) -> int | None:
    """Return the number of a weekday (0: Monday), or None if it is no weekday's name."""
    return _NUMBER_OF.get(name.strip().lower()) if isinstance(name, str) else None


def _read_weekday(value: object) -> int:
    number = weekday_number(value)
    if number is None:
        raise ValueError(
            f"{value!r:.60} is not a weekday; write monday or mon, tuesday or tue, ..."
        )
    return number


#: A weekday's number, written as its name.
Weekday = Annotated[int, BeforeValidator(_read_weekday, json_schema_input_type=str)]
