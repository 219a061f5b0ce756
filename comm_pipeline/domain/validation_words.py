"""What pydantic finds wrong, in the words of those who write templates and requests.

The one place that knows pydantic's kinds of errors. Each is told as what the value must be and what
to write instead; a kind that is not listed is told without pydantic's words too, which speak of
inputs, instances and Python's types.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

#: What is shown of a value, with its quotes; whoever hides ``(given: ...)`` again counts on it.
MOST_SHOWN: Final = 100

_TEXT: Final = ("must be a text", 'write it in quotes, e.g. "spring"')
_WHOLE: Final = ("must be a whole number", "write it without quotes, e.g. 3")
_NUMBER: Final = ("must be a number", "write it without quotes, e.g. 24 or 0.5")
_BOOLEAN: Final = ("must be true or false", "write it without quotes")
_OBJECT: Final = ("must be an object", 'write its fields in braces, e.g. {"name": "spring"}')
_LIST: Final = ("must be a list", 'write it in brackets, e.g. ["spring"]')
_INSTANT: Final = ("must be an instant", "write it like 2026-01-31T09:00:00Z")
_DATE: Final = ("must be a date", "write it like 2026-01-31")
_FEWER: Final = "give fewer, or shorter ones"

#: What a value must be, and how to write it, by pydantic's kind of error.
_BY_KIND: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("string_type", "string_sub_type"), _TEXT),
    "string_unicode": ("contains half a character", "write it again"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _BOOLEAN),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"),
        _OBJECT,
    ),
    **dict.fromkeys(
        ("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), _LIST
    ),
    **dict.fromkeys(
        (
            *("datetime_type", "datetime_parsing", "datetime_object_invalid"),
            "datetime_from_date_parsing",
        ),
        _INSTANT,
    ),
    **dict.fromkeys(
        (
            *("date_type", "date_parsing", "date_from_datetime_parsing"),
            "date_from_datetime_inexact",
        ),
        _DATE,
    ),
    "none_required": ("must be null", "write null, or leave it out"),
}

#: The same for kinds that tell a bound, from pydantic's context.
_BY_BOUND: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]]] = {
    "greater_than": lambda told: (f"must be above {told['gt']:g}", "write a higher number"),
    "greater_than_equal": lambda told: (f"must be at least {told['ge']:g}", "write a higher one"),
    "less_than": lambda told: (f"must be below {told['lt']:g}", "write a lower number"),
    "less_than_equal": lambda told: (f"must be at most {told['le']:g}", "write a lower number"),
    "string_too_short": lambda told: (
        f"must have at least {_counted(told['min_length'], 'character')}",
        "write something, or leave the field out",
    ),
    "string_too_long": lambda told: (
        f"must have at most {_counted(told['max_length'], 'character')}",
        "make it shorter",
    ),
    "too_short": lambda told: (
        f"must have at least {_counted(told['min_length'], 'entry', 'entries')}",
        "add what is missing",
    ),
    "too_long": lambda told: (
        f"must have at most {_counted(told['max_length'], 'entry', 'entries')}",
        _FEWER,
    ),
    "string_pattern_mismatch": lambda told: _of_pattern(str(told["pattern"])),
    "enum": lambda told: (f"must be {told['expected']}", "write one of these, as it stands here"),
    "literal_error": lambda told: (f"must be {told['expected']}", "write one of these"),
}

#: A pattern that is nothing but a choice of words, and others that have a name.
_CHOICE: Final = re.compile(r"\^\(([\w|]+)\)\$")
_NAMED_PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    r"\S": ("must not be blank", "write something that can be seen"),
    "^[a-z]{2}$": ("must be a language in two small letters", 'write it like "de"'),
    "^[a-z][a-z0-9_]*$": (
        "must be small letters, figures and _, a letter first",
        'write it like "email"',
    ),
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": ("must be a time of day", 'write it like "09:00"'),
}
_UNNAMED: Final = ("is nothing that can stand here", "look up the field in docs/templates.md")


def words_of(problem: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, what was given, and after a semicolon what to write.

    ``problem`` is an entry of pydantic's ``ValidationError.errors()``.
    """
    kind = str(problem["type"])
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return "is not a known field"
    told: Mapping[str, Any] = problem.get("ctx") or {}
    shown = _shown(problem.get("input"))
    if kind in {"value_error", "assertion_error"}:
        words = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
        return f"{words}{shown if shown != _NULL else ''}"
    in_bounds = _BY_BOUND.get(kind)
    must, fix = in_bounds(told) if in_bounds else _BY_KIND.get(kind, _UNNAMED)
    return f"{must}{shown}; {fix}"


#: How a null is shown, which most people do not call a value.
_NULL: Final = " and not null"


def _shown(given: Any) -> str:
    """Return what was given, as JSON calls it; its contents only if these are short."""
    if given is None:
        return _NULL
    if isinstance(given, bool):
        return f" (given: {str(given).lower()})"
    if isinstance(given, str | int | float):
        return f" (given: {repr(given)[:MOST_SHOWN]})"
    return ""


def _counted(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _of_pattern(pattern: str) -> tuple[str, str]:
    choice = _CHOICE.fullmatch(pattern)
    if choice is not None:
        return f"must be one of {', '.join(choice[1].split('|'))}", "write one of these"
    return _NAMED_PATTERNS.get(pattern, _UNNAMED)
