"""Committing conversations of which the database may not take one: that one fails alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, DocumentTooLarge

from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import TOO_LARGE, field_that_is_no_list

#: What a commit raises because of what is to be written; the first also of how the database is.
_BY_A_DOCUMENT: Final = (BulkWriteError, InvalidDocument, DocumentTooLarge, OverflowError)
_LONGEST_REASON: Final = 1_000

#: Is told of a conversation that the database does not take, and why.
Refuse = Callable[[Commit, Exception], Awaitable[None]]


async def commit_each(
    repositories: Repositories, commits: Sequence[Commit], token: str, refuse: Refuse
) -> set[ConversationId]:
    """Commit a batch and return the conversations that were written.

    Those that the database does not take are refused, and the others written. What is wrong with
    the database itself is raised, as by the repository.
    """
    with suppress(*_BY_A_DOCUMENT):
        return await repositories.conversations.commit(commits, token)
    written = set[ConversationId]()
    # Which one is at fault, and why, is found by trying each alone. Those that were written are
    # known by the token.
    for one in commits:
        try:
            written |= await repositories.conversations.commit([one], token)
        except _BY_A_DOCUMENT as error:
            if not _is_of_a_document(error):
                raise
            await refuse(one, error)
    return written


def set_aside(repositories: Repositories, now: datetime) -> Refuse:
    """Return what fails a conversation that the database does not take, with an alert."""

    async def refuse(commit: Commit, error: Exception) -> None:
        damaged = sorted({field_that_is_no_list(one) or "" for one in _failures(error)} - {""})
        is_full = isinstance(error, BulkWriteError) and not damaged
        reason = f"the conversation cannot be written: {_words(error, damaged)}"[:_LONGEST_REASON]
        await repositories.conversations.set_aside(commit.before, reason, is_full=is_full)
        await repositories.alerts.raise_alert(f"conversation:{commit.before.id}", reason, now)

    return refuse


def _words(error: Exception, damaged: Sequence[str]) -> str:
    if damaged:
        return f"{damaged[0]}: must be a list"
    # Its own words hold the document.
    is_full = isinstance(error, BulkWriteError)
    return "its document is full (16 MB)" if is_full else str(error)


def _is_of_a_document(error: Exception) -> bool:
    if not isinstance(error, BulkWriteError):
        return True
    failures = _failures(error)
    return bool(failures) and all(
        one.get("code") in TOO_LARGE or field_that_is_no_list(one) for one in failures
    )


def _failures(error: Exception) -> Sequence[Mapping[str, Any]]:
    return error.details.get("writeErrors", []) if isinstance(error, BulkWriteError) else ()
