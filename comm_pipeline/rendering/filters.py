"""The filters and tests that a campaign's template may use.

Each does a bounded amount of work on bounded values. Jinja's own are not used: ``round(-10**9)``,
``replace`` in a chain and ``int`` of a long text are attacks with them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from comm_pipeline.errors import RenderingError
from comm_pipeline.rendering.comparison import is_true, number
from comm_pipeline.rendering.limits import MAX_LIST_ITEMS, MAX_VALUE_CHARACTERS
from comm_pipeline.rendering.values import Missing, describe, plain, printable


def _text(value: Any) -> str:
    return str(printable(value))


def _default(value: Any, default_value: Any = "", boolean: Any = False) -> Any:  # noqa: FBT002 - Jinja's signature
    if isinstance(value, Missing):
        return default_value
    return default_value if boolean and not is_true(value) else value


def _upper(value: Any) -> str:
    return _text(value).upper()


def _lower(value: Any) -> str:
    return _text(value).lower()


def _capitalize(value: Any) -> str:
    return _text(value).capitalize()


def _title(value: Any) -> str:
    # str.title would write "don't" as "Don'T".
    return " ".join(word[:1].upper() + word[1:].lower() for word in _text(value).split(" "))


def _trim(value: Any) -> str:
    return _text(value).strip()


def _numeric(value: Any) -> float | int:
    if isinstance(value, Missing):
        value.refuse()
    result = number(value)
    if result is None:
        shown = repr(value[:40]) if isinstance(value, str) else describe(value)
        raise RenderingError(f"{shown} is not a number")
    return result


def _round(value: Any, precision: Any = 0) -> float | int:
    digits = int(_numeric(precision))
    if not 0 <= digits <= 10:
        raise RenderingError(f"round({digits}): the number of digits is between 0 and 10")
    return round(float(_numeric(value)), digits)


def _int(value: Any) -> int:
    return int(_numeric(value))


def _float(value: Any) -> float:
    return float(_numeric(value))


def _collection(value: Any, verb: str) -> str | list[Any]:
    if isinstance(value, Missing):
        value.refuse()
    if isinstance(value, str | list):
        return value
    raise RenderingError(f"{verb} needs a list or a text, not {describe(value)}")


def _length(value: Any) -> int:
    return len(value) if isinstance(value, Mapping) else len(_collection(value, "length"))


def _first(value: Any) -> Any:
    items = _collection(value, "first")
    return plain(items[0]) if items else Missing(name="the first item of an empty list or text")


def _last(value: Any) -> Any:
    items = _collection(value, "last")
    return plain(items[-1]) if items else Missing(name="the last item of an empty list or text")


def _join(value: Any, separator: Any = "") -> str:
    items = _collection(value, "join")
    if len(items) > MAX_LIST_ITEMS:
        raise RenderingError(f"join works on up to {MAX_LIST_ITEMS:,} items, not {len(items):,}")
    texts = [_text(plain(item)) for item in items]
    total = sum(map(len, texts)) + len(_text(separator)) * len(texts)
    _check_size(total)
    return _text(separator).join(texts)


def _replace(value: Any, old: Any, new: Any) -> str:
    text, old, new = _text(value), _text(old), _text(new)
    if not old:
        raise RenderingError("replace: the text to be replaced is empty")
    _check_size(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _truncate(value: Any, length: Any = 255) -> str:
    text, limit = _text(value), int(_numeric(length))
    if len(text) <= limit:
        return text
    start = text[: max(limit - 1, 0)]
    whole_words, space, _ = start.rpartition(" ")
    return (whole_words if space else start).rstrip() + "…"


def _check_size(characters: int) -> None:
    if characters > MAX_VALUE_CHARACTERS:
        raise RenderingError(
            f"a filter would make a text of {characters:,} characters; "
            f"the limit is {MAX_VALUE_CHARACTERS:,}"
        )


def _is_defined(value: Any) -> bool:
    return not isinstance(value, Missing) or value.is_null


def _is_undefined(value: Any) -> bool:
    return not _is_defined(value)


def _is_none(value: Any) -> bool:
    if isinstance(value, Missing):
        return value.is_null or value.refuse()
    return value is None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "capitalize": _capitalize,
    "d": _default,
    "default": _default,
    "first": _first,
    "float": _float,
    "int": _int,
    "join": _join,
    "last": _last,
    "length": _length,
    "lower": _lower,
    "replace": _replace,
    "round": _round,
    "title": _title,
    "trim": _trim,
    "truncate": _truncate,
    "upper": _upper,
}

TESTS: Mapping[str, Callable[[Any], bool]] = {
    "defined": _is_defined,
    "none": _is_none,
    "number": _is_number,
    "string": _is_string,
    "undefined": _is_undefined,
}

#: The filters that may be given a missing variable.
DEFAULTS = frozenset({"d", "default"})

#: The tests that ask whether a variable is there at all.
PRESENCE_TESTS = frozenset({"defined", "undefined"})
