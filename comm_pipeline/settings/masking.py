"""Taking secrets and personal data out of texts: log lines, errors, what Dagster shows.

``redaction`` hides fields by name; this hides what stands in the middle of a text, where no name
tells what it is: passwords always, addresses and numbers where ``SENSITIVE_FIELDS`` names them, and
the words of errors that may repeat a message or a document.
"""

import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from pydantic import SecretStr, ValidationError
from pymongo.errors import BulkWriteError, PyMongoError

from comm_pipeline.errors import AnswerRefusedError, CommPipelineError, words_of
from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.redaction import REDACTED
from comm_pipeline.settings.secret import HIDDEN, MongoUri, secrets_in_uri

#: Shorter ones would be found in the middle of other words.
_SHORTEST_SECRET: Final = 4
_URL_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s/@]*:[^\s@]*@")
_MAIL: Final = re.compile(r"(?P<local>[\w.!#$%&'*+/=?^`{|}~-]+)@[\w-]+(?:\.[\w-]+)+")
#: Our Message-IDs look like addresses, and tell nothing: forty hexadecimal digits and our domain.
_MESSAGE_ID: Final = re.compile(r"[0-9a-f]{40}")
_PHONE: Final = re.compile(r"\+[1-9](?:[\s().-]{0,2}\d){6,14}(?!\d)")
#: What our own errors repeat of what somebody gave.
_GIVEN: Final = re.compile(r"\(given: .*?\)(?=$|[\s;,.])", re.DOTALL)
#: Errors of other libraries that say what failed, and nothing of what was written or read.
_PLAIN: Final = (PyMongoError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Masking:
    """What is hidden, by settings. ``secrets`` are values, longest first."""

    secrets: tuple[str, ...]
    hides_mail: bool
    hides_phones: bool
    hides_content: bool

    @classmethod
    def of(cls, settings: Settings) -> "Masking":
        """Return what the settings hide."""
        last_parts = {field.rpartition(".")[2].lower() for field in settings.sensitive_fields}
        values = {
            part
            for field in Settings.variables()
            if isinstance(value := getattr(settings, field), SecretStr | MongoUri)
            for part in _parts(value)
            if len(part) >= _SHORTEST_SECRET
        }
        return cls(
            secrets=tuple(sorted(values, key=lambda one: (-len(one), one))),
            hides_mail="email" in last_parts,
            hides_phones="phone" in last_parts,
            hides_content="message_content" in last_parts,
        )

    def text(self, text: str) -> str:
        """Return a text without secrets, and without what the settings hide."""
        text = self.without_secrets(text)
        if self.hides_content:
            text = _GIVEN.sub(f"(given: {REDACTED})", text)
        if self.hides_mail and "@" in text:
            text = _MAIL.sub(_hidden_mail, text)
        if self.hides_phones and "+" in text:
            text = _PHONE.sub(REDACTED, text)
        return text

    def without_secrets(self, text: str) -> str:
        """Return a text for people who may read everything else."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return _URL_CREDENTIALS.sub(f"{HIDDEN}@", text) if "://" in text else text

    def words_of(self, error: BaseException) -> str:
        """Return what an error says; what it may repeat of a message or a document is hidden."""
        if isinstance(error, BulkWriteError):  # its own words hold the documents
            failures = error.details.get("writeErrors", [])
            codes = sorted({failure.get("code", 0) for failure in failures})
            return f"{len(failures)} writes failed, with the codes {codes}"
        if isinstance(error, AnswerRefusedError) and self.hides_content:  # it quotes the answer
            return f"{error.guard}: {REDACTED}"
        is_plain = isinstance(error, (CommPipelineError, *_PLAIN))
        if isinstance(error, ValidationError) or (self.hides_content and not is_plain):
            return REDACTED
        return self.text(words_of(error))

    def error(self, error: BaseException) -> str:
        """Return an error in one line, with its type."""
        return f"{type(error).__name__}: {self.words_of(error)}"

    def traceback(self, error: BaseException) -> str:
        """Return a traceback as Python prints it, the errors in it in words that may be shown."""
        return "".join(self._traceback(error, set()))

    def _traceback(self, error: BaseException, shown: set[int]) -> Iterator[str]:
        shown.add(id(error))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None and id(cause) not in shown:
            yield from self._traceback(cause, shown)
            yield "\nThen, because of it or while it was dealt with:\n\n"
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
        if isinstance(error, BaseExceptionGroup):
            yield f"{type(error).__name__} of {len(error.exceptions)}\n"
            for one in error.exceptions:
                if id(one) not in shown:
                    yield from self._traceback(one, shown)
            return
        yield f"{self.error(error)}\n"


def _hidden_mail(found: re.Match[str]) -> str:
    return found[0] if _MESSAGE_ID.fullmatch(found["local"]) else REDACTED


def _parts(secret: SecretStr | MongoUri) -> Iterable[str]:
    value = secret.get_secret_value()
    if isinstance(secret, MongoUri):
        return secrets_in_uri(value)
    return {value, unquote(value), *value.split()}
