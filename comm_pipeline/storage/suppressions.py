"""``suppressions``: addresses that are never written to, with kind, reason and source."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from comm_pipeline.domain.suppressions import Suppression, SuppressionKind
from comm_pipeline.storage.repository import Repository

_OPT_OUT = SuppressionKind.OPT_OUT


class SuppressionRepository(Repository):
    """The suppression list; its ``_id`` is the address in its one normal form."""

    name: ClassVar[str] = "suppressions"

    async def add(
        self,
        address: str,
        reason: str,
        source: str,
        now: datetime,
        kind: SuppressionKind = _OPT_OUT,
    ) -> None:
        """Suppress an address; the first reason stays, but what a person says outdoes a bounce."""
        said = {"kind": kind.value, "reason": reason, "source": source}
        await self._collection.update_one(
            {"_id": address}, {"$setOnInsert": said | {"created_at": now}}, upsert=True
        )
        if kind is not SuppressionKind.BOUNCE:
            await self._collection.update_one(
                {"_id": address, "kind": SuppressionKind.BOUNCE.value}, {"$set": said}
            )

    async def find(self, addresses: Sequence[str]) -> dict[str, Suppression]:
        """Return those of the addresses that are suppressed, each with kind and reason."""
        fields = {"kind": 1, "reason": 1}
        cursor = self._collection.find({"_id": {"$in": list(addresses)}}, fields)
        return {document["_id"]: Suppression.of(document) async for document in cursor}
