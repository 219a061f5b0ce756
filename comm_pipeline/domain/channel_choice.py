"""Which channel a message takes, and the address that it reaches its recipient at there.

The template names channels, the most preferred first. A message takes the first of them by which
its recipient can be reached and that has not refused this recipient for good.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from comm_pipeline.domain.campaign_rules import DEFAULT_CHANNELS
from comm_pipeline.domain.conversations import Conversation


class AddressKind(StrEnum):
    """What a channel writes to."""

    EMAIL = "email"
    PHONE = "phone"
    #: Whatever the recipient has: a service knows what to do with it, a chat asks for none.
    ANY = "any"


_KINDS: Final[Mapping[str, AddressKind]] = {
    "email": AddressKind.EMAIL,
    "sms": AddressKind.PHONE,
    "whatsapp": AddressKind.PHONE,
}


class Route(NamedTuple):
    """A channel, and the address that it is given."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class ChannelsInUse:
    """Which channels there are: ``usual`` is that of templates that name none.

    ``set_up`` None: one channel stands for all, whatever their names.
    """

    usual: str = DEFAULT_CHANNELS[0]
    set_up: frozenset[str] | None = None

    def order(self, named: Sequence[str]) -> tuple[str, ...]:
        """Return those of the channels that a template names which are set up, in its order.

        If none is, all of them: their messages wait until somebody sets one up.
        """
        wanted = tuple(named) or (self.usual,)
        if self.set_up is None:
            return wanted
        return tuple(one for one in wanted if one in self.set_up) or wanted


def kind_of(channel: str) -> AddressKind:
    """Return what a channel writes to."""
    return _KINDS.get(channel, AddressKind.ANY)


def address_for(channel: str, email: str | None, phone: str | None) -> str | None:
    """Return the address that a channel would be given; None if the recipient has none for it."""
    match kind_of(channel):
        case AddressKind.EMAIL:
            return email
        case AddressKind.PHONE:
            return phone
        case AddressKind.ANY:
            return email or phone


def choose_route(conversation: Conversation, channels: Sequence[str]) -> Route | None:
    """Return the way that the next message takes; None if there is none (any more).

    ``channels`` are those that may be used, the most preferred first.
    """
    for channel in channels:
        if channel not in conversation.refused_channels:
            address = address_for(channel, conversation.email, conversation.phone)
            if address is not None:
                return Route(channel, address)
    return None


def why_no_route(conversation: Conversation, channels: Sequence[str]) -> str:
    """Say why ``choose_route`` found nothing."""
    refused = [one for one in channels if one in conversation.refused_channels]
    others = [one for one in channels if one not in refused]
    parts = [f"{', '.join(refused)} refused the recipient"] if refused else []
    if others:
        parts.append(f"the recipient has no address for {' or '.join(others)}")
    return "; ".join(parts)
