"""What a recipient is called, as the line To of a mail and the services that send for us say it."""

from collections.abc import Mapping
from typing import Any, Final

#: Fields that hold a whole name, the first one that is filled counts; in small letters.
WHOLE_NAMES: Final = ("name", "full_name", "fullname", "display_name")
#: Longer ones are no names, and no mail program would show them.
_LONGEST: Final = 200


def name_of(details: Mapping[str, Any]) -> str | None:
    """Return the name that contact data give, in one line; None if they give none.

    It is the first whole name (``WHOLE_NAMES``), else ``first_name`` and ``last_name``, or the one
    of them that is there. Names of fields may be in capitals. What holds an @ is an address, which
    would look as if the message went there.
    """
    texts = {str(key).casefold(): one for key, one in details.items() if isinstance(one, str)}
    names = (*(texts.get(field) for field in WHOLE_NAMES), _first_and_last(texts))
    return next(filter(None, map(_in_one_line, filter(None, names))), None)


def _first_and_last(texts: Mapping[str, str]) -> str:
    return f"{texts.get('first_name', '')} {texts.get('last_name', '')}"


def _in_one_line(name: str) -> str | None:
    words = " ".join(name.split())
    shown = words if words.isprintable() else "".join(filter(str.isprintable, words))
    return shown if shown and len(shown) <= _LONGEST and "@" not in shown else None
