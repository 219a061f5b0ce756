"""What every stored document has in common."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError


def _as_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("has no time zone; write it with an offset, e.g. 2026-01-31T09:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is before the year 1 or after the year 9999 in UTC") from None


#: An aware instant in UTC; ISO 8601 text and BSON dates are read, a naive one is refused.
Instant = Annotated[datetime, AfterValidator(_as_utc)]


def to_milliseconds(instant: datetime) -> datetime:
    """Return the instant as MongoDB will give it back: cut to whole milliseconds."""
    excess = instant.microsecond % 1000
    return instant.replace(microsecond=instant.microsecond - excess) if excess else instant


def not_before(instant: datetime) -> datetime:
    """Return the first instant from ``instant`` on that MongoDB gives back as it is.

    What is stored as due must not come back as due before its time has come.
    """
    stored = to_milliseconds(instant)
    return stored if stored == instant else stored + timedelta(milliseconds=1)


#: Sets what a frozen model keeps from others.
_set: Final = object.__setattr__


class Document(BaseModel):
    """A document whose unknown fields belong to somebody else and are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values, which must be valid: pydantic's, in half its time.

        A conversation is copied at every step that it takes.
        """
        if deep or not update or not update.keys() <= self.__pydantic_fields__.keys():
            return super().model_copy(update=update, deep=deep)
        copied = object.__new__(type(self))
        _set(copied, "__dict__", {**self.__dict__, **update})
        _set(copied, "__pydantic_fields_set__", self.__pydantic_fields_set__ | update.keys())
        _set(copied, "__pydantic_extra__", self.__pydantic_extra__)
        _set(copied, "__pydantic_private__", self.__pydantic_private__)
        return copied


class Rules(BaseModel):
    """A part of a template in which an unknown field is a mistake: it would silently do nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def explain_validation_error(error: ValidationError, root: str = "") -> str:
    """Return one line for each problem: the field's path, what is wrong, what was given."""
    return "; ".join(_explain(problem, root) for problem in error.errors())


def _explain(problem: Mapping[str, Any], root: str) -> str:
    place = ".".join(str(part) for part in (root, *problem["loc"]) if part != "")
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "missing":
        return f"{place}: is missing"
    if problem["type"] == "extra_forbidden":
        return f"{place}: is not a known field"
    given = problem.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{place or 'document'}: {message}{shown[:120]}"
