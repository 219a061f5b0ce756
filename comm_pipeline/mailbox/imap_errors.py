"""What goes wrong at an IMAP server, as an EnvironmentFailure that says what to do."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4

from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxStarttlsError,
)

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_config import ImapConfig

_LONGEST_WORDS = 2_000


@contextmanager
def explained(config: ImapConfig) -> Iterator[None]:
    """Turn whatever the connection raises into an EnvironmentFailure."""
    try:
        yield
    except (OSError, ImapToolsError, IMAP4.error, UnicodeError) as error:
        raise EnvironmentFailure(
            f"The mailbox {config.folder} at {config.server}: {_advice(error)}: {_words(error)}"
        ) from error


#: What to do about each error; the first that fits counts.
_ADVICE: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (ssl.SSLCertVerificationError,),
        "its certificate cannot be verified; correct IMAP_HOST, or trust its issuer",
    ),
    (
        (ssl.SSLError, MailboxStarttlsError),
        "no encryption could be agreed on; check IMAP_SECURITY and IMAP_PORT",
    ),
    ((socket.gaierror,), "no server has this name; correct IMAP_HOST"),
    (
        (TimeoutError,),
        "no answer in time; check IMAP_HOST and IMAP_PORT, or raise IMAP_TIMEOUT_SECONDS",
    ),
    (
        (MailboxLoginError, UnicodeError),
        "the account is refused; correct IMAP_USERNAME, IMAP_PASSWORD (maybe an app password)",
    ),
    ((MailboxFolderSelectError,), "the folder cannot be opened; correct IMAP_FOLDER"),
    ((IMAP4.readonly,), "it may only be read; set IMAP_AFTER_READING=keep"),
    ((IMAP4.abort,), "the connection was lost; the next run goes on where this one ended"),
    ((OSError,), "cannot be reached; check IMAP_HOST, IMAP_PORT and the network"),
)


def _advice(error: Exception) -> str:
    found = (words for errors, words in _ADVICE if isinstance(error, errors))
    return next(found, "it gave an answer that is not understood; look at its log")


def _words(error: Exception) -> str:
    result = getattr(error, "command_result", None)
    if result:
        return answer_words(result[1])
    return (str(error) or type(error).__name__)[:_LONGEST_WORDS]


def answer_words(data: object) -> str:
    """Return what a server said, as text for people."""
    lines = data if isinstance(data, list | tuple) else [data]
    said = b" ".join(line for line in lines if isinstance(line, bytes))
    return said.decode("utf-8", "replace")[:_LONGEST_WORDS]
