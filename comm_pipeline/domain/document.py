"""What every stored document has in common."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Final, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticKnownError

from comm_pipeline.domain.validation_words import words_of


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

    @field_validator("*", mode="before")
    @classmethod
    def _is_of_its_kind(cls, value: object, info: ValidationInfo) -> object:
        """Refuse what pydantic would turn into a number or into truth.

        True as 1 hour nobody meant, nor "yes" as true; and an editor marks a number in quotes.
        """
        if isinstance(value, bool | str | int | float) and info.field_name:
            annotation = cls.model_fields[info.field_name].annotation
            kinds = {annotation, *get_args(annotation)}
            if isinstance(value, bool | str) and bool not in kinds and kinds & {int, float}:
                raise PydanticKnownError("int_type" if int in kinds else "float_type")
            if bool in kinds and not isinstance(value, bool):
                raise PydanticKnownError("bool_type")
        return value


#: Longer names are nobody's misspelling.
_LONGEST_NAME: Final = 60
#: Problems of one document that are explained; the others are counted.
_MOST_TOLD: Final = 20
#: Fields that a name may stand for, as many as are told.
_MOST_MEANT: Final = 3
#: How a message of ours begins that is about a field inside of what was read.
_FIELD: Final = re.compile(r"([a-z_]\w*(?:\.[^\s:;.]+)*): (?=\S)")

Place = tuple[int | str, ...]


def explain_validation_error(
    error: ValidationError, root: str = "", rename: Callable[[Place], Place] = tuple
) -> str:
    """Return one line for each problem: the field's path, what is wrong, what to write instead.

    Of very many problems the first are explained, and the others counted.

    ``rename`` makes of a path in our models the one that an author knows.
    """
    problems = error.errors(include_url=False)
    told = "; ".join(_explain(problem, root, rename) for problem in problems[:_MOST_TOLD])
    more = len(problems) - _MOST_TOLD
    return f"{told} (and {more:,} more problems)" if more > 0 else told


def _explain(problem: Mapping[str, Any], root: str, rename: Callable[[Place], Place]) -> str:
    place, words = tuple(problem["loc"]), words_of(problem)
    if problem["type"] == "value_error" and (inner := _FIELD.match(words)):
        place, words = (*place, *inner[1].split(".")), words[inner.end() :]
    if problem["type"] == "extra_forbidden":
        close = _close_to(str(place[-1]))
        words = f"{words}; {f'did you mean {close}?' if close else 'remove it'}"
    path = ".".join(str(part) for part in (root, *rename(place)) if part != "")
    return f"{path or 'document'}: {words}"


def _close_to(name: str) -> str | None:
    """Return the field, or several, of which a name is the beginning, or nearly the whole."""
    if not name or len(name) > _LONGEST_NAME:
        return None
    longer = [one for one in _fields_of_rules() if one.startswith(f"{name}_")]
    close = longer or get_close_matches(name, _fields_of_rules(), n=1, cutoff=0.75)
    return " or ".join(close[:_MOST_MEANT]) or None


@cache
def _fields_of_rules() -> tuple[str, ...]:
    """Return the fields of all parts in which an unknown field is a mistake."""
    models, found = [Rules], dict[str, None]()
    while models:
        model = models.pop()
        models += model.__subclasses__()
        found |= dict.fromkeys(field.alias or name for name, field in model.model_fields.items())
    return tuple(sorted(found))
