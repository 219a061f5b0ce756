"""``agent_batch_requests``: the agent service's collection.

We change a request's status, its reference to the campaign, the error and the claim; everything
else in it is theirs. Recipients are streamed, because a request may hold 16 MB of them.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, OperationFailure

from comm_pipeline.domain.batch_requests import SERVICE_TYPE
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import TOO_LARGE, Repository, possible_ids

_OURS = {"servicetype": SERVICE_TYPE}
_FAILED = {"status": BatchRequestStatus.FAILED.value}
_WITHOUT_RECIPIENTS = {"recipients": 0}
#: Recipients that MongoDB sends in one message; by default it would be up to 16 MB of them.
_RECIPIENTS_AT_ONCE = 1_000
#: How often processing has begun, this time included. Only a claim that is over counts, and only a
#: number in it: in a new request the field is left from before, or somebody else's.
_NEXT_ATTEMPT = {
    "$cond": {
        "if": {
            "$and": [
                {"$eq": ["$status", BatchRequestStatus.PROCESSING.value]},
                {"$isNumber": "$claim.attempts"},
                {"$gte": ["$claim.attempts", 0]},
                {"$lt": ["$claim.attempts", 1_000]},
            ]
        },
        "then": {"$add": [{"$toInt": "$claim.attempts"}, 1]},
        "else": 1,
    }
}
#: Stands for a reason that is too long; it fits where the claim was that it takes the place of.
_NO_ROOM = "no room for the reason"
#: The types of ids; anything else is no id, whatever it looks like as text.
_ID_TYPES = ["string", "int", "long"]


class BatchRequestRepository(Repository):
    """Finds, claims and settles batch requests."""

    name: ClassVar[str] = "agent_batch_requests"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("servicetype", 1), ("status", 1), ("claim.until", 1)], name="work"),
        IndexModel([("campaign_id", 1)], name="campaign", sparse=True),
        IndexModel(
            [("servicetype", 1), ("processed_at", -1)],
            name="failed",
            partialFilterExpression=_FAILED,
        ),
    )

    async def insert(self, document: Doc) -> bool:
        """Store a request as its author does; False if there is one of that id."""
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def find_waiting(self, now: datetime, limit: int) -> list[Doc]:
        """Return up to ``limit`` requests to take up: ``_id``, ``status`` and ``claim`` of each.

        They are new, or their processing died: their claim is over.
        """
        new = _OURS | {"status": BatchRequestStatus.NEW.value}
        stale = _OURS | {
            "status": BatchRequestStatus.PROCESSING.value,
            "claim.until": {"$lte": now},
        }
        found: list[Doc] = []
        for query in (stale, new):
            cursor = self._collection.find(query, {"status": 1, "claim": 1})
            found += await cursor.limit(limit - len(found)).to_list() if len(found) < limit else []
        return found

    async def claim(
        self, request_id: Any, campaign_id: CampaignId, owner: str, now: datetime, hold: timedelta
    ) -> Doc | None:
        """Move a waiting request to ``processing`` and return it without its recipients.

        None: somebody else has it, or it has been dealt with. Raises DocumentTooLarge if the
        request is so large that no claim fits into it.
        """
        waiting = {
            "$or": [
                {"status": BatchRequestStatus.NEW.value},
                {"status": BatchRequestStatus.PROCESSING.value, "claim.until": {"$lte": now}},
            ]
        }
        query = {"_id": {"$in": possible_ids(request_id)}} | _OURS | waiting
        own = {"owner": {"$literal": owner}, "until": now + hold, "attempts": _NEXT_ATTEMPT}
        changes = {
            "status": BatchRequestStatus.PROCESSING.value,
            "campaign_id": {"$literal": campaign_id},
            # As an expression it takes the place of what was there, whatever that was.
            "claim": {"$mergeObjects": [own]},
        }
        return await self._change(query, [{"$set": changes}])

    async def _change(self, query: Doc, update: Sequence[Doc]) -> Doc | None:
        try:
            return await self._collection.find_one_and_update(
                query,
                update,
                projection=_WITHOUT_RECIPIENTS,
                return_document=ReturnDocument.AFTER,
            )
        except OperationFailure as error:
            if error.code in TOO_LARGE:
                raise DocumentTooLarge(str(error)) from error
            raise

    async def settle(
        self, request_id: Any, status: BatchRequestStatus, error: str | None, now: datetime
    ) -> bool:
        """End the processing of a request; False if it is no longer being processed.

        An error that does not fit into a request of nearly 16 MB gives way to a shorter text.
        """
        changes: Doc = {"status": status.value, "processed_at": now}
        endings = [changes] if error is None else _with_errors(changes, error[:4000], _NO_ROOM)
        return await self._write_first_that_fits(
            {"_id": request_id, "status": BatchRequestStatus.PROCESSING.value},
            [{"$set": ending, "$unset": {"claim": ""}} for ending in endings],
        )

    async def fail_too_large(self, request_id: Any) -> None:
        """Mark a request that no claim fits into, with as much of the reason as there is room for.

        ``created_by`` and ``created_at`` give way to the status only if not even that fits. Raises
        DocumentTooLarge if there is nothing that could give way.
        """
        waiting = [BatchRequestStatus.NEW.value, BatchRequestStatus.PROCESSING.value]
        failed: Doc = {"status": BatchRequestStatus.FAILED.value}
        endings = [*_with_errors(failed, "too large: fills 16 MB", "too large"), failed]
        updates = [{"$set": ending, "$unset": {"claim": ""}} for ending in endings]
        shorter = {"$set": failed, "$unset": {"claim": "", "created_by": "", "created_at": ""}}
        await self._write_first_that_fits(
            {"_id": {"$in": possible_ids(request_id)}, "status": {"$in": waiting}} | _OURS,
            [*updates, shorter],
        )

    async def _write_first_that_fits(self, query: Doc, updates: Sequence[Doc]) -> bool:
        """Write the first update that leaves the document below 16 MB; whether it was found."""
        for update in updates:
            try:
                result = await self._collection.update_one(query, update)
            except OperationFailure as error:
                if error.code not in TOO_LARGE:
                    raise
                failure = error
            else:
                return result.modified_count == 1
        raise DocumentTooLarge(str(failure)) from failure

    async def find_for_campaign(self, campaign_id: CampaignId) -> Doc | None:
        """Return the request that claimed this campaign, without its recipients."""
        return await self._collection.find_one({"campaign_id": campaign_id}, _WITHOUT_RECIPIENTS)

    async def get(self, request_id: str) -> Doc | None:
        """Return a request of ours by its id as text, without its recipients, or None."""
        query = {"_id": {"$in": possible_ids(request_id)}} | _OURS
        return await self._collection.find_one(query, _WITHOUT_RECIPIENTS)

    async def find_failed(self, limit: int) -> list[Doc]:
        """Return the requests that failed last: ``_id``, ``error`` and ``processed_at`` of each."""
        cursor = self._collection.find(_OURS | _FAILED, {"error": 1, "processed_at": 1})
        return await cursor.sort("processed_at", -1).limit(limit).to_list()

    async def count_by_status(self) -> dict[str, int]:
        """Return how many of our requests there are in each status."""
        cursor = await self._collection.aggregate(
            [{"$match": _OURS}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        return {str(found["_id"]): found["count"] for found in await cursor.to_list()}

    async def stream_recipients(self, request_id: Any, skip: int = 0) -> AsyncIterator[Any]:
        """Yield the entries of ``recipients`` in their order, from position ``skip``."""
        pipeline: list[Doc] = [
            {"$match": {"_id": request_id}},
            {"$project": {"recipients": 1}},
            {"$unwind": {"path": "$recipients", "includeArrayIndex": "position"}},
            {"$match": {"position": {"$gte": skip}}},
            {"$project": {"recipients": 1}},
        ]
        cursor = await self._collection.aggregate(pipeline, batchSize=_RECIPIENTS_AT_ONCE)
        async with cursor:
            async for found in cursor:
                yield found["recipients"]

    async def count_recipients(self, request_id: Any) -> int | None:
        """Return how many recipients a request has, or None if they are not a list."""
        size = {"$cond": [{"$isArray": "$recipients"}, {"$size": "$recipients"}, None]}
        cursor = await self._collection.aggregate(
            [{"$match": {"_id": request_id}}, {"$project": {"count": size}}]
        )
        found = await cursor.to_list()
        return found[0]["count"] if found else None

    async def find_doubled_recipients(self, request_id: Any, limit: int) -> list[Any]:
        """Return up to ``limit`` recipient ids that stand in the request more than once.

        Entries that have no usable id are not compared: each of them fails alone.
        """
        pipeline: list[Doc] = [
            {"$match": {"_id": request_id}},
            {"$project": {"recipients": 1}},
            {"$unwind": "$recipients"},
            {"$project": {"id": _text_of_id({"$ifNull": ["$recipients.id", "$recipients"]})}},
            {"$match": {"id": {"$regex": r"\S"}}},
            {"$group": {"_id": "$id", "count": {"$sum": 1}}},
            {"$match": {"count": {"$gt": 1}}},
            {"$limit": limit},
        ]
        cursor = await self._collection.aggregate(pipeline, allowDiskUse=True)
        return [found["_id"] for found in await cursor.to_list()]


def _text_of_id(expression: Doc) -> Doc:
    """Return the expression for an id as text; null stands for what is no id."""
    is_id = {"$in": [{"$type": expression}, _ID_TYPES]}
    return {"$cond": [is_id, {"$toString": expression}, None]}


def _with_errors(changes: Doc, *errors: str) -> list[Doc]:
    return [changes | {"error": error} for error in errors]
