"""What a channel answered, made fit to be kept: whatever it says, the outcome must be stored."""

from datetime import timedelta
from typing import Any, Final

from bson import encode

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus

#: The answers that the contract of a channel knows.
_ANSWERS: Final = frozenset(
    {
        DeliveryStatus.SENT,
        DeliveryStatus.DEFERRED,
        DeliveryStatus.BOUNCED,
        DeliveryStatus.FAILED,
        DeliveryStatus.UNKNOWN,
    }
)
_MOST_CHARACTERS: Final = 4_000
_MOST_BYTES: Final = 100_000
#: Parts of a raw answer that need no closer look if they are plain, and their largest number.
_MOST_PLAIN: Final = 10
_LARGEST_PLAIN: Final = 2**31
#: The longest that a provider may ask us to wait.
_LONGEST_WAIT: Final = timedelta(days=7)


def storable(result: SendResult) -> SendResult:
    """Return the answer without what MongoDB cannot hold; one that means nothing is UNKNOWN."""
    if _is_storable(result):
        return result
    status, detail = result.status, _text(result.detail)
    if status not in _ANSWERS:
        status, detail = DeliveryStatus.UNKNOWN, f"the channel answered {status}: {detail}"
    provider_id = result.provider_message_id
    return result.model_copy(
        update={
            "status": status,
            "detail": detail,
            "provider_message_id": None if provider_id is None else _text(provider_id),
            "raw": _document(result.raw),
        }
    )


def asked_wait(result: SendResult) -> timedelta:
    """Return how long the provider asks us to wait: from nothing to a week."""
    seconds = result.retry_after_seconds or 0.0
    if not seconds > 0:
        return timedelta(0)
    return timedelta(seconds=min(seconds, _LONGEST_WAIT.total_seconds()))


def _is_storable(result: SendResult) -> bool:
    """Return whether an answer is plain, as most are."""
    if result.status not in _ANSWERS or len(result.raw) > _MOST_PLAIN:
        return False
    texts = (result.detail, result.provider_message_id or "", *result.raw.values())
    return all(map(str.isidentifier, result.raw)) and all(map(_is_plain, texts))


def _is_plain(value: object) -> bool:
    # Exactly these types: what is like them may be no BSON.
    if type(value) is str:
        return value.isascii() and len(value) <= _MOST_CHARACTERS
    return type(value) is int and abs(value) <= _LARGEST_PLAIN


def _text(words: str) -> str:
    # Bytes that are no UTF-8 may arrive as lone surrogates, which no database takes.
    return words[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _document(raw: dict[str, Any]) -> dict[str, Any]:
    if not raw:
        return raw
    try:
        size = len(encode(raw))
    except Exception as error:  # there are many things that are no BSON
        return {"not_kept": f"{type(error).__name__}: {_text(str(error))[:200]}"}
    return raw if size <= _MOST_BYTES else {"not_kept": f"{size:,} bytes"}
