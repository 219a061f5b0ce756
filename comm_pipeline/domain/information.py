"""What a stage's guidance wants to know of a recipient: ``information_to_extract``, with types.

Each piece is a name or a few words (``"team size"``), or a mapping with ``name``, ``description``
and the fields of an extraction (``{"name": "budget", "type": "money"}``). All of them may also
stand in a mapping by their names. What has no type is a text in free words, which only a language
model finds; so is ``text`` without a pattern.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.template_extraction import Extraction

INFORMATION: Final = "information_to_extract"
#: Characters of a name that is made of words.
_LONGEST_NAME: Final = 60
_NO_WORD: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Information:
    """One piece of information; without an extraction it is a text in free words."""

    name: str
    description: str = ""
    extraction: Extraction | None = None


def information_name(words: str) -> str:
    """Return words as the name of a value: ``who makes reports?`` is ``who_makes_reports``."""
    return _NO_WORD.sub("_", words.lower()).strip("_")[:_LONGEST_NAME].strip("_")


def read_information(guidance: Mapping[str, Any]) -> Mapping[str, Information]:
    """Return what guidance wants to know, by name. Raises ValueError that names the place."""
    wanted = guidance.get(INFORMATION) or ()
    pieces = [_read(place, piece) for place, piece in _pieces(wanted)]
    return {piece.name: piece for piece in pieces}


def _pieces(wanted: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(wanted, str):
        yield INFORMATION, wanted
    elif isinstance(wanted, Mapping):
        for name, piece in wanted.items():
            named = piece if isinstance(piece, Mapping) else {"description": piece}
            yield f"{INFORMATION}.{name}", {"name": name, **named}
    elif isinstance(wanted, list | tuple):
        for number, piece in enumerate(wanted):
            yield f"{INFORMATION}.{number}", piece
    else:
        raise ValueError(  # noqa: TRY004 - pydantic explains ValueErrors only
            f'{INFORMATION}: must be a list such as ["team size"]'
        )


def _read(place: str, piece: Any) -> Information:
    if isinstance(piece, str):
        return Information(_checked_name(place, information_name(piece)), piece)
    if not isinstance(piece, Mapping):
        raise ValueError(  # noqa: TRY004 - pydantic explains ValueErrors only
            f'{place}: must be text, or a mapping such as {{"name": "budget", "type": "money"}}'
        )
    rules = {key: value for key, value in piece.items() if key not in {"name", "description"}}
    name, description = piece.get("name"), piece.get("description") or ""
    if not isinstance(description, str):
        raise ValueError(f"{place}.description: must be text")  # noqa: TRY004 - as above
    name = _checked_name(place, name if isinstance(name, str) else "")
    if not rules or rules == {"type": "text"}:
        return Information(name, description)
    try:
        return Information(name, description, Extraction.model_validate(rules))
    except ValidationError as error:
        raise ValueError(explain_validation_error(error, place)) from None


def _checked_name(place: str, name: str) -> str:
    if not name.strip():
        raise ValueError(f"{place}: needs a name of letters or figures, e.g. team_size")
    return name
