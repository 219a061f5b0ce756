"""One logged-in IMAP connection with one open folder; it blocks.

Mail is fetched by UID and with PEEK, so reading changes nothing. Sizes are asked for first, and a
mail is never fetched beyond a limit, whatever the server said of its size.
"""

import socket
from collections.abc import Sequence
from contextlib import suppress
from imaplib import IMAP4

from imap_tools.errors import MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.utils import check_command_status, encode_folder

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_answers import (
    FetchedMail,
    MailHead,
    read_body,
    read_head,
    read_number,
)
from comm_pipeline.mailbox.imap_client import ImapClient
from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_errors import answer_words, explained


class ImapSession:
    """Opened by ``open``; every method raises EnvironmentFailure if the server cannot be used."""

    def __init__(self, config: ImapConfig, client: ImapClient) -> None:
        self._config = config
        self._client = client
        self._capabilities: frozenset[str] = frozenset()
        #: Changes when the folder's UIDs no longer mean what they meant.
        self.uidvalidity = 0
        #: The UID that the next mail will have, or None if the server does not say.
        self.uidnext: int | None = None

    @classmethod
    def open(cls, config: ImapConfig) -> "ImapSession":
        """Connect, log in and open the folder."""
        with explained(config):
            session = cls(config, ImapClient(config))
        try:
            with explained(config):
                session._log_in()
                session._ask_capabilities()
                session._select()
        except BaseException:
            session.abort()
            raise
        return session

    def uids_above(self, uid: int) -> list[int]:
        """Return the UIDs of the folder that are above one, in their order."""
        with explained(self._config):
            # "n:*" always holds the last mail, even one below n.
            found = self._client.uids(f"UID {uid + 1}:*", charset=None)
        return sorted({number for one in found if (number := int(one)) > uid})

    def heads(self, uids: Sequence[int]) -> list[MailHead]:
        """Return size and time of those of the mails that are still there."""
        with explained(self._config):
            wanted = ",".join(map(str, uids))
            answer = self._client.client.uid("FETCH", wanted, "(UID RFC822.SIZE INTERNALDATE)")
            check_command_status(answer, UnexpectedCommandStatusError)
        heads = {head.uid: head for line in answer[1] if (head := read_head(line))}
        return [heads[uid] for uid in uids if uid in heads]

    def fetch(self, head: MailHead) -> FetchedMail | None:
        """Return a mail's source, or None if somebody has removed it meanwhile."""
        most = self._config.largest_bytes
        if head.size > most:
            most = min(most, self._config.first_part_bytes)
        with explained(self._config):
            try:
                # One byte more than may be kept tells whether there is more.
                parts = f"(UID BODY.PEEK[]<0.{most + 1}>)"
                status, data = self._client.client.uid("FETCH", str(head.uid), parts)
            except IMAP4.abort:
                raise
            except IMAP4.error as error:  # BAD: about this mail, the connection goes on
                return FetchedMail(head, b"", refusal=str(error)[:1000])
        if status != "OK":
            return FetchedMail(head, b"", refusal=answer_words(data))
        raw = read_body(data)
        return None if raw is None else FetchedMail(head, raw[:most], is_whole=len(raw) <= most)

    def put_away(self, uids: Sequence[int]) -> str | None:
        """Do what is to be done after reading; return why the server would not, or None."""
        if self._config.after_reading == "keep" or not uids:
            return None
        with explained(self._config):
            try:
                self._put_away(",".join(map(str, uids)))
            except IMAP4.abort:
                raise
            except (IMAP4.error, UnexpectedCommandStatusError) as error:
                return str(error)[:1000]
        return None

    def log_out(self) -> None:
        """Say goodbye and close."""
        with suppress(OSError, IMAP4.error):  # what the server thinks of it changes nothing
            self._client.client.logout()
        self.abort()

    def abort(self) -> None:
        """Close at once; a thread that waits for the server stops waiting."""
        client = self._client.client
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            client.shutdown()

    def _log_in(self) -> None:
        name, password = self._config.username, self._config.password.get_secret_value()
        if (name + password).isascii():
            self._client.login(name, password, initial_folder=None)
            return
        try:
            self._client.login_utf8(name, password, initial_folder=None)
        except IMAP4.abort:
            raise
        except IMAP4.error as error:  # imaplib's way to say NO to an AUTHENTICATE
            raise MailboxLoginError(
                command_result=("NO", [str(error).encode()]), expected="OK"
            ) from error

    def _ask_capabilities(self) -> None:
        """Ask what the server can do; what imaplib asked before the login is often less."""
        answer = self._client.client.capability()
        check_command_status(answer, UnexpectedCommandStatusError)
        self._capabilities = frozenset(answer_words(answer[1]).upper().split())

    def _select(self) -> None:
        config, client = self._config, self._client.client
        self._client.folder.set(config.folder, readonly=config.after_reading == "keep")
        self.uidvalidity = read_number(client.response("UIDVALIDITY")[1])
        self.uidnext = read_number(client.response("UIDNEXT")[1]) or None
        if not self.uidvalidity:
            raise EnvironmentFailure(
                f"The mailbox {config.folder} at {config.server} has no UIDVALIDITY: its server "
                "does not number mail lastingly, so none of it can be read once and only once"
            )
        if config.move_to and not self._client.folder.exists(config.move_to):
            raise EnvironmentFailure(
                f"The mailbox at {config.server} has no folder {config.move_to}, to which stored "
                "mail is to be moved; create it or correct IMAP_AFTER_READING"
            )

    def _put_away(self, uids: str) -> None:
        target = self._config.move_to
        if target is None:
            self._store(uids, r"(\Seen)")
        elif "MOVE" in self._capabilities:
            self._run("MOVE", uids, encode_folder(target))
        else:
            self._run("COPY", uids, encode_folder(target))
            self._store(uids, r"(\Deleted)")
            # Without UIDPLUS, EXPUNGE would also remove what others have flagged.
            if "UIDPLUS" in self._capabilities:
                self._run("EXPUNGE", uids)

    def _store(self, uids: str, flags: str) -> None:
        self._run("STORE", uids, "+FLAGS.SILENT", flags)

    def _run(self, command: str, *arguments: str | bytes) -> None:
        # The standard library takes bytes as well; its types know text only.
        answer = self._client.client.uid(command, *arguments)  # type: ignore[arg-type, unused-ignore]
        check_command_status(answer, UnexpectedCommandStatusError)
