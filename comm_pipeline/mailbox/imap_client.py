"""How an IMAP server is connected to: encrypted and verified as configured."""

import ssl
from contextlib import suppress
from imaplib import IMAP4, IMAP4_SSL

from imap_tools.errors import MailboxStarttlsError
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import check_command_status

from comm_pipeline.mailbox.imap_config import ImapConfig


# Some releases of imap-tools carry types and some do not: an ignore may be needed or not.
class ImapClient(BaseMailBox):  # type: ignore[misc, unused-ignore]
    """imap-tools' mailbox over a connection that is closed whatever goes wrong."""

    def __init__(self, config: ImapConfig) -> None:
        self._config = config
        super().__init__()

    def _get_mailbox_client(self) -> IMAP4:
        config = self._config
        seconds = config.timeout_seconds
        if config.security == "none":
            return IMAP4(config.host, config.port, timeout=seconds)
        context = ssl.create_default_context(cafile=config.ca_file)
        if config.security == "ssl":
            return IMAP4_SSL(config.host, config.port, ssl_context=context, timeout=seconds)
        client = IMAP4(config.host, config.port, timeout=seconds)
        try:
            _start_tls(client, context)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
        return client


def _start_tls(client: IMAP4, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        raise MailboxStarttlsError(("NO", [b"the server does not offer STARTTLS"]), "OK")
    check_command_status(client.starttls(context), MailboxStarttlsError)
