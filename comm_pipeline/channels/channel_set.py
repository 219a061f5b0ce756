"""The channels of one process, opened together; a message is given to the one that it takes."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.registry import Clock, build_channels, channel_for, channels_in_use
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.settings import Settings

_EVERY_CHANNEL: Final = ChannelsInUse()


class ChannelSet:
    """Every channel that is set up; an async context manager that opens and closes them all."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        in_use: ChannelsInUse,
        stand_in: Channel | None = None,
    ) -> None:
        """Open nothing. ``in_use`` is what templates may name; ``stand_in`` stands for all."""
        self.in_use = in_use
        self._channels = channels
        self._stand_in = stand_in
        self._stack = AsyncExitStack()

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Self:
        """Build what the settings ask for; raises InvalidSettingError as ``build_channels``."""
        return cls(build_channels(settings, clock), channels_in_use(settings))

    @classmethod
    def of_one(cls, channel: Channel, in_use: ChannelsInUse = _EVERY_CHANNEL) -> Self:
        """Let one channel stand for all: whatever a message takes, this one is given it."""
        return cls({channel.name: channel}, in_use, channel)

    async def __aenter__(self) -> Self:
        """Open every channel; if one cannot be opened, close those that are open."""
        async with AsyncExitStack() as stack:
            for channel in self._channels.values():
                await stack.enter_async_context(channel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every channel."""
        await self._stack.__aexit__(exc_type, exc, traceback)

    def named(self, name: str | None) -> Channel:
        """Return the channel that a message takes; None: the usual one.

        Raises InvalidSettingError that names what to set if it is not set up (any more).
        """
        return self._stand_in or channel_for(self._channels, name or self.in_use.usual)


def as_set(channel: Channel | ChannelSet) -> ChannelSet:
    """Return the channels as they are; one alone stands for all."""
    return channel if isinstance(channel, ChannelSet) else ChannelSet.of_one(channel)
