"""The contract of a channel: how a message is handed to a provider, and what its answer means.

A channel translates the provider's words into ``DeliveryStatus`` once, here at the edge, and keeps
the raw answer. It does not retry, does not check gates and writes nothing to MongoDB.
"""

from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus


class ChannelMessage(BaseModel):
    """What a provider is given.

    ``idempotency_key`` is the ledger's ``_id``; ``message_id`` the RFC 5322 Message-ID made from it
    (with angle brackets). ``in_reply_to`` and ``references`` name earlier messages of the thread,
    oldest first. ``conversation_id`` is what a channel with several senders chooses one by.
    """

    model_config = ConfigDict(frozen=True)

    idempotency_key: str
    conversation_id: str = ""
    message_id: str
    recipient_address: str
    recipient_name: str | None = None
    subject: str
    text: str
    html: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


class SendResult(BaseModel):
    """A provider's answer, translated.

    ``status`` is SENT, DEFERRED, BOUNCED, FAILED or UNKNOWN; ``detail`` the provider's own words.
    ``retry_after_seconds`` only if the provider named a time. ``provider_answer`` is what the
    answer says about the provider itself, whatever it says about the message; None: what its status
    suggests. ``to_correct`` is what a person has to correct, if more than this message is refused.
    """

    model_config = ConfigDict(frozen=True)

    status: DeliveryStatus
    detail: str
    provider_message_id: str | None = None
    retry_after_seconds: float | None = None
    provider_answer: ProviderAnswer | None = None
    to_correct: str | None = None
    raw: dict[str, Any] = Field(default_factory=dict)


class Channel(Protocol):
    """One way to recipients; an async context manager that owns its connections.

    ``max_in_flight`` is how many messages it can be offered at once.
    ``accepts_idempotency_key`` says whether the provider itself refuses a second copy, which
    decides what may be done when an answer is lost.
    """

    name: str
    max_in_flight: int
    accepts_idempotency_key: bool

    async def __aenter__(self) -> Self:
        """Prepare; connections may be opened lazily."""
        ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        ...

    async def send(self, message: ChannelMessage) -> SendResult:
        """Offer one message. Raises nothing for what a provider answers or fails to answer."""
        ...

    async def check(self) -> str:
        """Reach the provider without sending; return what it said.

        Raises EnvironmentFailure that says what to do.
        """
        ...


@runtime_checkable
class NamesProvider(Protocol):
    """What a channel says of its provider beside the contract, for limits and circuit breakers.

    ``provider`` is channel and host: what fails or is limited together.
    """

    provider: str

    def sender_for(self, conversation_id: str) -> str | None:
        """Return who a conversation's messages are from; None if the provider chooses."""
        ...


def provider_of(channel: Channel) -> str:
    """Return what a channel's provider is called; its own name if it does not say."""
    # Asked for every message, which is why the protocol is not: isinstance takes 20 times as long.
    provider: str | None = getattr(channel, "provider", None)
    return channel.name if provider is None else provider


def sender_for(channel: Channel, conversation_id: str) -> str | None:
    """Return who a conversation's messages are from, if the channel says."""
    return channel.sender_for(conversation_id) if isinstance(channel, NamesProvider) else None
