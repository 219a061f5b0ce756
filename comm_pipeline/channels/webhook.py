"""A signed call to a service that sends for us.

The body is the same for every attempt, byte by byte, so that a receiver can tell a second copy from
another message under the same key; the time of the attempt is in ``webhook-timestamp`` only.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.delivery_statuses import Meaning
from comm_pipeline.channels.http_answers import is_success
from comm_pipeline.channels.http_channel import HttpChannel, object_in, text_in
from comm_pipeline.channels.http_client import HttpAnswer, HttpRequest
from comm_pipeline.channels.http_config import WebhookConfig
from comm_pipeline.channels.webhook_signature import signed_headers, signing_key
from comm_pipeline.domain.web_addresses import checked_url
from comm_pipeline.errors import InvalidSettingError

EVENT_TYPE: Final = "message.send"
#: What the service is told of a message; it is part of the format, so it grows only on purpose.
_FIELDS: Final = {
    "idempotency_key",
    "message_id",
    "recipient_address",
    "recipient_name",
    "subject",
    "text",
    "html",
    "in_reply_to",
    "references",
}
#: Usually the service is not at our address; with these words it is the recipient who is not there.
_NOT_THERE: Final = frozenset({404, 410})


class WebhookChannel(HttpChannel):
    """Calls one service, which takes each key only once; any 2xx says that it has the message.

    Its answer may hold a JSON object: ``id``, its own id of the message; in a refusal of one
    message, or with 404 or 410, ``status`` ``bounced`` if the address cannot be reached; ``detail``
    in words.
    """

    name = "webhook"
    accepts_idempotency_key = True
    settings = "WEBHOOK_URL and WEBHOOK_SECRET"

    def __init__(self, config: WebhookConfig, clock: Callable[[], datetime]) -> None:
        """Open nothing yet; raises InvalidSettingError for what cannot be used."""
        url, secrets = config.url.get_secret_value(), config.secrets
        self._url = checked_url("WEBHOOK_URL", url, allow_http=config.allow_http)
        texts = [secret.get_secret_value() for secret in secrets]
        if not texts:
            raise InvalidSettingError("WEBHOOK_SECRET is not set, and calls must be signed")
        try:
            self._keys = [signing_key(text) for text in texts]
        except ValueError as error:
            raise InvalidSettingError(f"WEBHOOK_SECRET {error}") from None
        super().__init__(config, url, (url, *texts), clock)

    async def check(self) -> str:
        """Reach the service without sending; raises EnvironmentFailure that says what to do."""
        return await self._knock(self._url)

    def _request_for(self, message: ChannelMessage) -> HttpRequest:
        body = json.dumps(self._event(message), ensure_ascii=False).encode("utf-8", "replace")
        webhook_id = webhook_id_for(message.idempotency_key)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": webhook_id,
            **signed_headers(webhook_id, self._clock(), body, self._keys),
        }
        return HttpRequest("POST", self._url, headers, body)

    def _event(self, message: ChannelMessage) -> dict[str, Any]:
        """Return what the service is told."""
        return {"type": EVENT_TYPE, "data": message.model_dump(include=_FIELDS)}

    def _translate(self, answer: HttpAnswer) -> SendResult:
        document = object_in(answer)
        words = text_in(document, "detail", 500)
        if is_success(answer):
            return self._result(answer, Meaning.ACCEPTED, words, text_in(document, "id", 200))
        meaning = self._meaning(answer)
        is_about_the_message = meaning is Meaning.MESSAGE or answer.status in _NOT_THERE
        if is_about_the_message and document.get("status") == "bounced":
            meaning = Meaning.ADDRESS
        return self._result(answer, meaning, words)


def webhook_id_for(idempotency_key: str) -> str:
    """Return the key as it stands in headers: ASCII, without full stop, the same every time."""
    digest = hashlib.sha256(idempotency_key.encode("utf-8", "replace")).hexdigest()
    return f"msg_{digest[:40]}"
