"""The entries of ``recipients``, some at a time, with the contacts that they stand for."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, Protocol

from comm_pipeline.services.checking.campaign_check import CampaignCheck

#: Entries that are in memory at once.
_AT_ONCE: Final = 1_000


class Contacts(Protocol):
    """Where ids of recipients are looked up."""

    async def find(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the contacts that exist, by id."""


async def in_batches(entries: AsyncIterator[Any]) -> AsyncIterator[list[Any]]:
    """Yield the entries in lists of bounded length."""
    batch: list[Any] = []
    async for entry in entries:
        batch.append(entry)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


async def look_at_all(
    check: CampaignCheck, first: int, entries: Sequence[object], contacts: Contacts | None
) -> None:
    """Check entries, the first of which stands at the position ``first``."""
    ids = [str(entry) for entry in entries if isinstance(entry, str | int)]
    known = await contacts.find(ids) if contacts and ids else {}
    for position, entry in enumerate(entries, start=first):
        contact = known.get(str(entry)) if isinstance(entry, str | int) else None
        check.look_at(position, entry, contact)
