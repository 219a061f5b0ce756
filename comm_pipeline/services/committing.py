"""Committing conversations of which the database may not take one: that one fails alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, DocumentTooLarge

from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import TOO_LARGE

#: What the driver raises because of what is to be written, and not of how the database is.
_NOT_SENT: Final = (InvalidDocument, DocumentTooLarge, OverflowError)
_LONGEST_REASON: Final = 1_000


async def commit_each(
    repositories: Repositories, commits: Sequence[Commit], token: str, now: datetime
) -> set[ConversationId]:
    """Commit a batch and return the conversations that were written.

    One that the database does not take is failed, with an alert, and the others are written. What
    is wrong with the database itself is raised, as by the repository.
    """
    try:
        return await repositories.conversations.commit(commits, token)
    except (*_NOT_SENT, BulkWriteError) as error:
        if not _is_of_a_document(error):
            raise
    written = set[ConversationId]()
    # One of them is at fault: which one is found by trying each alone. Those that were written are
    # known by the token.
    for one in commits:
        try:
            written |= await repositories.conversations.commit([one], token)
        except (*_NOT_SENT, BulkWriteError) as error:
            if not _is_of_a_document(error):
                raise
            await _fail(repositories, one, error, now)
    return written


def _is_of_a_document(error: Exception) -> bool:
    if not isinstance(error, BulkWriteError):
        return True
    codes = {failure.get("code") for failure in error.details.get("writeErrors", [])}
    return bool(codes) and codes <= TOO_LARGE


async def _fail(
    repositories: Repositories, commit: Commit, error: Exception, now: datetime
) -> None:
    is_full = isinstance(error, BulkWriteError)  # whose words hold the document
    words = "its document is full (16 MB)" if is_full else str(error)
    key, reason = commit.before.id, f"the conversation cannot be written: {words}"[:_LONGEST_REASON]
    await repositories.conversations.set_aside(commit.before, reason)
    await repositories.alerts.raise_alert(f"conversation:{key}", reason, now)
