"""Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com), symmetric form. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64


def signing_key(secret: str) -> bytes:
    """Return the key of a secret ``whsec_`` and base64; raises ValueError without repeating it."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(_PREFIX) or not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"must be {_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64")
    return key


def signed_headers(
    webhook_id: str, sent_at: datetime, body: bytes, keys: Sequence[bytes]
) -> dict[str, str]:
    """Return the three headers, with a signature for each key.

    ``webhook_id`` holds no full stop, or what was signed could be read in two ways.
    """
    timestamp = str(int(sent_at.timestamp()))
    content = f"{webhook_id}.{timestamp}.".encode() + body
    signatures = (hmac.new(key, content, hashlib.sha256).digest() for key in keys)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(signature).decode()}" for signature in signatures
        ),
    }
