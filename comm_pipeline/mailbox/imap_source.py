"""The IMAP folder that mail is read from, for asynchronous callers.

imaplib blocks, so every command runs in a thread. One command is under way at a time.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from comm_pipeline.mailbox.imap_answers import FetchedMail, MailHead
from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_session import ImapSession


class ImapSource:
    """An open folder; used with ``async with``.

    Every method raises EnvironmentFailure if the server cannot be reached, refuses us, or drops the
    connection.
    """

    def __init__(self, config: ImapConfig) -> None:
        self._config = config
        self._open: ImapSession | None = None

    async def __aenter__(self) -> Self:
        opening = asyncio.create_task(asyncio.to_thread(ImapSession.open, self._config))
        try:
            self._open = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_abandon)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        session, self._open = self._session, None
        if exc_type is None:
            await asyncio.to_thread(session.log_out)
        else:
            session.abort()

    @property
    def name(self) -> str:
        """Account and folder."""
        return self._config.name

    @property
    def uidvalidity(self) -> int:
        """What the folder's UIDs are valid for."""
        return self._session.uidvalidity

    @property
    def uidnext(self) -> int | None:
        """The UID of the next mail, when the folder was opened."""
        return self._session.uidnext

    async def uids_above(self, uid: int) -> list[int]:
        """Return the UIDs above one, in their order."""
        return await asyncio.to_thread(self._session.uids_above, uid)

    async def heads(self, uids: Sequence[int]) -> list[MailHead]:
        """Return size and time of those of the mails that are still there."""
        return await asyncio.to_thread(self._session.heads, uids)

    async def fetch(self, head: MailHead) -> FetchedMail | None:
        """Return a mail without changing it, or None if it has been removed."""
        return await asyncio.to_thread(self._session.fetch, head)

    async def put_away(self, uids: Sequence[int]) -> str | None:
        """Flag or move stored mail, as configured; return why the server would not, or None."""
        return await asyncio.to_thread(self._session.put_away, uids)

    @property
    def _session(self) -> ImapSession:
        assert self._open is not None, "the source is used with `async with`"
        return self._open


def _abandon(opening: "asyncio.Task[ImapSession]") -> None:
    """Close what was opened after nobody waited for it any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().abort()
