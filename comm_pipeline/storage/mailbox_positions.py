"""``mailbox_positions``: how far each mailbox has been read.

The position is advanced only after the mails up to it are stored. A UID is a number within a
``uidvalidity``; under another one the same numbers are other mails.
"""

from datetime import datetime
from typing import ClassVar

from pymongo.errors import DuplicateKeyError

from comm_pipeline.storage.repository import Repository

#: How many mails of one mailbox are remembered as refused.
_MOST_REFUSED = 1_000


class MailboxPositionRepository(Repository):
    """One document a mailbox; its ``_id`` is account and folder."""

    name: ClassVar[str] = "mailbox_positions"

    async def begin(self, mailbox: str, uidvalidity: int, now: datetime) -> int:
        """Return the last UID that was read, 0 if the folder is new or has been numbered anew."""
        found = await self._collection.find_one({"_id": mailbox})
        if found is not None and found["uidvalidity"] == uidvalidity:
            return int(found["last_uid"])
        await self.restart(mailbox, uidvalidity, now)
        return 0

    async def last_uid(self, mailbox: str, uidvalidity: int) -> int:
        """Return the last UID that was read, 0 if none was; writes nothing."""
        found = await self._collection.find_one({"_id": mailbox, "uidvalidity": uidvalidity})
        return int(found["last_uid"]) if found else 0

    async def restart(self, mailbox: str, uidvalidity: int, now: datetime) -> None:
        """Read the folder from its beginning; what is stored will be recognised."""
        fresh = {"uidvalidity": uidvalidity, "last_uid": 0, "refused": {}, "updated_at": now}
        try:
            await self._collection.update_one({"_id": mailbox}, {"$set": fresh}, upsert=True)
        except DuplicateKeyError:  # somebody else made it at this moment
            await self._collection.update_one({"_id": mailbox}, {"$set": fresh})

    async def advance(self, mailbox: str, uidvalidity: int, uid: int, now: datetime) -> None:
        """Say that everything up to a UID is stored; never goes back."""
        await self._collection.update_one(
            {"_id": mailbox, "uidvalidity": uidvalidity},
            {"$max": {"last_uid": uid}, "$set": {"updated_at": now}},
        )

    async def refused(self, mailbox: str, uidvalidity: int) -> dict[int, int]:
        """Return the UIDs of mails that the server would not give, and how often."""
        found = await self._collection.find_one({"_id": mailbox, "uidvalidity": uidvalidity})
        return {int(uid): times for uid, times in found["refused"].items()} if found else {}

    async def count_refusal(self, mailbox: str, uidvalidity: int, uid: int) -> int:
        """Count that the server would not give a mail; return how often it has been so."""
        refused = await self.refused(mailbox, uidvalidity)
        times = refused.get(uid, 0) + 1
        latest = sorted((refused | {uid: times}).items())[-_MOST_REFUSED:]
        await self._collection.update_one(
            {"_id": mailbox, "uidvalidity": uidvalidity},
            {"$set": {"refused": {str(one): count for one, count in latest}}},
        )
        return times
