"""``circuit_breakers``: how each provider is, shared by all processes.

One document a provider. It is changed by whoever has read its latest ``version``; so of all that
see the end of an open time, one gets the probe.
"""

from typing import ClassVar

from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.circuit_breaker import Breaker
from comm_pipeline.storage.repository import Repository, to_document


class CircuitBreakerRepository(Repository):
    """The breakers; ``_id`` is the provider, channel and host."""

    name: ClassVar[str] = "circuit_breakers"

    async def get(self, provider: str) -> tuple[int, Breaker]:
        """Return version and breaker of a provider; version 0 and a closed one if it is new."""
        found = await self._collection.find_one({"_id": provider})
        if found is None:
            return 0, Breaker()
        return int(found["version"]), Breaker.model_validate(found["breaker"])

    async def replace(self, provider: str, version: int, breaker: Breaker) -> bool:
        """Write a breaker that was made from ``version``; False if there is another by now."""
        try:
            await self._collection.find_one_and_update(
                {"_id": provider, "version": version},
                {"$set": {"version": version + 1, "breaker": to_document(breaker)}},
                {"_id": 1},
                upsert=True,
            )
        except DuplicateKeyError:  # the provider is there, with another version
            return False
        return True
