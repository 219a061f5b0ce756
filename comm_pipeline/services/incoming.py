"""Everything that comes in, in one go: the mailbox is read, then what is new takes effect."""

from dataclasses import dataclass
from datetime import timedelta

from comm_pipeline.services.engine import Engine
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.mailbox_reading import MailboxReport, read_mailbox


@dataclass(frozen=True, slots=True)
class IncomingReport:
    """What came in; ``mailbox`` is None if none is set up."""

    mailbox: MailboxReport | None
    inbox: InboxReport


async def take_in(engine: Engine, limit: timedelta) -> IncomingReport:
    """Read the mailbox for about ``limit``, then take up every new message.

    A mailbox that cannot be read is in the report and an alert; messages from elsewhere still take
    effect.
    """
    mailbox = await read_mailbox(engine.settings, engine.repositories, engine.clock, limit)
    inbox = await engine.inbox.take_up(engine.settings.max_batch_size)
    return IncomingReport(mailbox, inbox)
