"""The mailbox that the settings name: whether something is new in it, and reading it.

A mailbox that cannot be read is an alert and stops nothing else; its mail waits on the server.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import getaddresses
from typing import Final

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.mail_ingestion import MailIngestion, MailIngestionReport
from comm_pipeline.services.reply_matching import address_or_none
from comm_pipeline.settings import Settings
from comm_pipeline.storage.repositories import Repositories

#: A look must end before Dagster gives the sensor up, which it does after a minute.
_LONGEST_WAIT_OF_A_LOOK: Final = 10.0


@dataclass
class MailboxReport:
    """What reading the mailbox did; ``problem`` is why it could not be read, or not to its end."""

    mail: MailIngestionReport = field(default_factory=MailIngestionReport)
    problem: str | None = None


def imap_config(settings: Settings) -> ImapConfig | None:
    """Return how the mailbox is reached, or None if IMAP_HOST is not set."""
    host, username, password = settings.imap_host, settings.imap_username, settings.imap_password
    if host is None or username is None or password is None:
        return None
    return ImapConfig(
        host=host,
        port=settings.imap_port,
        security="ssl" if settings.imap_security == "tls" else settings.imap_security,
        username=username,
        password=password,
        folder=settings.imap_folder,
        timeout_seconds=settings.imap_timeout_seconds,
        after_reading=settings.imap_after_reading,
        largest_bytes=settings.imap_largest_bytes,
    )


def own_mail(settings: Settings) -> OwnMail:
    """Return by what our own mail is known: our addresses, and the domain of our Message-IDs."""
    senders = [settings.smtp_sender, *settings.smtp_more_senders]
    told = [*senders, settings.smtp_reply_to, settings.imap_username]
    plain = [one.replace("+{key}", "") for one in told if one]
    specs = [spec for _, spec in getaddresses(plain)]
    addresses = {found for spec in specs if (found := address_or_none(spec)) is not None}
    return OwnMail(frozenset(addresses), settings.smtp_message_id_domain or "")


async def has_new_mail(settings: Settings, repositories: Repositories, clock: Clock) -> bool:
    """Return whether the mailbox holds something new.

    Raises EnvironmentFailure if it cannot be read; that is an alert then.
    """
    config = imap_config(settings)
    if config is None:
        return False
    waits = min(config.timeout_seconds, _LONGEST_WAIT_OF_A_LOOK)
    quick = config.model_copy(update={"timeout_seconds": waits, "after_reading": "keep"})
    try:
        async with ImapSource(quick) as source:
            return await _ingestion(settings, repositories, clock).has_new(source)
    except EnvironmentFailure as error:
        await _raise_alert(repositories, config, str(error), clock())
        raise


async def read_mailbox(
    settings: Settings, repositories: Repositories, clock: Clock, limit: timedelta
) -> MailboxReport | None:
    """Store what is new in the mailbox, going on for about ``limit``; None if none is set up."""
    config = imap_config(settings)
    if config is None:
        return None
    report, deadline = MailboxReport(), clock() + limit
    ingestion = _ingestion(settings, repositories, clock)
    try:
        async with ImapSource(config) as source:
            report.mail += await ingestion.ingest(source)
            while report.mail.has_more and clock() < deadline:
                report.mail += await ingestion.ingest(source)
    except EnvironmentFailure as error:
        report.problem = str(error)
    problem = report.problem or report.mail.not_put_away
    if problem is not None:
        await _raise_alert(repositories, config, problem, clock())
    return report


def _ingestion(settings: Settings, repositories: Repositories, clock: Clock) -> MailIngestion:
    return MailIngestion(repositories.inbound, repositories.mailboxes, own_mail(settings), clock)


async def _raise_alert(
    repositories: Repositories, config: ImapConfig, problem: str, now: datetime
) -> None:
    await repositories.alerts.raise_alert(f"mailbox:{config.name}", problem, now)
