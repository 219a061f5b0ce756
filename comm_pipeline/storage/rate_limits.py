"""``rate_limits``: what each sender, provider and recipient domain has used of its limits.

One document each, shared by all processes. It is read, computed on (``domain/rate_usage``), and
written only if nobody wrote meanwhile, which its ``version`` tells; who came second reads again.
All documents of a call are read together and written together.

The server's time is used for one thing: a document that nobody has changed for longer than its
limits reach is deleted. One that remembers when a sender's warm-up began is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from comm_pipeline.domain.rate_limits import RateLimits
from comm_pipeline.domain.rate_usage import RateUsage, give_back, take
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, duplicates_in

#: Times that a call comes second before it answers that there is nothing to have at the moment.
_MOST_TRIES: Final = 50
#: How long a document outlives its longest limit, for days that are long and clocks that are slow.
_SPARE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Demand:
    """A wish for permits, or to give some back."""

    limits: RateLimits
    count: int


@dataclass(frozen=True, slots=True)
class Granted:
    """How many permits were granted, and what is used then."""

    count: int
    usage: RateUsage


@dataclass(frozen=True, slots=True)
class _Change:
    """A document as it was read, and what is to be written in its place."""

    version: int
    limits: RateLimits
    usage: RateUsage


class RateLimitRepository(Repository):
    """One document a sender, provider or recipient domain; its ``_id`` says which."""

    name: ClassVar[str] = "rate_limits"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("expires_at", 1)], name="expiry", expireAfterSeconds=0),
    )

    async def acquire(self, demands: Mapping[str, Demand], now: datetime) -> dict[str, Granted]:
        """Take up to as many permits of each as demanded.

        Costs two calls of the server however many there are, and one if none can be had. A demand
        that others came before for too long is granted nothing.
        """
        granted: dict[str, Granted] = {}
        left = dict(demands)
        for _ in range(_MOST_TRIES):
            if not left:
                break
            documents = await self._read(left)
            changes: dict[str, _Change] = {}
            for key, demand in left.items():
                version, usage = documents[key]
                used, count = take(usage, demand.limits, demand.count, now)
                granted[key] = Granted(count, used)
                if count:
                    changes[key] = _Change(version, demand.limits, used)
            written = await self._write(changes)
            left = {key: left[key] for key in changes if key not in written}
        return granted | {key: Granted(0, granted[key].usage) for key in left}

    async def give_back(self, demands: Mapping[str, Demand], taken_at: datetime) -> None:
        """Give permits back that were acquired at ``taken_at`` and will not be used.

        If others come before for too long, they count as used: less is sent, never more.
        """
        left = dict(demands)
        for _ in range(_MOST_TRIES):
            if not left:
                break
            documents = await self._read(left)
            changes = {
                key: _Change(version, one.limits, give_back(usage, one.limits, one.count, taken_at))
                for key, one in left.items()
                for version, usage in [documents[key]]
                if version
            }
            written = await self._write(changes)
            left = {key: left[key] for key in changes if key not in written}

    async def _read(self, keys: Mapping[str, Demand]) -> dict[str, tuple[int, RateUsage]]:
        """Return version and usage by key; one that is not there has version 0."""
        cursor = self._collection.find({"_id": {"$in": list(keys)}})
        found = {one["_id"]: (int(one["version"]), _usage(one)) async for one in cursor}
        return {key: found.get(key, (0, RateUsage())) for key in keys}

    async def _write(self, changes: Mapping[str, _Change]) -> set[str]:
        """Write what nobody else has written meanwhile; return the keys of that."""
        if not changes:
            return set()
        keys = list(changes)
        updates = [
            UpdateOne({"_id": key, "version": one.version}, _update(one), upsert=True)
            for key, one in changes.items()
        ]
        try:
            await self._collection.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            # Where another version is found, a second document of the same id would be inserted.
            return set(keys) - {keys[one["index"]] for one in duplicates_in(error)}
        return set(keys)


def _update(change: _Change) -> list[dict[str, Any]]:
    written = {
        "version": change.version + 1,
        "used": {"$literal": _document(change.usage)},
        "expires_at": _expiry(change),
    }
    return [{"$set": written}]


def _expiry(change: _Change) -> Any:
    if change.usage.first_day is not None:
        return None
    reach = max((limit.length for limit in change.limits.sliding), default=timedelta()) + _SPARE
    milliseconds = reach // timedelta(milliseconds=1)
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": milliseconds}}


def _document(usage: RateUsage) -> Doc:
    return {
        "sliding": [
            {"length_ms": length, "slots": [[start, count] for start, count in slots.items()]}
            for length, slots in usage.sliding.items()
        ],
        "days": [[day.isoformat(), count] for day, count in usage.days.items()],
        "first_day": usage.first_day and usage.first_day.isoformat(),
    }


def _usage(document: Doc) -> RateUsage:
    used = document["used"]
    return RateUsage(
        sliding={one["length_ms"]: dict(one["slots"]) for one in used["sliding"]},
        days={date.fromisoformat(day): count for day, count in used["days"]},
        first_day=date.fromisoformat(used["first_day"]) if used["first_day"] else None,
    )
