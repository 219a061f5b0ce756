"""``model_usage``: what a language model has taken each day, by all processes together.

``tokens`` counts what is reserved for questions under way, too; the other counters only what was
settled.
"""

from datetime import date
from typing import ClassVar, Final

from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.storage.repository import Repository

#: The second try finds the day that somebody else began during the first.
_TRIES: Final = 2


class ModelUsageRepository(Repository):
    """One document a day of UTC; ``_id`` is the day in ISO 8601."""

    name: ClassVar[str] = "model_usage"

    async def reserve(self, day: date, tokens: int, most: int) -> bool:
        """Take tokens of a day; False if that would make more than ``most``."""
        for _ in range(_TRIES):
            if tokens > most:
                break
            try:
                await self._collection.find_one_and_update(
                    {"_id": day.isoformat(), "tokens": {"$lte": most - tokens}},
                    {"$inc": {"tokens": tokens}},
                    {"_id": 1},
                    upsert=True,
                )
            except DuplicateKeyError:  # the day is there: with too many tokens, or since just now
                continue
            return True
        return False

    async def settle(self, day: date, reserved: int, usage: ModelUsage, now_taken: int) -> None:
        """Put ``now_taken`` in the place of what was reserved, and count calls and cost."""
        counters = {
            "tokens": now_taken - reserved,
            "requests": usage.requests,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost": usage.cost,
        }
        await self._collection.update_one({"_id": day.isoformat()}, {"$inc": counters}, upsert=True)

    async def of_day(self, day: date) -> dict[str, float]:
        """Return the counters of a day, by their names; without any there was no question."""
        document = await self._collection.find_one({"_id": day.isoformat()}, {"_id": 0})
        return dict(document or {})
