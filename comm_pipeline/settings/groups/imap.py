"""The inbox that replies and bounces are read from."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.agreement import missing_beside
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class ImapSettings(BaseModel):
    """Reading mail."""

    imap_host: Annotated[
        kinds.Host, Variable(("IMAP_HOST",), "Mail server whose inbox is read.")
    ] = None
    imap_port: Annotated[
        kinds.Port, Variable(("IMAP_PORT",), "Its port; 143 is usual with starttls.")
    ] = 993
    imap_security: Annotated[
        kinds.Security,
        Variable(("IMAP_SECURITY",), "Encryption: upgraded, from the start, or none."),
    ] = "tls"
    imap_username: Annotated[kinds.Text, Variable(("IMAP_USERNAME",), "Account of the inbox.")] = (
        None
    )
    imap_password: Annotated[
        kinds.Password,
        Variable(("IMAP_PASSWORD",), "Password of the account.", mask=mask_everything),
    ] = None
    imap_folder: Annotated[
        kinds.MailFolder, Variable(("IMAP_FOLDER",), "Folder that mail is read from.")
    ] = "INBOX"
    imap_timeout_seconds: Annotated[
        kinds.Timeout,
        Variable(
            ("IMAP_TIMEOUT_SECONDS",),
            "How long to wait for an answer of the mail server.",
            unit="seconds",
        ),
    ] = 30.0
    imap_after_reading: Annotated[
        kinds.AfterReading,
        Variable(
            ("IMAP_AFTER_READING",),
            "What becomes of a mail once it is stored: left as it is, flagged as read, or moved.",
        ),
    ] = "keep"
    imap_largest_bytes: Annotated[
        kinds.Count,
        Variable(
            ("IMAP_LARGEST_BYTES",),
            "Of a mail larger than this, only the beginning is fetched.",
            unit="bytes",
        ),
    ] = 10_000_000
    imap_poll_seconds: Annotated[
        kinds.Seconds,
        Variable(("IMAP_POLL_SECONDS",), "How often to look for mail.", unit="seconds"),
    ] = 60

    def imap_problems(self) -> list[str]:
        """Return a line for each part of the account that is missing beside the others."""
        account = {
            "IMAP_HOST": self.imap_host,
            "IMAP_USERNAME": self.imap_username,
            "IMAP_PASSWORD": self.imap_password,
        }
        return missing_beside(account, account)
