"""Which fields of a conversation others may set: context of their own, and fields of their own."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.config_manager import check_keys

#: Fields of the document that only rules change: those of Conversation, and the commit's token.
_OURS = frozenset({*Conversation.model_fields, "_id", "commit_token"})
#: Parts of the context that the pipeline itself writes.
_OUR_CONTEXT = frozenset({"recipient", "response", "template_id", "available_stages"})


def check_updates(updates: Mapping[str, Any]) -> None:
    """Refuse paths that only rules may change or MongoDB cannot set, and keys it cannot find.

    Raises InvalidInputError that names the path.
    """
    paths = [_parts(path) for path in updates]
    for parts in paths:
        _check_is_theirs(parts)
    _check_is_apart(paths)
    check_keys(dict(updates), "updates")


def _parts(path: object) -> tuple[str, ...]:
    parts = tuple(path.split(".")) if isinstance(path, str) else ()
    if not all(parts) or not parts:
        raise InvalidInputError(f"{path!r}: must be names joined by dots, e.g. context.deal_size")
    if any(part.startswith("$") or "\x00" in part for part in parts):
        raise InvalidInputError(f"{path!r}: no name in it may start with $ or hold a null byte")
    return parts


def _check_is_theirs(parts: tuple[str, ...]) -> None:
    first, *rest = parts
    if first == "context" and rest and rest[0] not in _OUR_CONTEXT:
        return
    if first in _OURS:
        raise InvalidInputError(
            f"{'.'.join(parts)}: only rules change it; set parts of context other than "
            f"{', '.join(sorted(_OUR_CONTEXT))}, or fields of your own"
        )


def _check_is_apart(paths: Iterable[tuple[str, ...]]) -> None:
    """Refuse a path and another inside of it; sorted, they stand next to each other."""
    for above, below in pairwise(sorted(paths)):
        if below[: len(above)] == above:
            raise InvalidInputError(f"{'.'.join(below)}: conflicts with {'.'.join(above)}")
