"""What the HTTP channels share: one call for one message, and never a second."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.delivery_statuses import Meaning
from comm_pipeline.channels.http_answers import (
    answered,
    meaning_of,
    unanswered,
    unsendable,
)
from comm_pipeline.channels.http_client import (
    HttpAnswer,
    HttpClient,
    HttpRequest,
    LostAnswerError,
)
from comm_pipeline.channels.http_config import HttpOptions
from comm_pipeline.errors import EnvironmentFailure


class UnsendableError(ValueError):
    """A message that this provider cannot be offered at all; says why."""


class HttpChannel(ABC):
    """A channel whose provider is called over HTTP; a subclass says with what, and what it means.

    ``settings`` names the environment variables to look at when the provider does not want us.
    ``clock`` reads the time. The channel belongs to the event loop that entered it.
    """

    name: str
    accepts_idempotency_key: bool
    settings: ClassVar[str]

    def __init__(
        self,
        options: HttpOptions,
        url: str,
        secrets: Sequence[str],
        clock: Callable[[], datetime],
    ) -> None:
        """Open nothing yet. Of ``url`` only the host is kept, to name the provider."""
        self.max_in_flight = options.max_in_flight
        self.provider = f"{self.name} {urlsplit(url).hostname}"
        self._client = HttpClient(options, secrets)
        self._clock = clock

    async def __aenter__(self) -> Self:
        """Read the trusted certificates; raises EnvironmentFailure if they cannot be read."""
        await self._client.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._client.close()

    async def send(self, message: ChannelMessage) -> SendResult:
        """Offer one message as soon as a connection is free."""
        try:
            request = self._request_for(message)
        except UnsendableError as error:
            return unsendable(str(error))
        try:
            answer = await self._client.ask(request)
        except LostAnswerError as error:
            return unanswered(error, refuses_copies=self.accepts_idempotency_key)
        return self._translate(answer)

    def sender_for(self, conversation_id: str) -> str | None:
        """Return who a conversation's messages are from; None: the provider knows."""
        del conversation_id
        return None

    @abstractmethod
    async def check(self) -> str:
        """Reach the provider without sending; raises EnvironmentFailure that says what to do."""

    @abstractmethod
    def _request_for(self, message: ChannelMessage) -> HttpRequest:
        """Return the call that offers the message; raises UnsendableError."""

    @abstractmethod
    def _translate(self, answer: HttpAnswer) -> SendResult:
        """Return what the answer means."""

    def _meaning(self, answer: HttpAnswer) -> Meaning:
        """Return what the status alone says of an answer that is no 2xx."""
        return meaning_of(answer, refuses_copies=self.accepts_idempotency_key)

    def _result(
        self,
        answer: HttpAnswer,
        meaning: Meaning,
        words: str | None = None,
        provider_message_id: str | None = None,
    ) -> SendResult:
        return answered(
            answer,
            meaning,
            self._clock(),
            refuses_copies=self.accepts_idempotency_key,
            words=words,
            hint=f"check {self.settings}" if meaning is Meaning.SETTINGS else "",
            provider_message_id=provider_message_id,
        )

    async def _reach(self, request: HttpRequest) -> HttpAnswer:
        """Call without sending; raises EnvironmentFailure if nobody answers."""
        try:
            return await self._client.ask(request)
        except LostAnswerError as error:
            raise EnvironmentFailure(
                f"The provider of the channel {self.name} does not answer: {error}. "
                f"Check {self.settings}."
            ) from None

    async def _knock(self, url: str) -> str:
        """Find out whether somebody is there, where only sending would tell more."""
        answer = await self._reach(HttpRequest("HEAD", url))
        if answer.status >= 500:
            raise EnvironmentFailure(
                f"The provider of the channel {self.name} answers {answer.status}. "
                f"Check {self.settings}."
            )
        return f"reached; it answers HEAD with {answer.status}"


def object_in(answer: HttpAnswer) -> dict[str, Any]:
    """Return the JSON object that the answer holds; an empty one if it holds none."""
    try:
        parsed = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def text_in(document: dict[str, Any], field: str, longest: int) -> str | None:
    """Return a field that holds text of a sensible length; None if it does not."""
    value = document.get(field)
    return value if isinstance(value, str) and 0 < len(value) <= longest else None
