"""Frequency caps, asked of the ledger: who has been written to as often as they may be."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.domain.frequency import Cap, CapReached, longest_window, reached_cap
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.storage.outbound_messages import Offered
from comm_pipeline.storage.repositories import Repositories

#: Between these, another message that is being offered has become one that left, or not.
_SOON: Final = timedelta(seconds=5)
_SPREAD_SECONDS: Final = 55


class ContactFrequency:
    """Counts what has left to addresses, over all campaigns."""

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def reached(
        self,
        caps: Sequence[Cap],
        addresses: Sequence[str],
        now: datetime,
        besides: Sequence[MessageKey] = (),
    ) -> dict[str, CapReached]:
        """Return those of the addresses to which nothing more may leave at ``now``.

        Messages that are being offered count as well, except those in ``besides``: of two workers
        that are about to write to one address, each sees the other's mark, so at least one waits.
        """
        if not caps or not addresses:
            return {}
        since = now - longest_window(caps)
        offered = defaultdict[str, list[Offered]](list)
        owners = await self._repositories.conversations.ids_of_addresses(addresses)
        for offer in await self._repositories.ledger.find_offered(list(owners), since):
            if offer.key not in besides:
                offered[owners[offer.conversation_id]].append(offer)
        found = {
            address: _reached(caps, offers, now, besides) for address, offers in offered.items()
        }
        return {address: cap for address, cap in found.items() if cap is not None}


def _reached(
    caps: Sequence[Cap], offers: Sequence[Offered], now: datetime, besides: Sequence[MessageKey]
) -> CapReached | None:
    left = reached_cap(caps, [one.at for one in offers if not one.is_under_way], now)
    if left is not None:
        return left
    if reached_cap(caps, [one.at for one in offers], now) is None:
        return None
    # Both wait if both saw the other, and must not meet again.
    spread = zlib.crc32(besides[0].encode()) % _SPREAD_SECONDS if besides else 0
    until = now + _SOON + timedelta(seconds=spread)
    return CapReached("another message to the same address is being offered", until)
