"""Who a mail is from and whom it went to."""

from typing import Final

from comm_pipeline.domain.addresses import normalise_email
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.mailbox.mime_headers import Headers, read_addresses

_MOST_ADDRESSES: Final = 50
_RECIPIENT_HEADERS: Final = (
    *("to", "cc", "delivered-to", "x-original-to", "envelope-to"),
    *("x-envelope-to", "original-recipient"),
)


def read_sender(headers: Headers) -> tuple[str, str | None]:
    """Return name and address of who wrote it; who sent it if that is not said."""
    for field in ("from", "sender"):
        for name, spec in read_addresses(headers.all(field)):
            return name[:200], _normal(spec)
    return "", None


def _normal(spec: str) -> str:
    try:
        return normalise_email(spec)
    except InvalidInputError:
        return spec.lower()[:320]


def addresses_in(headers: Headers, *fields: str) -> tuple[str, ...]:
    """Return the addresses in some fields, in their normal form."""
    values = [value for field in fields for value in headers.all(field)]
    found = dict.fromkeys(_normal(spec) for _, spec in read_addresses(values))
    return tuple(found)[:_MOST_ADDRESSES]


def read_plus_tokens(headers: Headers) -> tuple[str, ...]:
    """Return TOKEN of each ``name+TOKEN@domain`` that the mail went to, as it is written."""
    values = [value for field in _RECIPIENT_HEADERS for value in headers.all(field)]
    locals_ = [spec.rpartition("@")[0] for _, spec in read_addresses(values)]
    tokens = (local.partition("+")[2] for local in locals_)
    return tuple(dict.fromkeys(token for token in tokens if token))[:_MOST_ADDRESSES]
