"""Twilio's Messages API, which other providers speak too; SMS and WhatsApp stand on it."""

import base64
import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.delivery_statuses import (
    TWILIO_MEANINGS,
    TWILIO_REFUSALS,
    Meaning,
)
from comm_pipeline.channels.http_answers import is_success
from comm_pipeline.channels.http_channel import (
    HttpChannel,
    UnsendableError,
    object_in,
    text_in,
)
from comm_pipeline.channels.http_client import HttpAnswer, HttpRequest
from comm_pipeline.channels.http_config import TwilioConfig
from comm_pipeline.channels.phone_numbers import is_e164
from comm_pipeline.domain.web_addresses import checked_url
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError

#: The API takes no longer body.
MOST_CHARACTERS: Final = 1_600
#: Digits of a code that are read: Twilio's have five.
_LONGEST_CODE: Final = 10
_SID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class TwilioMessages(HttpChannel):
    """Hands texts to one account. The API has no idempotency keys: a lost answer stays unknown."""

    accepts_idempotency_key = False
    settings = "TWILIO_BASE_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the sender"

    def __init__(self, config: TwilioConfig, clock: Callable[[], datetime]) -> None:
        """Open nothing yet; raises InvalidSettingError for what cannot be used."""
        base = checked_url("TWILIO_BASE_URL", config.base_url, allow_http=config.allow_http)
        for variable, sid in _sids(config).items():
            if not _SID.fullmatch(sid):
                raise InvalidSettingError(f"{variable} must be letters and digits only")
        if config.status_callback_url:
            checked_url(
                "TWILIO_STATUS_CALLBACK_URL",
                config.status_callback_url,
                allow_http=config.allow_http,
            )
        token = config.auth_token.get_secret_value()
        user = config.api_key_sid or config.account_sid
        credentials = base64.b64encode(f"{user}:{token}".encode()).decode()
        super().__init__(config, base, (token, credentials), clock)
        self._account = f"{base.rstrip('/')}/2010-04-01/Accounts/{config.account_sid}"
        self._headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}
        self._fixed_fields = self._sender_fields(config)
        if config.status_callback_url:
            self._fixed_fields["StatusCallback"] = config.status_callback_url

    async def check(self) -> str:
        """Ask for the account; raises EnvironmentFailure that says what to do."""
        answer = await self._reach(HttpRequest("GET", f"{self._account}.json", self._headers))
        account = object_in(answer)
        # Not every compatible provider tells the status of an account.
        status = text_in(account, "status", 40) or ("active" if "sid" in account else None)
        if answer.status != 200 or status != "active":
            said = text_in(account, "message", 500) or status or "no account"
            raise EnvironmentFailure(
                f"The provider of the channel {self.name} answers {answer.status}: {said}. "
                f"Check {self.settings}."
            )
        return f"the account is {status}"

    def sender_for(self, conversation_id: str) -> str | None:
        """Return the number, or the service that chooses one."""
        del conversation_id
        return self._fixed_fields.get("From") or self._fixed_fields.get("MessagingServiceSid")

    @abstractmethod
    def _sender_fields(self, config: TwilioConfig) -> dict[str, str]:
        """Return the fields that name the sender; raises InvalidSettingError."""

    @abstractmethod
    def _recipient(self, number: str) -> str:
        """Return ``To`` for a number in E.164."""

    def _request_for(self, message: ChannelMessage) -> HttpRequest:
        number, text = message.recipient_address, message.text
        if not is_e164(number):
            raise UnsendableError(f"{number[:40]!r} is no phone number in the form +491701234567")
        if not text.strip():
            raise UnsendableError("the message has no text")
        if len(text) > MOST_CHARACTERS:
            raise UnsendableError(
                f"the text has {len(text):,} characters; the provider takes {MOST_CHARACTERS:,}"
            )
        fields = {"To": self._recipient(number), "Body": text, **self._fixed_fields}
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields, errors="replace").encode()
        return HttpRequest("POST", f"{self._account}/Messages.json", headers, body)

    def _translate(self, answer: HttpAnswer) -> SendResult:
        document = object_in(answer)
        if is_success(answer):
            return self._taken(answer, document)
        meaning = _meaning_of_code(document.get("code"))
        if meaning is None:
            return self._result(answer, self._meaning(answer))
        return self._result(answer, meaning, _words(document, "message", "code"))

    def _taken(self, answer: HttpAnswer, document: dict[str, Any]) -> SendResult:
        sid = text_in(document, "sid", 64)
        if sid is None:  # whoever that was, it does not speak like the provider
            return self._result(answer, Meaning.UNCLEAR)
        word = text_in(document, "status", 40) or "accepted"
        if word.lower() not in TWILIO_REFUSALS:
            return self._result(answer, Meaning.ACCEPTED, word, sid)
        meaning = _meaning_of_code(document.get("error_code")) or Meaning.MESSAGE
        words = f"{word}: {_words(document, 'error_message', 'error_code')}"
        return self._result(answer, meaning, words, sid)


def _sids(config: TwilioConfig) -> dict[str, str]:
    optional = {
        "TWILIO_API_KEY_SID": config.api_key_sid,
        "TWILIO_MESSAGING_SERVICE_SID": config.messaging_service_sid,
    }
    given = {variable: sid for variable, sid in optional.items() if sid is not None}
    return {"TWILIO_ACCOUNT_SID": config.account_sid, **given}


def _meaning_of_code(code: object) -> Meaning | None:
    """Return what a code means; not every compatible provider writes it as a number."""
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:_LONGEST_CODE])
    return TWILIO_MEANINGS.get(code) if isinstance(code, int) else None


def _words(document: dict[str, Any], message: str, code: str) -> str:
    return f"{document.get(code)} {document.get(message) or ''}".strip()
